import { sql } from 'drizzle-orm';
import { afterAll, beforeAll } from 'vitest';

import { selectRows } from '../../database/index.ts';
import { openTestPlatform, removeFolder, temporaryFolder } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';

type Statement = ReturnType<typeof sql>;

/** A platform for all tests of a file, whose rows they write and count themselves: no engine runs. */
export interface PlatformOfRows {
  /** There once the first test begins. */
  readonly platform: TestPlatform;
  /** What the statement gives as `count`. */
  readonly count: (statement: Statement) => Promise<number>;
  /** So many executions of a process, with these values, as SQL, instead of those of one that costs little. */
  addExecutions(process: string, times: number, values: Readonly<Record<string, string>>): Promise<void>;
}

export function platformOfRows(): PlatformOfRows {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await openTestPlatform(await temporaryFolder());
  });
  afterAll(async () => {
    await platform.close();
    await removeFolder(platform.folder);
  });
  return {
    get platform() {
      return platform;
    },
    count: async (statement) => {
      const [row] = await selectRows<{ count: number }>(platform.database.queries, statement);
      return row!.count;
    },
    addExecutions: async (process, times, values) => {
      const all = {
        organisation_id: `'${platform.organisation}'`,
        process_id: `'${process}'`,
        process_name: `'P'`,
        options: `'[]'`,
        chains: `'[]'`,
        started_at: 'now()',
        open_components: '0',
        price: '0.1',
        output_storage_days: '30',
        delete_expiry: 'now()',
        ...values,
      };
      await platform.database.queries.execute(
        sql.raw(`insert into process_executions (id, ${Object.keys(all).join(', ')})
          select gen_random_uuid(), ${Object.values(all).join(', ')} from generate_series(1, ${times})`),
      );
    },
  };
}
