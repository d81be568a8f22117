import type { Output } from '../../output/index.ts';
import type { Line } from './read-part.ts';

export type Form = 'text' | 'json' | 'csv';

type Write = (component: string, record: Line) => void;

/** Writes records in one of the forms, with the component where there are several. */
export function createWriter(out: Output, form: Form, several: boolean): Write {
  const { stdout } = out;
  const { colours } = stdout;
  switch (form) {
    case 'json':
      return (component, { logged_at, message }) =>
        out.record({ component, logged_at, message: message ?? '' });
    case 'csv':
      stdout.write(several ? 'component,logged_at,message\r\n' : 'logged_at,message\r\n');
      return (component, { logged_at, message }) => {
        const values = [...(several ? [component] : []), logged_at, message ?? ''];
        stdout.write(`${values.map(quoted).join(',')}\r\n`);
      };
    case 'text':
      return (component, { logged_at, message }) => {
        const label = several ? `${colours.cyan(component)}  ` : '';
        stdout.write(`${colours.dim(timeOf(logged_at))}  ${label}${message ?? ''}\n`);
      };
  }
}

/** To the millisecond: `2026-11-26 12:00:00.123`. */
const timeOf = (at: string): string => at.slice(0, 23).replace('T', ' ');

const quoted = (value: string): string =>
  /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
