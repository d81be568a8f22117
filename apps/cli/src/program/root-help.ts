import type { CommandDefinition, GroupDefinition } from '../command/index.ts';
import { groups } from '../commands/index.ts';
import { exitCodeTexts } from '../errors/index.ts';

export const description =
  'Run Earth-observation services over your regions, watch them, and fetch what they make.';
export const versionText = 'print the version';
export const helpText = 'print help; also for each command';

const gap = 2;

/**
 * The help of the whole command. It is written from the tables alone, laid out as the parser lays out the help of a
 * command: loading the parser, and telling it of every command, would take most of the time.
 * @param width in columns
 */
export function rootHelp(width: number): string {
  const isVisible = (member: CommandDefinition | GroupDefinition): boolean =>
    !('hidden' in member && member.hidden);
  const parts: readonly (readonly [title: string, rows: readonly Row[]])[] = [
    [
      'Options:',
      [
        ['-v, --version', versionText],
        ['-h, --help', helpText],
      ],
    ],
    ...groups.map(
      ({ title, members }) =>
        [title, members.filter(isVisible).map(({ name, summary }): Row => [name, summary])] as const,
    ),
  ];
  const longest = Math.max(...parts.flatMap(([, rows]) => rows.map(([term]) => term.length)));
  const lines = parts.flatMap(([title, rows]) => [
    title,
    ...rows.flatMap(([term, text]) => row(term.padEnd(longest), text, width)),
    '',
  ]);
  return [
    'Usage: fusion-platform COMMAND [options]',
    '',
    ...wrap(description, width),
    '',
    ...lines,
    ...closing(),
    '',
  ].join('\n');
}

type Row = readonly [term: string, text: string];

function row(term: string, text: string, width: number): string[] {
  const left = gap + term.length + gap;
  const [first = '', ...others] = wrap(text, width - left);
  return [
    `${' '.repeat(gap)}${term}${' '.repeat(gap)}${first}`,
    ...others.map((line) => ' '.repeat(left) + line),
  ];
}

/** Where fewer columns than this are left, a line goes over them: a word a line is no help. */
const fewestColumns = 40;

function wrap(text: string, width: number): string[] {
  const most = Math.max(width, fewestColumns);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function closing(): string[] {
  return [
    'Exit codes:',
    ...exitCodeTexts.map(([code, text]) => `  ${String(code).padStart(3)}  ${text}`),
    '',
    'Variables:',
    '  FUSION_URL, FUSION_EMAIL, FUSION_PASSWORD, FUSION_ORGANISATION, FUSION_PROFILE, FUSION_CONFIG_DIR, NO_COLOR,',
    '  FUSION_TOKEN with FUSION_USER_ID; for a platform on this machine FUSION_DATA, FUSION_PLATFORM_HOME',
    '',
    'First steps:',
    '  $ fusion-platform login',
    '  $ fusion-platform services ls',
    '  $ fusion-platform start Elevation --input-list region.geojson --download',
  ];
}
