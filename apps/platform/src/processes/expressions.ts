import { Monty, MontyError } from '@pydantic/monty';

import type { TypedValue } from '@fusion-platform/contract/options';

/** The values that an expression can name. */
export type Names = Readonly<Record<string, TypedValue>>;

/** An expression that cannot be worked out: its author wrote it wrong, or it takes too much. */
export class ExpressionError extends Error {
  constructor(expression: string, reason: string, cause: unknown) {
    super(`The expression ${JSON.stringify(expression)} cannot be worked out: ${reason}`, { cause });
    this.name = 'ExpressionError';
  }
}

/** Ample for arithmetic over some options, and an end to everything else. */
const limits = {
  maxDurationSecs: 0.25,
  maxMemory: 8 * 1024 * 1024,
  maxAllocations: 100_000,
  maxRecursionDepth: 50,
};

/**
 * Works out an expression in Python's syntax in a sandbox: no files, no network, no imports.
 * @throws ExpressionError
 */
export function evaluate(expression: string, names: Names): TypedValue {
  // To show a number takes a limit that its powers have not: one of a million digits would come over for seconds.
  return run(expression, `result = (${expression}\n)\nf"{result}"\nresult`, names);
}

/** Whether an expression holds, by Python's idea of truth. @throws ExpressionError */
export function holds(expression: string, names: Names): boolean {
  // An option may be called `bool`; no name can stand for `not`.
  return run(expression, `not not (${expression}\n)`, names) === true;
}

function run(expression: string, code: string, names: Names): TypedValue {
  const inputs = Object.keys(names);
  try {
    const result: unknown =
      inputs.length > 0
        ? new Monty(code, { inputs }).run({ inputs: { ...names }, limits })
        : new Monty(code).run({ limits });
    if (typeof result === 'bigint') return Number(result);
    if (result === null || typeof result === 'boolean' || typeof result === 'number') return result;
    if (typeof result === 'string') return result;
    throw new ExpressionError(expression, 'its result is no number, text, boolean or None', undefined);
  } catch (error) {
    if (error instanceof MontyError)
      throw new ExpressionError(expression, error.display('type-msg').split('\n')[0] ?? '', error);
    throw error;
  }
}
