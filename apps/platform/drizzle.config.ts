import { defineConfig } from 'drizzle-kit';

/** `npm run migration -w apps/platform -- --name what-it-does` writes the next numbered migration. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/database/tables/*.ts',
  out: './migrations',
});
