import type { Cli, CommonOptions } from '../../command/index.ts';
import { administrate } from '../../local-platform/index.ts';

interface Options extends CommonOptions {
  readonly data?: string;
  readonly [option: string]: unknown;
}

/** What the platform's own administration does with an option is its affair: all but those of this command are handed on. */
const own = new Set(['data', 'json', 'quiet', 'color', 'debug']);

export const runner =
  (name: string) =>
  async (cli: Cli, options: Options): Promise<void> => {
    const args = Object.entries(options)
      .filter(([option]) => !own.has(option))
      .flatMap(([option, value]) => asArguments(option, value));
    const { text, json, ids } = await administrate(cli, { data: options.data, args: [name, ...args] });
    cli.out.result({ json, ids, text: () => text });
  };

function asArguments(option: string, value: unknown): string[] {
  const flag = `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (value === true) return [flag];
  return (Array.isArray(value) ? value : [value]).map((one) => `${flag}=${String(one)}`);
}
