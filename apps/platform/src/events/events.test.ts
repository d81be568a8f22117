import { expect, test } from 'vitest';

import { openTestDatabase } from '../testing/prepared-database.ts';
import { createEvents } from './events.ts';

test('What changed is heard once its transaction holds, by all who share the database, and never of one undone', async () => {
  const database = await openTestDatabase();
  const [here, there] = [await createEvents(database), await createEvents(database)];
  const heard: string[] = [];
  here.subscribe('work', 'a', (id) => heard.push(`here ${id}`));
  const unsubscribe = there.subscribe('work', undefined, (id) => heard.push(`there ${id}`));
  await database.transaction(async (tx) => {
    for (const id of ['a', 'b', 'a']) await here.publish(tx, { kind: 'work', id });
    await here.publish(tx, { kind: 'log', id: 'a' });
    expect(heard).toEqual([]);
  });
  await expect.poll(() => heard.toSorted()).toEqual(['here a', 'there a', 'there b']);
  heard.length = 0;
  await expect(
    database.transaction(async (tx) => {
      await here.publish(tx, { kind: 'work', id: 'a' });
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  await there.publish(database.queries, { kind: 'work', id: 'c' });
  await expect.poll(() => heard).toEqual(['there c']);
  unsubscribe();
  await here.publish(database.queries, { kind: 'work', id: 'd' });
  await here.publish(database.queries, { kind: 'work', id: 'a' });
  await expect.poll(() => heard).toEqual(['there c', 'here a']);
  await here.close();
  await there.close();
  await database.close();
});
