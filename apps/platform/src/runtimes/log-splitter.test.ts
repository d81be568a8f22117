import { describe, expect, test } from 'vitest';
import { LogSplitter, MAX_MESSAGE_BYTES } from './log-splitter.ts';

/** The lines of a text that arrives in pieces of `size` bytes. */
function split(text: string | Buffer, size: number): string[] {
  const bytes = Buffer.from(text);
  const splitter = new LogSplitter();
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += size) lines.push(...splitter.push(bytes.subarray(at, at + size)));
  return [...lines, ...splitter.end()];
}

describe('LogSplitter', () => {
  test.for([
    { what: 'lines', text: 'a\nb\n', lines: ['a', 'b'] },
    { what: 'a last line without an end', text: 'a\nb', lines: ['a', 'b'] },
    { what: 'empty lines', text: '\n\na\n', lines: ['', '', 'a'] },
    { what: 'line ends of Windows', text: 'a\r\n\r\nb\r\n', lines: ['a', '', 'b'] },
    { what: 'a bar that returns before it draws', text: '\r1 %\r2 %\r3 %\ndone\n', lines: ['3 %', 'done'] },
    {
      what: 'a bar that returns after it has drawn',
      text: '1 %\r2 %\r3 %\r\ndone\n',
      lines: ['3 %', 'done'],
    },
    { what: 'a bar that is never finished', text: '1 %\r2 %\r', lines: ['2 %'] },
    { what: 'characters of several bytes', text: 'é€😀\n😀\n', lines: ['é€😀', '😀'] },
    { what: 'nothing', text: '', lines: [] },
  ])('gives the same for $what in pieces of any size', ({ text, lines }) => {
    for (let size = 1; size <= 8; size += 1) expect(split(text, size)).toEqual(lines);
  });

  test('cuts a line that is too long between characters', () => {
    const line = `x${'€'.repeat(50_000)}`;
    const lines = split(`${line}\n`, 10_000);
    expect(lines.join('')).toBe(line);
    expect(lines.every((part) => Buffer.byteLength(part) <= MAX_MESSAGE_BYTES)).toBe(true);
  });

  test('keeps a line of exactly the longest length whole', () => {
    expect(split(`${'x'.repeat(MAX_MESSAGE_BYTES)}\n`, 10_000)).toHaveLength(1);
  });
});
