import { expect, test } from 'vitest';

import { oneLine, printable } from './printable.ts';

test('what would steer a terminal is taken out; tabs, line feeds and colours stay', () => {
  expect(printable('a\tb\nc')).toBe('a\tb\nc');
  expect(printable('\u001B[31mred\u001B[0m')).toBe('\u001B[31mred\u001B[0m');
  expect(printable('\u001B[2Jgone\u001B]0;title\u0007')).toBe('[2Jgone]0;title');
  expect(printable('\u009B2J\u0000\r\b')).toBe('2J');
  expect(printable('abc\u202Egpj.exe')).toBe('abcgpj.exe');
});

test('in one line there are no colours and no breaks', () => {
  expect(oneLine(' \u001B[31ma\u001B[0m\r\n\tb ')).toBe('a b');
});
