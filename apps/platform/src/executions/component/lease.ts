/** Another node has claimed the component: whatever this one was about to write no longer counts. */
export class LeaseLostError extends Error {
  constructor(componentId: string) {
    super(`the lease of component ${componentId} is lost`);
    this.name = 'LeaseLostError';
  }
}
