/** Where the public platforms are. */
export const apiUrls = {
  default: 'https://api.thefusionplatform.com',
  australia: 'https://api.thefusionplatform.com.au',
  staging: 'https://api.stage.thefusionplatform.com',
} as const;
