import { expect, test } from 'vitest';

import { RemoteRasterError } from '../ranges/index.ts';
import { archiveFault } from './archive-fault.ts';
import { StacArchiveError } from './stac-archive-error.ts';

const words = { tooLarge: 'The region is too large', unreadable: 'A tile cannot be read' };

test.each([
  [
    new StacArchiveError('no_collection', 'There is no such collection'),
    'refused',
    'There is no such collection',
  ],
  [new StacArchiveError('unusable', 'It answers with HTML'), 'error', 'It answers with HTML'],
  [new StacArchiveError('unreachable', 'It does not answer'), 'transient', 'It does not answer'],
  [
    new RemoteRasterError('too_large', 'http://127.0.0.1/a.tif', 'Too many pixels'),
    'refused',
    words.tooLarge,
  ],
  [new RemoteRasterError('not_found', 'http://127.0.0.1/a.tif', 'No such file'), 'error', words.unreadable],
  [
    new RemoteRasterError('unreachable', 'http://127.0.0.1/a.tif', 'Timed out'),
    'transient',
    words.unreadable,
  ],
])('%s ends an attempt as what it is', (error, code, message) => {
  expect(archiveFault(error, words)).toMatchObject({ code, message });
});

test('an error of something else is none of an archive', () => {
  expect(archiveFault(new Error('Disk full'), words)).toBeUndefined();
});
