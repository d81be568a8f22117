/** Ctrl-C, a SIGTERM, or a question that was left. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
