import { expectTypeOf, test } from 'vitest';

import { login } from '../src/index.ts';
import type {
  Collection,
  Credit,
  Data,
  DataFile,
  Found,
  Organisation,
  Process,
  ProcessExecution,
  ProcessServiceExecution,
  ProcessServiceExecutionLog,
  Service,
  User,
} from '../src/index.ts';

test('fields have the types of the contract and cannot be written', () => {
  expectTypeOf<Process['name']>().toEqualTypeOf<string>();
  expectTypeOf<Process['repeat_end']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<Process['repeat_gap']>().toExtend<{ readonly days?: number | undefined } | undefined>();
  expectTypeOf<ProcessExecution['progress']>().toEqualTypeOf<number>();
  expectTypeOf<Service['keywords']>().toEqualTypeOf<readonly string[]>();
  expectTypeOf<DataFile['error']>().toEqualTypeOf<boolean | undefined>();
  const user = {} as User;
  // @ts-expect-error attributes are read-only
  user.given_name = 'Ada';
  // @ts-expect-error so are the values in them
  ({} as Service).keywords.push('x');
  // @ts-expect-error and those of the whole
  user.attributes.given_name = 'Ada';
});

test('hidden fields are no attributes', () => {
  expectTypeOf<Process>().not.toHaveProperty('has_executions');
  expectTypeOf<keyof Process['attributes']>().toExtend<string>();
  expectTypeOf<'inputs' extends keyof Process['attributes'] ? true : false>().toEqualTypeOf<false>();
  expectTypeOf<'organisations' extends keyof User['attributes'] ? true : false>().toEqualTypeOf<false>();
});

test('an update takes the fields that a user may set, and no others', () => {
  const user = {} as User;
  expectTypeOf<Parameters<User['update']>[0]>().not.toHaveProperty('email');
  void (() => user.update({ given_name: 'Ada', telephone: null }));
  // @ts-expect-error only the platform sets the address
  void (() => user.update({ email: 'ada@example.com' }));
  // @ts-expect-error no such field
  void (() => user.update({ nonsense: 1 }));
  // @ts-expect-error of another type
  void (() => user.update({ given_name: 5 }));
});

test('models have the calls of the API and no others', () => {
  expectTypeOf<Credit>().not.toHaveProperty('update');
  expectTypeOf<Credit>().not.toHaveProperty('delete');
  expectTypeOf<ProcessServiceExecution>().not.toHaveProperty('update');
  expectTypeOf<ProcessServiceExecutionLog>().not.toHaveProperty('get');
  expectTypeOf<Process['get']>().returns.resolves.toExtend<Process>();
  expectTypeOf<Process['delete']>().returns.resolves.toBeVoid();
});

test('lists and finds give models', () => {
  expectTypeOf<User['organisations']>().returns.toEqualTypeOf<Collection<Organisation>>();
  expectTypeOf<Organisation['findServices']>().returns.resolves.toEqualTypeOf<Found<Service>>();
  expectTypeOf<ProcessServiceExecution['outputs']>().returns.toEqualTypeOf<Collection<Data>>();
  expectTypeOf<Collection<Data>['first']>().returns.resolves.toEqualTypeOf<Data | undefined>();
  expectTypeOf<Process['execute']>().returns.resolves.toEqualTypeOf<readonly ProcessExecution[]>();
});

test('a download gives a Blob unless it has a path', () => {
  const file = {} as DataFile;
  expectTypeOf(() => file.download()).returns.resolves.toEqualTypeOf<Blob>();
  expectTypeOf(() => file.download({ preview: true })).returns.resolves.toEqualTypeOf<Blob>();
  expectTypeOf(() => file.download({ path: 'x' })).returns.resolves.toBeVoid();
});

test('a login takes an e-mail address or a user id, and a password', () => {
  expectTypeOf(login).toBeCallableWith({ email: 'a@b.example', password: 'x', pollInterval: 1000 });
  expectTypeOf(login).toBeCallableWith({ userId: 'x', password: 'x' });
  // @ts-expect-error not both
  void (() => login({ email: 'a@b.example', userId: 'x', password: 'x' }));
  // @ts-expect-error not without a password
  void (() => login({ email: 'a@b.example' }));
});
