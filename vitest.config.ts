import { globSync, readFileSync } from 'node:fs';

import { configDefaults, defineConfig } from 'vitest/config';

const include = [
  '{packages,apps,services}/*/{src,test}/**/*.test.ts',
  'sample-archive/src/**/*.test.ts',
  'scripts/*.test.ts',
  'e2e/**/*.test.ts',
];
const longForm = 'FUSION_TEST_LONG';

/**
 * `npm test` leaves out the long suites, and has the short form of tests that have two. With FUSION_TEST_LONG=1 all run, in
 * their long form (`npm run test:all`); with FUSION_TEST_LONG=only what `npm test` has left out or shortened.
 */
function chosen(): { readonly include: string[]; readonly exclude: string[] } {
  const { exclude } = configDefaults;
  const wish = process.env[longForm];
  if (!wish) return { include, exclude: [...exclude, '**/*.long.test.ts'] };
  if (wish !== 'only') return { include, exclude };
  const files = include.flatMap((pattern) => globSync(pattern, { cwd: import.meta.dirname }));
  return {
    include: files.filter(
      (path) =>
        path.endsWith('.long.test.ts') ||
        readFileSync(new URL(path, import.meta.url), 'utf8').includes(longForm),
    ),
    exclude,
  };
}

export default defineConfig({
  // Tests run from the sources: no build comes first.
  ssr: {
    resolve: {
      conditions: ['fusion-source', 'node'],
      externalConditions: ['fusion-source'],
    },
  },
  test: {
    ...chosen(),
    setupFiles: ['./apps/platform/src/testing/setup.ts'],
    // What is waited for comes late on a busy machine; the limits are there for what never comes.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
    // One more than the two processors of a small machine: many tests wait for processes, and leave theirs to others.
    maxWorkers: 3,
    reporters: ['default', './scripts/skipped-reporter.mjs'],
  },
});
