/** Prints which targets were met. The exit code is 1 where one was missed. */
export function tellTargets(judged: readonly (readonly [what: string, met: boolean])[]): void {
  for (const [what, met] of judged) console.log(`${met ? 'met' : 'MISSED'}  ${what}`);
  process.exitCode = judged.every(([, met]) => met) ? 0 : 1;
}
