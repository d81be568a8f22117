import { binaryBytes, credits, whole } from '../format/number.ts';
import { dateTime, duration } from '../format/time.ts';

export interface Evidence {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
}

/** Why something waits, failed, was tried again, was not reused or was stopped, as the platform tells it. */
export interface Reason {
  readonly code: string;
  readonly kind: string;
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
  readonly next_whose: string;
  readonly next_move: string;
}

/** A piece of evidence in the units and the language of the page; as it came where its unit is not known here. */
export function evidenceText({ value, unit }: Omit<Evidence, 'name'>): string {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  switch (unit) {
    case 'time':
      return Number.isNaN(Date.parse(value)) ? value : dateTime(value);
    case 'id':
    case 'text':
    case 'code':
      return value;
    default:
      return Number.isNaN(number) ? value : numberText(number, unit);
  }
}

function numberText(number: number, unit: string): string {
  switch (unit) {
    case 'count':
      return whole(number);
    case 'credits':
      return `${credits(number)} credits`;
    case 's':
      return duration(number);
    case 'bytes':
      return binaryBytes(number);
    // As the platform gives memory and storage out, in steps of 1024.
    case 'MB':
      return binaryBytes(number * 2 ** 20);
    case 'GB':
      return binaryBytes(number * 2 ** 30);
    default:
      return `${number} ${unit}`;
  }
}

/** `starts_at` as `starts at`. */
export const evidenceName = (name: string): string => name.replaceAll('_', ' ');

const whoseNames: Readonly<Record<string, string>> = {
  user: 'What you can do:',
  operator: 'Whoever runs the platform:',
  // Its moves are told, not asked for: "begins it when a slot is free".
  platform: 'The platform',
};

/** Who acts next, and what they do. */
export function nextText({ next_whose: whose, next_move: move }: Reason): string {
  const name = whoseNames[whose] ?? `${whose}:`;
  return `${name} ${move.slice(0, 1).toLowerCase()}${move.slice(1)}`;
}
