import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Tests run from the sources: no build comes first.
  ssr: {
    resolve: {
      conditions: ['fusion-source', 'node'],
      externalConditions: ['fusion-source'],
    },
  },
  test: {
    include: [
      '{packages,apps,services}/*/{src,test}/**/*.test.ts',
      'sample-archive/src/**/*.test.ts',
      'scripts/*.test.ts',
      'e2e/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    reporters: ['default', './scripts/skipped-reporter.mjs'],
  },
});
