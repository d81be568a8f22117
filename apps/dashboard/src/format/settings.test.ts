import { expect, test } from 'vitest';

import { localeOf } from './settings.ts';

test.each([
  ['en', 'en-GB', 'en-GB'],
  ['en', 'de-DE', 'en'],
  ['en-US', 'en-GB', 'en-US'],
  ['de', 'de', 'de'],
  ['e', 'en-GB', 'e'],
  [undefined, 'en-GB', 'en-GB'],
])('an account with %s in a browser with %s shows times and numbers as in %s', (account, browser, shown) => {
  expect(localeOf(account, browser)).toBe(shown);
});
