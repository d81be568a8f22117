import { InterruptedError, usageError } from '../errors/index.ts';

/** Whether a question can be asked: nobody answers where input or the place of questions is no terminal. */
export const canAsk = (): boolean => (process.stdin.isTTY && process.stderr.isTTY) ?? false;

interface Question {
  readonly message: string;
  readonly initial?: string | undefined;
  /** What is wrong with an answer. */
  readonly validate?: (answer: string) => string | undefined;
  readonly optional?: boolean;
}

/** Asks for a line of text on the terminal. */
export async function askText({ message, initial, validate, optional = false }: Question): Promise<string> {
  const { text } = await import('@clack/prompts');
  const answer = await text({
    message,
    output: process.stderr,
    ...(initial === undefined ? {} : { defaultValue: initial, placeholder: initial }),
    validate: (given = '') => {
      const value = given || initial || '';
      if (!value) return optional ? undefined : 'Something is needed here';
      return validate?.(value);
    },
  });
  return answered(answer);
}

/** Asks for a password or another secret, of which nothing is shown. */
export async function askPassword(
  message: string,
  { validate, optional = false }: Pick<Question, 'validate' | 'optional'> = {},
): Promise<string> {
  const { password } = await import('@clack/prompts');
  const answer = await password({
    message,
    mask: '',
    output: process.stderr,
    validate: (given) => {
      if (!given) return optional ? undefined : 'Something is needed here';
      return validate?.(given);
    },
  });
  // Nothing typed is no text to it.
  return answered((answer as string | symbol | undefined) ?? '');
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

/** Lets one be picked from a list; a long one can be searched by typing. */
export async function askChoice<T extends string>(
  message: string,
  choices: readonly Choice<T>[],
  initial?: T,
): Promise<T> {
  if (choices.length === 0) throw usageError(`${message}: there is nothing to choose from`);
  const { autocomplete, select } = await import('@clack/prompts');
  const options = choices.map(({ value, label, hint }) => ({
    value,
    label,
    ...(hint ? { hint } : {}),
  })) as never;
  const common = { message, options, output: process.stderr };
  const answer: unknown =
    choices.length > 12
      ? await autocomplete<T>({ ...common, ...(initial === undefined ? {} : { initialValue: initial }) })
      : await select<T>({ ...common, ...(initial === undefined ? {} : { initialValue: initial }) });
  return answered(answer as T | symbol);
}

/** Asks a question to be answered with yes or no. */
export async function askConfirm(message: string, initial = true): Promise<boolean> {
  const { confirm } = await import('@clack/prompts');
  return answered(await confirm({ message, initialValue: initial, output: process.stderr }));
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (typeof answer === 'symbol') throw new InterruptedError('Interrupted');
  return answer as Exclude<T, symbol>;
}
