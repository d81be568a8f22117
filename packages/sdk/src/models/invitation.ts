import { calls, Invitation as definition } from '@fusion-platform/contract';

import { perform } from '../http/index.ts';
import type { Connection } from '../http/index.ts';
import type { CallOptions } from './base-model.ts';
import { performExtension } from './extension-call.ts';
import type { NewMember } from './member.ts';
import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';

const Base: ModelClass<typeof definition, never> = modelClass({
  definition,
  params: ({ id, organisation_id }) => ({ invitation_id: id, organisation_id }),
});

/** An invitation that is open. Its `url`, to be handed over, is there only as `organisation.invite` gives it. */
export class Invitation extends Base {
  /** @internal */
  static async create(
    connection: Connection,
    organisationId: string,
    { email, roles, signal }: NewMember,
    exists: () => Promise<unknown>,
  ): Promise<Invitation> {
    const params = { organisation_id: organisationId };
    const input = { params, body: { email, roles: [...roles] }, signal };
    const { model } = await performExtension(connection, calls.createInvitation, input, exists);
    return new Invitation(connection, model);
  }

  /** Revokes it: its link no longer works. @throws NotFoundError when it has been used or revoked meanwhile */
  async revoke({ signal }: CallOptions = {}): Promise<void> {
    await perform(this.connection, calls.revokeInvitation, { params: this.params(), signal });
  }
}
