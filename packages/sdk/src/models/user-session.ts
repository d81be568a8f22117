import { calls, UserSession as definition } from '@fusion-platform/contract';

import { perform } from '../http/index.ts';
import type { CallOptions } from './base-model.ts';
import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';

const Base: ModelClass<typeof definition, never> = modelClass({ definition, params: () => ({}) });

/** A login of the user that has not ended, on this or another machine. */
export class UserSession extends Base {
  /** Ends it: its access token is no longer valid. */
  async end({ signal }: CallOptions = {}): Promise<void> {
    await perform(this.connection, calls.endSession, {
      params: { user_id: this.user_id, session_id: this.id },
      signal,
    });
  }
}
