import { RequestError } from 'fusion-platform';
import { expect, test } from 'vitest';

import { explain } from './explain.ts';

const refused = (
  platformMessage: string,
  fields: readonly { path: string; message: string }[],
): RequestError =>
  new RequestError({
    message: 'POST /processes: refused',
    platformMessage,
    code: 'invalid_model',
    where: 'POST /processes',
    status: 400,
    fields,
  });

test('what is wrong with an option is said once, without its place in the request', () => {
  const fields = [{ path: 'options[0].value', message: 'resolution: 100000 is more than 10000' }];
  const said = 'Process is not valid: options[0].value: resolution: 100000 is more than 10000';
  expect(explain(refused(said, fields)).message).toBe(
    'Process is not valid: resolution: 100000 is more than 10000',
  );
});

test('fields that the sentence does not name are told with it', () => {
  const fields = [{ path: 'name', message: 'a text of 1 to 100 characters' }];
  expect(explain(refused('Data is not valid', fields)).message).toBe(
    'Data is not valid (name: a text of 1 to 100 characters)',
  );
});
