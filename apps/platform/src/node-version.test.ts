import { expect, test } from 'vitest';

import { nodeFault } from './node-version.ts';

test('an older Node.js is refused with a sentence that names it and the one to take', () => {
  expect(nodeFault('20.20.2')).toMatch(/needs Node\.js 24 .* this is 20\.20\.2: .*node_modules\/\.bin\/node/);
  expect(nodeFault('24.0.0')).toBeUndefined();
  expect(nodeFault(process.versions.node)).toBeUndefined();
});
