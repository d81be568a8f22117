import { stripVTControlCharacters } from 'node:util';

/** Control characters, C1 included, and those that turn the direction of writing. */
const steering = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;
const escape = '\u001B';
const colour = /^\[[\d;]*m/;

/**
 * The text without what could steer a terminal: a log line or a name may hold anything. Tabs, line feeds and colours
 * stay.
 */
export function printable(text: string): string {
  return text.replaceAll(steering, (char, at: number) => {
    if (char === '\t' || char === '\n') return char;
    return char === escape && colour.test(text.slice(at + 1, at + 20)) ? char : '';
  });
}

/** The text in one line without any control character, for names and messages inside a layout. */
export function oneLine(text: string): string {
  return printable(stripVTControlCharacters(text)).replaceAll(/\s+/g, ' ').trim();
}
