import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attemptCase } from './case.ts';
import { allLogs, messages, untilEnded, untilNews } from './harness.ts';

const LINES = 100_000;

export const logCases = [
  attemptCase(
    'A log of 100,000 lines is kept whole, in order, each with a later time than the one before',
    async (harness) => {
      const runtime = await harness.runtime();
      const script = `
      const { writeSync } = require('node:fs');
      for (let line = 0; line < ${LINES}; line += 1) console.log('line ' + line + ' äöü, "quoted"');`;
      const { handle } = await harness.run(runtime, harness.spec(script));
      const records = await allLogs(runtime, handle, 777);
      assert.equal(records.length, LINES);
      assert.ok(
        records.every(
          ({ message, stream }, line) => stream === 'stdout' && message === `line ${line} äöü, "quoted"`,
        ),
      );
      assert.ok(records.every(({ loggedAt }) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(loggedAt)));
      assert.ok(
        records.every(({ loggedAt }, line) => line === 0 || loggedAt > (records[line - 1]?.loggedAt ?? '')),
      );
    },
  ),

  attemptCase(
    'Lines of any kind become records: huge, empty, without an end, not UTF-8, drawn over',
    async (harness) => {
      const runtime = await harness.runtime();
      const script = `
      const { writeSync } = require('node:fs');
      const write = (bytes) => { for (let at = 0; at < bytes.length; ) {
        try { at += writeSync(1, bytes, at); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
      } };
      write(Buffer.from('x'.repeat(200000) + '\\n'));
      write(Buffer.from('é'.repeat(50000) + '\\n'));
      write(Buffer.from('\\n'));
      write(Buffer.from('windows\\r\\n'));
      write(Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x00, 0x63, 0x0a]));
      for (let percent = 0; percent <= 100; percent += 1) write(Buffer.from('\\r' + percent + ' %'));
      write(Buffer.from('\\nno end'));`;
      const { handle } = await harness.run(runtime, harness.spec(script));
      const found = await messages(runtime, handle);
      assert.ok(found.every((message) => Buffer.byteLength(message) <= 65_536));
      assert.equal(found.slice(0, 4).join(''), 'x'.repeat(200_000));
      assert.equal(found.slice(4, 6).join(''), 'é'.repeat(50_000));
      assert.deepEqual(found.slice(6), ['', 'windows', 'a\uFFFD\uFFFDbc', '100 %', 'no end']);
    },
  ),

  attemptCase('Both streams are kept, each in its order and named', async (harness) => {
    const runtime = await harness.runtime();
    const script = `for (let n = 0; n < 100; n += 1) { console.log('out ' + n); console.error('err ' + n); }`;
    const { handle } = await harness.run(runtime, harness.spec(script));
    const records = await allLogs(runtime, handle);
    const expected = (word: string) => Array.from({ length: 100 }, (_, n) => `${word} ${n}`);
    const of = (wanted: string) =>
      records.filter(({ stream }) => stream === wanted).map(({ message }) => message);
    assert.deepEqual(of('stdout'), expected('out'));
    assert.deepEqual(of('stderr'), expected('err'));
  }),

  attemptCase(
    'Records come while it runs, a line once it is complete, and each is read once by its offset',
    async (harness) => {
      const runtime = await harness.runtime();
      const script = `
      process.stdout.write('first\\nsecond, not ');
      const { existsSync } = require('node:fs');
      const timer = setInterval(() => {
        if (!existsSync('scratch/go')) return;
        clearInterval(timer);
        process.stdout.write('complete before\\n');
      }, 5);`;
      const spec = harness.spec(script);
      const handle = await harness.start(runtime, spec);
      await untilNews(runtime, handle, async () => (await messages(runtime, handle)).length > 0);
      const early = await runtime.readLogs(handle, 0);
      assert.deepEqual(
        early.records.map(({ message }) => message),
        ['first'],
      );
      assert.deepEqual(await runtime.readLogs(handle, early.nextOffset), {
        records: [],
        nextOffset: early.nextOffset,
      });
      writeFileSync(join(spec.folder, 'scratch/go'), '');
      await untilEnded(runtime, handle);
      const late = await runtime.readLogs(handle, early.nextOffset);
      assert.deepEqual(
        late.records.map(({ message }) => message),
        ['second, not complete before'],
      );
    },
  ),
];
