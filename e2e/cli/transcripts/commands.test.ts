import { expect, test } from 'vitest';

import { groups } from '../../../apps/cli/src/commands/index.ts';
import { transcripts } from './index.ts';

test('each command has its transcript', () => {
  const commands = groups
    .flatMap(({ members }) => members)
    .flatMap((member) =>
      'commands' in member ? member.commands.map(({ name }) => `${member.name} ${name}`) : [member.name],
    );
  expect(transcripts.map(({ command }) => command).sort()).toEqual(commands.sort());
});
