import { defineConfig } from 'vite';

import { withoutDescriptions } from './scripts/without-descriptions.ts';

export default defineConfig({
  base: '/',
  resolve: { conditions: ['fusion-source', 'browser', 'module', 'import', 'default'] },
  plugins: [withoutDescriptions()],
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    target: 'es2022',
    // A file that becomes part of the page as a data address could not be refused by its address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    reportCompressedSize: false,
    manifest: true,
    // What several pages use goes into one file: a dozen of a few hundred bytes each pack worse, and are asked for one by one.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'shared', test: /dashboard[\\/]src[\\/](?!map)|useMutation/, minShareCount: 2 }],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: {
    proxy: Object.fromEntries(
      ['/organisations', '/users', '/uploads', '/downloads', '/healthz', '/reference', '/openapi.json'].map(
        (path) => [path, process.env['FUSION_URL'] ?? 'http://127.0.0.1:8080'],
      ),
    ),
  },
});
