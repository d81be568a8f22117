/** What the command exits with: scripts tell the cases apart by it. */
export const exitCodes = {
  success: 0,
  fault: 1,
  usage: 2,
  failed: 3,
  refused: 4,
  notFound: 5,
  network: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** As the help lists them. */
export const exitCodeTexts: readonly (readonly [ExitCode, string])[] = [
  [exitCodes.success, 'success'],
  [exitCodes.fault, 'an unexpected fault, or files on this machine that cannot be read or written'],
  [exitCodes.usage, 'bad usage: a wrong option, argument, file or value; nothing was sent'],
  [exitCodes.failed, 'an execution failed or was stopped'],
  [exitCodes.refused, 'refused by the platform: credentials, roles, credits, or a state that does not fit'],
  [exitCodes.notFound, 'no such process, execution, component, service, data or organisation'],
  [exitCodes.network, 'the platform cannot be reached, or a transfer broke off'],
  [exitCodes.interrupted, 'interrupted (Ctrl-C)'],
];
