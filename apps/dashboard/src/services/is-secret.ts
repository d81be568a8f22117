/** Whether the value of an option is one to keep from whoever looks over the shoulder. */
export const isSecret = ({ name }: { readonly name: string }): boolean =>
  /(^|_)(secret|password|token)(_|$)/i.test(name);
