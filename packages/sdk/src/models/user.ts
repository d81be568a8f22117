import { calls, User as definition } from '@fusion-platform/contract';

import { perform } from '../http/index.ts';
import type { Connection } from '../http/index.ts';
import { Collection, found } from '../lists/index.ts';
import type { Found } from '../lists/index.ts';
import type { CallOptions } from './base-model.ts';
import { listExtension, performExtension } from './extension-call.ts';
import { listIds } from './list-ids.ts';
import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';
import { Organisation } from './organisation.ts';
import { UserSession } from './user-session.ts';

const Base: ModelClass<typeof definition, 'get' | 'update' | 'delete'> = modelClass({
  definition,
  get: calls.getUser,
  update: calls.updateUser,
  delete: calls.deleteUser,
  params: ({ id }) => ({ user_id: id }),
});

/** The user who is logged in. */
export class User extends Base {
  /** @internal */
  static async load(connection: Connection, id: string, signal: AbortSignal | undefined): Promise<User> {
    const { model } = await perform(connection, calls.getUser, { params: { user_id: id }, signal });
    return new User(connection, model);
  }

  /** The organisations that the user belongs to. */
  organisations(): Collection<Organisation> {
    const ids = (this.held.organisations ?? []).map(({ id }) => id);
    return listIds(ids, async (id, signal) => await Organisation.load(this.connection, id, signal));
  }

  /** Those with the id, or with a name that starts with `name`, case-insensitive; all when neither is given. */
  async findOrganisations({
    id,
    name,
    signal,
  }: CallOptions & { readonly id?: string; readonly name?: string } = {}): Promise<Found<Organisation>> {
    const matches = (organisation: Organisation): boolean =>
      (id === undefined && name === undefined) ||
      organisation.id === id?.toLowerCase() ||
      (name !== undefined && organisation.name.toLowerCase().startsWith(name.toLowerCase()));
    const all = this.organisations();
    const matching = new Collection<Organisation>(async function* pages(options) {
      for await (const page of all.pages(options)) yield page.filter(matches);
    });
    return await found(matching, signal);
  }

  /**
   * A code that logs in once, within a quarter of an hour: `openBrowserSession` takes it. Keep it secret.
   * @throws UnsupportedError where the platform has no such codes; RequestError
   */
  async createSignInCode({ signal }: CallOptions = {}): Promise<string> {
    const { code } = await performExtension(
      this.connection,
      calls.createSignInCode,
      { params: this.params(), signal },
      async () => await this.get({ signal }),
    );
    return code;
  }

  /**
   * The logins of the user that have not ended, oldest first unless `reverse`.
   * @throws UnsupportedError where the platform has no such list
   */
  sessions({ reverse = false }: { readonly reverse?: boolean } = {}): Collection<UserSession> {
    const exists = async (signal: AbortSignal | undefined) =>
      await User.load(this.connection, this.id, signal);
    return listExtension(
      exists,
      this.connection,
      calls.listSessions,
      this.params(),
      { reverse },
      (session) => {
        return new UserSession(this.connection, session);
      },
    );
  }

  /**
   * Ends the session that makes this call: its access token is no longer valid.
   * @throws UnsupportedError where the platform has no such call
   */
  async logout({ signal }: CallOptions = {}): Promise<void> {
    const exists = async () => await User.load(this.connection, this.id, signal);
    await performExtension(this.connection, calls.logout, { params: this.params(), signal }, exists);
  }

  /** At least 8 characters, among them a digit, a lower case and an upper case letter and a special character. */
  async changePassword({
    oldPassword,
    newPassword,
    signal,
  }: CallOptions & { readonly oldPassword: string; readonly newPassword: string }): Promise<void> {
    await perform(this.connection, calls.changePassword, {
      params: this.params(),
      body: { old_password: oldPassword, new_password: newPassword },
      signal,
    });
  }
}
