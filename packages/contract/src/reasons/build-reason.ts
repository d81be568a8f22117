import { reasonTable } from './table.ts';
import type { ReasonCode, ReasonKind, ReasonTable, Unit, Whose } from './table.ts';

type ValueOf<U> = U extends 'time' | 'id' | 'text' ? string : number;

/** The evidence of a code; what may be unknown is left out, null or undefined. */
export type ReasonEvidence<C extends ReasonCode> = EvidenceOf<ReasonTable[C]['evidence']>;

type EvidenceOf<E> = {
  readonly [K in keyof E as K extends `${string}?` ? never : K]: ValueOf<E[K]>;
} & {
  readonly [K in keyof E as K extends `${infer N}?` ? N : never]?: ValueOf<E[K]> | null | undefined;
};

/** Why something waits, fails, is tried again, is not reused or was stopped. */
export interface Reason {
  readonly code: string;
  readonly kind: ReasonKind;
  readonly sentence: string;
  readonly evidence: { name: string; value: string; unit: Unit }[];
  readonly next_whose: Whose;
  readonly next_move: string;
}

/**
 * A reason with its evidence.
 * @param sentence - in place of the code's own, where more is known: what the service itself said
 */
export function buildReason<C extends ReasonCode>(
  code: C,
  evidence: ReasonEvidence<C>,
  sentence?: string | null,
): Reason {
  const { kind, next, sentence: template, evidence: units } = reasonTable[code];
  const values = evidence as Readonly<Record<string, string | number | null | undefined>>;
  return {
    code,
    kind,
    sentence: sentence ?? template.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name])),
    evidence: Object.entries(units as Readonly<Record<string, Unit>>).flatMap(([key, unit]) => {
      const name = key.replace(/\?$/, '');
      const value = values[name];
      return value === null || value === undefined ? [] : [{ name, value: String(value), unit }];
    }),
    next_whose: next.whose,
    next_move: next.what,
  };
}
