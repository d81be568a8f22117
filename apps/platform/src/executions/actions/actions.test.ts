import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { CallError } from '@fusion-platform/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { findComponent } from '../view/index.ts';
import { openResults } from '../testing/results.ts';
import type { Results } from '../testing/results.ts';
import { actionsOf, createActions } from './index.ts';
import type { Actions } from './index.ts';

let results: Results;
let actions: Actions;
let host: string;
/** What the outside was asked, in order. */
let asked: string[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let close: () => void;

const { signal } = new AbortController();

beforeAll(async () => {
  results = await openResults();
  const { database, catalogue } = results;
  actions = createActions({ database, catalogue, allowPrivate: true });
  const server = createServer((request, response) => {
    asked.push(request.url!);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => server.close();
});

afterAll(async () => {
  close();
  await results.close();
});

beforeEach(() => {
  asked = [];
  answer = ({ url }, response) => {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify({ asked: url }));
  };
});

interface Made {
  readonly component: string;
  readonly data: string;
}

const band = (selector: string) => ({ selector, category: 'band', data_type: 'float32' }) as never;

/** A component that has succeeded, of a service with one action. Values are told the service's own SSD. */
async function make(
  values: (ssdId: string) => readonly Record<string, unknown>[],
  parts: {
    url?: string;
    selectors?: readonly string[];
    analysed?: boolean;
    state?: 'failed' | 'running';
  } = {},
): Promise<Made> {
  const {
    url = `${host}/sample`,
    selectors = ['Slope', 'Aspect'],
    analysed = true,
    state = 'succeeded',
  } = parts;
  const ssdId = randomUUID();
  const service = await results.addService({
    ssd_id: ssdId,
    actions: [{ name: 'sample', url, values: values(ssdId) }],
  });
  const file = { selectors: selectors.map(band), ...(analysed ? {} : { analysed_at: null }) };
  const data = await results.addData('Slope', [file]);
  const component = await results.addComponent(await results.addExecution(), service, {
    job_outputs: [{ number: 1, name: 'Result', file_type: 'GeoTIFF', data_id: data }],
    state,
  });
  return { component, data };
}

async function run({ component }: Made, values: Parameters<Actions['run']>[2]['values'] = {}) {
  return await actions.run(results.organisation, component, { name: 'sample', values }, signal);
}

const refusal = async (tried: Promise<unknown>): Promise<CallError> =>
  await tried.then(
    () => expect.fail('it was not refused'),
    (error: unknown) => (error instanceof CallError ? error : expect.fail(String(error))),
  );

describe('the values of an action', () => {
  test('are constants, expressions, selectors, texts of addresses and what the user gives, each over those before', async () => {
    answer = ({ url }, response) =>
      url === '/scale?of=2' ? response.end(' 0.5\n') : response.end(JSON.stringify(url));
    const made = await make(() => [
      { name: 'factor', data_type: 'numeric', constant: true, value: 2 },
      { name: 'count', data_type: 'numeric', required: true },
      { name: 'zoom', data_type: 'numeric', default: 9 },
      { name: 'scale', data_type: 'numeric', url: `${host}/scale?of={factor}` },
      { name: 'size', data_type: 'numeric', expression: 'count * factor * scale + zoom' },
      { name: 'large', data_type: 'boolean', expression: 'size > 10' },
      { name: 'note' },
    ]);
    const { body } = await run(made, { count: 3 });
    expect(body).toBe(JSON.stringify('/sample?factor=2&count=3&zoom=9&scale=0.5&size=12&large=true'));
  });

  test('stand where the address names them in braces, encoded, and those that it does not name are not sent', async () => {
    const made = await make(
      () => [{ name: 'place' }, { name: 'hidden', constant: true, value: 'h' }, { name: 'nothing' }],
      { url: `${host}/at/{place}/now?key={hidden}&none={nothing}&format=json` },
    );
    await run(made, { place: 'a/b&c?' });
    expect(asked).toEqual(['/at/a%2Fb%26c%3F/now?key=h&none=&format=json']);
  });

  test('cannot lead to another path', async () => {
    const made = await make(() => [{ name: 'place' }], { url: `${host}/at/{place}/now` });
    const { message } = await refusal(run(made, { place: '..' }));
    expect(message).toContain('lead to another path');
    expect(asked).toEqual([]);
  });

  test('that users give wrongly are all named at once, before anything is fetched', async () => {
    const made = await make(() => [
      { name: 'fetched', url: `${host}/value` },
      { name: 'fixed', constant: true, value: 'x' },
      { name: 'count', data_type: 'numeric', required: true, validation: 'min=1' },
      { name: 'way', data_type: 'constrained', required: true, validation: 'values=A,B' },
      { name: 'size', data_type: 'numeric', required: true, validation: 'min=1' },
    ]);
    const { code, fields } = await refusal(run(made, { fixed: 'y', other: 1, way: 'C', size: 0 }));
    expect(code).toBe('invalid_model');
    expect(fields.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'values.fixed: it is not for users to give',
      'values.other: the action has no such value',
      'values.count: it is required',
      'values.way: "C" is not one of A, B',
      'values.size: 0 is less than 1',
    ]);
    expect(asked).toEqual([]);
  });

  test('that come to nothing though the action needs them are named, and nothing is called', async () => {
    const made = await make(() => [
      { name: 'a', required: true, expression: 'None' },
      { name: 'b', required: true, expression: 'None' },
    ]);
    expect((await refusal(run(made))).message).toContain('nothing came of a, b');
    expect(asked).toEqual([]);
  });

  test('that cannot be worked out say why', async () => {
    const wrong = await make(() => [{ name: 'a', data_type: 'numeric', expression: '1 / 0' }]);
    expect((await refusal(run(wrong))).message).toContain(
      'values.a: The expression "1 / 0" cannot be worked out',
    );
    const text = await make(() => [{ name: 'a', data_type: 'numeric', expression: '"many"' }]);
    expect((await refusal(run(text))).message).toContain('values.a: "many" is not a number');
    const lacking = await make(() => [{ name: 'a', url: `${host}/value` }]);
    answer = (_, response) => response.writeHead(404).end();
    expect((await refusal(run(lacking))).message).toContain('values.a: 127.0.0.1:');
    expect(asked).toEqual(['/value']);
  });
});

describe('a value that is a selector', () => {
  const own = async (value: object, parts: Parameters<typeof make>[1] = {}): Promise<Made> =>
    await make((ssdId) => [{ name: 'band', ssd_id: ssdId, output: 1, ...value }], parts);

  test('is its name, with the id of the data item beside it', async () => {
    const made = await own({ selector: 'Aspect' });
    await run(made);
    expect(asked).toEqual([`/sample?band=Aspect&band_data_id=${made.data}`]);
  });

  test('must be in the data', async () => {
    const { message } = await refusal(run(await own({ selector: 'Relief' })));
    expect(message).toContain('there is no selector "Relief": the data has Slope, Aspect');
  });

  test('is the user’s choice when the action does not say which, and the only one there is without a choice', async () => {
    const open = await own({ required: true });
    await run(open, { band: 'Slope' });
    expect((await refusal(run(open))).message).toContain('say which selector: the data has Slope, Aspect');
    const single = await own({ required: true }, { selectors: ['Slope'] });
    await run(single);
    expect(asked).toEqual([
      `/sample?band=Slope&band_data_id=${open.data}`,
      `/sample?band=Slope&band_data_id=${single.data}`,
    ]);
  });

  test('is not known while the data is being analysed: the caller is told to come back', async () => {
    const { code, retryAfterSeconds } = await refusal(
      run(await own({ selector: 'Slope' }, { analysed: false })),
    );
    expect([code, retryAfterSeconds]).toEqual(['conflict', 2]);
  });

  test('shows its data item among the actions of the component', async () => {
    const { component, data } = await own({ selector: 'Slope' });
    const { queries } = results.database;
    const row = await findComponent(queries, results.organisation, component);
    expect(await actionsOf(queries, results.catalogue, row)).toMatchObject([
      { name: 'sample', url: `${host}/sample`, values: [{ name: 'band', data_id: data, value: 'Slope' }] },
    ]);
    const gone = { ...row, service_id: randomUUID() };
    expect(await actionsOf(queries, results.catalogue, gone)).toBeNull();
  });
});

describe('an action', () => {
  test('gives back JSON and text as such, anything else in base64, whatever the status', async () => {
    const made = await make(() => []);
    const given = async (type: string | null, body: string | Uint8Array, status = 200) => {
      answer = (_, response) => {
        response.writeHead(status, type === null ? {} : { 'content-type': type }).end(body);
      };
      const { content_type: _, ...rest } = await run(made);
      return rest;
    };
    expect(await given('application/geo+json', '{"a":1}')).toEqual({
      status: 200,
      body_type: 'json',
      body: { a: 1 },
    });
    expect(await given('application/json', '{"a":', 500)).toEqual({
      status: 500,
      body_type: 'text',
      body: '{"a":',
    });
    expect(await given('text/plain; charset=latin1', Buffer.from([0xe9]))).toMatchObject({ body: 'é' });
    expect(await given(null, 'plain')).toMatchObject({ body_type: 'text', body: 'plain' });
    expect(await given('image/png', Buffer.from([0x89, 0x50]), 404)).toEqual({
      status: 404,
      body_type: 'base64',
      body: 'iVA=',
    });
  });

  test('of a component that has not succeeded is refused', async () => {
    const { code, message } = await refusal(run(await make(() => [], { state: 'failed' })));
    expect([code, message]).toEqual([
      'conflict',
      'The component "Slope" has no results to act on: it is failed',
    ]);
    expect(asked).toEqual([]);
  });

  test('that the service has not is refused with those that it has', async () => {
    const { component } = await make(() => []);
    const tried = actions.run(results.organisation, component, { name: 'Sample', values: {} }, signal);
    expect(await refusal(tried)).toMatchObject({
      code: 'bad_request',
      message: 'The component has no action "Sample": it has "sample"',
    });
  });

  test('of another organisation’s component is not found', async () => {
    const { component } = await make(() => []);
    const tried = actions.run(randomUUID(), component, { name: 'sample', values: {} }, signal);
    expect((await refusal(tried)).code).toBe('not_found');
  });

  test('does not call this machine or private networks unless the platform is set up to', async () => {
    const { database, catalogue } = results;
    const careful = createActions({ database, catalogue, allowPrivate: false });
    const away = await make(() => []);
    const fetched = await make(() => [{ name: 'a', url: `${host}/value` }], {
      url: 'https://tiles.example/',
    });
    for (const { component } of [away, fetched]) {
      const tried = careful.run(results.organisation, component, { name: 'sample', values: {} }, signal);
      const { code, message } = await refusal(tried);
      expect(code).toBe('forbidden');
      expect(message).toContain('127.0.0.1 is an address of this machine or of a private network');
    }
    expect(asked).toEqual([]);
  });

  test('whose address cannot be reached says so', async () => {
    const made = await make(() => [], { url: 'http://127.0.0.1:1/' });
    const { code, message } = await refusal(run(made));
    expect(code).toBe('conflict');
    expect(message).toMatch(/^The action "sample" failed: /);
  });
});
