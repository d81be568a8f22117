import { expect, test } from 'vitest';

import { clientName } from './client-name.ts';

test.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome on Linux',
  ],
  ['Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Windows'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
    'Safari on macOS',
  ],
  ['python-requests/2.32.3', 'python-requests/2.32.3'],
  ['fusion-platform/0.1.0 node/24.0.0', 'fusion-platform/0.1.0'],
  [undefined, 'not told'],
])('%s is told as a name', (agent, name) => {
  expect(clientName(agent)).toBe(name);
});
