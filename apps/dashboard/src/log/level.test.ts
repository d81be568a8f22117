import { expect, test } from 'vitest';

import { levelOf } from './level.ts';

test.each([
  ['ERROR: no such tile', 'error'],
  ['2026-01-01 12:00:00,123 WARNING rasterio: nodata', 'warning'],
  ['[info] begun', 'info'],
  ['{"level":"debug","msg":"x"}', 'debug'],
  ['Traceback (most recent call last):', 'error'],
  ['The terror of warnings that inform', undefined],
  ['Elevation: 388800 pixels', undefined],
])('%s is %s', (message, level) => {
  expect(levelOf(message)).toBe(level);
});
