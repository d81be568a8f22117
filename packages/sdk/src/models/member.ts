import { calls, Member as definition } from '@fusion-platform/contract';
import type { Role } from '@fusion-platform/contract';

import { UnsupportedError } from '../errors/index.ts';
import { perform } from '../http/index.ts';
import type { Connection } from '../http/index.ts';
import type { CallOptions } from './base-model.ts';
import { isUnknownCall } from './extension-call.ts';
import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';

/** A person to be invited to an organisation, or added to it. */
export interface NewMember extends CallOptions {
  /** The address by which they log in. */
  readonly email: string;
  /** What they may do: roles of which the user who makes the call has each. */
  readonly roles: readonly Role[];
}

const Base: ModelClass<typeof definition, never> = modelClass({
  definition,
  params: ({ id, organisation_id }) => ({ member_id: id, organisation_id }),
});

/** A user who belongs to an organisation; `id` is that of the user, `created_at` says since when. */
export class Member extends Base {
  /**
   * @internal
   * @param list reads the members: somebody who is not known and a call that is not there look alike, and the list is there
   * where the call is
   */
  static async add(
    connection: Connection,
    organisationId: string,
    { email, roles, signal }: NewMember,
    list: () => Promise<unknown>,
  ): Promise<Member> {
    const params = { organisation_id: organisationId };
    try {
      const body = { email, roles: [...roles] };
      const { model } = await perform(connection, calls.addMember, { params, body, signal });
      return new Member(connection, model);
    } catch (error) {
      if (!isUnknownCall(error)) throw error;
      throw await list().then(
        () => error,
        (reason: unknown) =>
          reason instanceof UnsupportedError
            ? new UnsupportedError(calls.addMember.id, 'add a member', error)
            : reason,
      );
    }
  }

  /**
   * Gives the member these roles and no others, and takes on the state that the platform has then.
   * @throws ConflictError when the member has other roles meanwhile than are known here, or would leave the organisation
   * without anybody who manages it; PermissionError for who does not manage it, or gives a role that they lack themselves
   */
  async changeRoles(roles: readonly Role[], { signal }: CallOptions = {}): Promise<this> {
    const body = { roles: [...roles], from: [...this.roles] };
    const input = { params: this.params(), body, signal };
    this.loadAnswer(await perform(this.connection, calls.changeMemberRoles, input));
    return this;
  }

  /**
   * Ends the membership, and at once what the user does in the organisation. Members may remove themselves.
   * @throws ConflictError for the last one who manages the organisation; PermissionError for who does not manage it
   */
  async remove({ signal }: CallOptions = {}): Promise<void> {
    await perform(this.connection, calls.removeMember, { params: this.params(), signal });
  }
}
