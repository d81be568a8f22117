import { exampleRegions, login, RequestError, StateError } from 'fusion-platform';
import type { Organisation, ProcessOption, Service } from 'fusion-platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { faultOf, inPlay } from '../../apps/dashboard/src/services/check-option.ts';
import { keyOf, makeDraft, textsOf } from '../../apps/dashboard/src/services/draft.ts';
import type { OptionTexts } from '../../apps/dashboard/src/services/draft.ts';
import { once } from '../../apps/dashboard/src/services/schedule.ts';
import { logIn } from '../support/api.ts';
import { flow } from '../support/flow.ts';
import type { Flow } from '../support/flow.ts';
import { email, password, startPlatform, testFolder } from '../support/platform.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { writeService } from '../support/service.ts';

const day = 'format=%d/%m/%Y;min=23/06/2015;max=31/12/2026';
const options = [
  { name: 'number', data_type: 'numeric', value: '5', required: true, validation: 'min=1;max=10' },
  { name: 'spaced', data_type: 'numeric', validation: ' MIN = 1 ; Max = 10 ' },
  { name: 'money', data_type: 'currency', validation: 'min=0.5' },
  { name: 'switch', data_type: 'boolean', value: 'False' },
  { name: 'choice', data_type: 'constrained', value: 'A', required: true, validation: 'values=A, B,*' },
  { name: 'day', data_type: 'datetime', value: '23/06/2015', validation: day },
  {
    name: 'moment',
    data_type: 'datetime',
    value: '2026-02-01T06:00:30',
    validation: 'format=%Y-%m-%dT%H:%M:%S;min=2026-02-01T06:00:30',
  },
  { name: 'note', data_type: 'string' },
  { name: 'api_key', data_type: 'constrained', validation: 'values=k1,k2' },
  { name: 'unless', data_type: 'numeric', required: true, value: '1', mutually_exclusive: 'switch = yes' },
];

/** What a field has for its text, and whether the platform takes it. */
const typed: readonly (readonly [name: string, text: string, fault: string | undefined])[] = [
  ['number', '1', undefined],
  ['number', '1e1', undefined],
  ['number', '2.5', undefined],
  ['number', '0', '0 is less than 1'],
  ['number', '10.5', '10.5 is more than 10'],
  ['number', '1e3', '1000 is more than 10'],
  ['number', '', 'it needs a value'],
  ['number', 'many', '"many" is not a number'],
  ['number', '1,5', '"1,5" is not a number'],
  ['number', '   ', '"   " is not a number'],
  ['number', '1e999', '1e999 is more than a number can be'],
  ['number', 'Infinity', '"Infinity" is not a number'],
  ['spaced', '1', undefined],
  ['spaced', '', undefined],
  ['spaced', '11', '11 is more than 10'],
  ['money', '0.50', undefined],
  ['money', '0.4', '0.4 is less than 0.5'],
  ['money', '£5', '"£5" is not a number'],
  ['switch', 'true', undefined],
  ['switch', 'perhaps', '"perhaps" is neither true nor false'],
  ['choice', 'B', undefined],
  ['choice', '*', undefined],
  ['choice', 'C', '"C" is not one of A, B, *'],
  ['choice', '', 'it needs a value'],
  ['day', '2015-06-23', undefined],
  ['day', '31/12/2026', undefined],
  ['day', '', undefined],
  ['day', '2015-06-22', '22/06/2015 is before 23/06/2015'],
  ['day', '2027-01-01', '01/01/2027 is after 31/12/2026'],
  ['day', '2026-02-30', '"2026-02-30" is not a date of the form %d/%m/%Y'],
  ['day', 'soon', '"soon" is not a date of the form %d/%m/%Y'],
  ['moment', '2026-02-01T06:00', undefined],
  ['moment', '2026-02-01T05:59', '2026-02-01T05:59:00 is before 2026-02-01T06:00:30'],
  ['note', 'a;b=c', undefined],
  ['note', 'None', undefined],
  ['note', 'n'.repeat(100_001), 'it is longer than 100000 characters'],
  ['api_key', 'k1', undefined],
  ['api_key', 'k3', '"k3" is not one of k1, k2'],
  ['unless', '', 'it needs a value'],
];

describe('what the form of a process says of its options is what the platform says', () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  let platform: RunningPlatform;
  let organisation: Organisation;
  let api: Flow;
  let region: string;
  let service: Service;
  let held: readonly ProcessOption[];

  beforeAll(async () => {
    folder = await testFolder();
    await writeService(folder.path, {
      name: 'Options',
      ssd_id: '6b0e8a1c-3f0a-4f53-9c50-0c3f39a7e021',
      inputs: [{ number: 1, file_type: 'GeoJSON' }],
      outputs: [{ number: 1, name: 'Copy', file_type: 'GeoJSON' }],
      options,
    });
    await writeService(folder.path, {
      name: 'Sender',
      ssd_id: '6b0e8a1c-3f0a-4f53-9c50-0c3f39a7e022',
      dispatcher: true,
      options: [
        { name: 'target', data_type: 'string', required: true },
        { name: 'parts', data_type: 'numeric', validation: 'max=3', mutually_exclusive: 'target=all' },
      ],
    });
    platform = await startPlatform(folder.path, { FUSION_SERVICES: folder.path });
    const session = await login({ apiUrl: platform.url, email, password, pollInterval: 200 });
    organisation = (await session.user.organisations().first())!;
    api = flow(platform.url, await logIn(platform.url, email, password));
    ({ id: region } = await organisation.createData({
      name: 'Glasgow',
      fileType: 'GeoJSON',
      files: [exampleRegions.glasgow],
      wait: true,
    }));
    service = (await organisation.findServices({ name: 'Options' })).first!;
    ({ options: held } = await organisation.newProcess({ name: 'Template', service }));
  });

  afterAll(async () => {
    await platform?.stop();
    await folder?.remove();
  });

  const optionOf = (name: string): ProcessOption => held.find((option) => option.name === name)!;
  const withTexts = (texts: Readonly<Record<string, string>>): OptionTexts => ({
    ...textsOf(held),
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [keyOf(optionOf(name)), text])),
  });
  const draft = async (
    values: OptionTexts,
    dispatchers: Parameters<typeof makeDraft>[2]['dispatchers'] = [],
  ) =>
    await makeDraft(organisation, service, {
      name: 'Draft',
      inputs: { 1: region },
      values,
      options: inPlay(held, values),
      schedule: once,
      dispatchers,
    });
  /** What the platform finds fault with in what the form sends. Of what the form could not even send it is asked as it is. */
  const refusal = async (name: string, text: string): Promise<readonly string[]> => {
    try {
      await draft(withTexts({ [name]: text }));
      return [];
    } catch (error) {
      if (error instanceof RequestError) return error.fields.map(({ message }) => message);
      if (!(error instanceof StateError)) throw error;
      const answer = await api.process('Options', region, { [name]: text }).then(() => '', String);
      return [...answer.matchAll(/"message":"((?:[^"\\]|\\.)*)"/g)].map(
        ([, message]) => JSON.parse(`"${message!}"`) as string,
      );
    }
  };

  test.each(typed)('%s with %j', async (name, text, fault) => {
    const words = fault === undefined ? [] : [`${name}: ${fault}`];
    expect(faultOf(optionOf(name), text)).toBe(words[0]);
    expect(await refusal(name, text)).toEqual(words);
  });

  test('a form in which nothing was typed is taken as it is, with dates as their fields have them', async () => {
    const texts = textsOf(held);
    expect([texts[keyOf(optionOf('day'))], texts[keyOf(optionOf('moment'))]]).toEqual([
      '2015-06-23',
      '2026-02-01T06:00',
    ]);
    expect(held.flatMap((option) => faultOf(option, texts[keyOf(option)]!) ?? [])).toEqual([]);
    const sent = (await draft(texts)).options.map(({ name, value }) => [name, value]);
    expect(sent).toEqual(held.map(({ name, value }) => [name, value]));
  });

  test('each choice that is offered is taken', async () => {
    const { constrained_values: choices } = optionOf('choice');
    expect(choices).toEqual(['A', 'B', '*']);
    for (const choice of choices!) expect(await refusal('choice', choice)).toEqual([]);
  });

  test('an option that another one takes out of play has no field, and is not judged', async () => {
    const named = (texts: OptionTexts): readonly string[] => inPlay(held, texts).map(({ name }) => name);
    const [on, off] = [withTexts({ switch: 'true', unless: '' }), withTexts({ switch: 'false', unless: '' })];
    expect(named(on)).not.toContain('unless');
    await draft(on);
    expect(named(off)).toContain('unless');
    await expect(draft(off)).rejects.toThrow('unless: it needs a value');
  });

  test('a dispatcher is judged as the platform judges it once it is to run, whatever its options say of each other', async () => {
    const template = await organisation.newProcess({ name: 'Template', service });
    const { name, options: own } = template.availableDispatchers.find((one) => one.name === 'Sender')!;
    const [target, parts] = own;
    const sender = (texts: Readonly<Record<string, string>>) => ({
      id: 1,
      name,
      options: own,
      values: texts,
    });
    const missing = faultOf(target!, '');
    expect(missing).toBe('target: it needs a value');
    const process = await draft(textsOf(held), [sender({ [keyOf(target!)]: '' })]);
    await expect(process.execute()).rejects.toThrow(missing);
    const many = faultOf(parts!, '4');
    expect(many).toBe('parts: 4 is more than 3');
    const texts = { [keyOf(target!)]: 'all', [keyOf(parts!)]: '4' };
    await expect(draft(textsOf(held), [sender(texts)])).rejects.toThrow(many);
  });

  test('stars that stand for a secret are left to the platform', async () => {
    const process = await draft(withTexts({ api_key: 'k2' }));
    const covered = process.options.find(({ name }) => name === 'api_key')!;
    expect(covered.value).toMatch(/^\*{8}/);
    expect(faultOf(covered, String(covered.value))).toBeUndefined();
    await process.update({ option: covered, value: covered.value });
  });
});
