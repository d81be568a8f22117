import { expect, test } from 'vitest';

import { progressLines } from '../../examples/quickstart/progress.ts';

test('where there is no terminal, each line says something new', () => {
  let clock = 0;
  const written: string[] = [];
  const progress = progressLines(
    'Execution',
    (line) => written.push(line),
    () => clock,
  );
  for (; clock <= 20_000; clock += 100) {
    const component = clock < 5000 ? undefined : clock < 12_000 ? 'DEM Ingester' : 'Elevation';
    progress.to(Math.min(0.5, Math.floor(clock / 1000) / 10), component);
    // What tells no component says nothing new of it.
    progress.to(Math.min(0.5, Math.floor(clock / 1000) / 10));
  }
  progress.end();
  expect(written).toEqual([
    '  Execution   20 %',
    '  Execution   40 %',
    '  Execution   50 %  DEM Ingester',
    '  Execution   50 %  Elevation',
    '  Execution  done',
  ]);
});

test('a share that grows is told every two seconds', () => {
  let clock = 0;
  const written: string[] = [];
  const progress = progressLines(
    'Download',
    (line) => written.push(line),
    () => clock,
  );
  for (; clock <= 6000; clock += 100) progress.to(clock / 10_000, 'dem.tif');
  expect(written).toEqual([
    '  Download     0 %  dem.tif',
    '  Download    20 %  dem.tif',
    '  Download    40 %  dem.tif',
    '  Download    60 %  dem.tif',
  ]);
});
