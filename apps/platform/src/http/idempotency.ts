import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, randomUUID } from 'node:crypto';

import { and, eq, lt, sql } from 'drizzle-orm';

import { CallError } from '@fusion-platform/contract';

import { tables } from '../database/index.ts';
import type { Database } from '../database/index.ts';

export interface KeptAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Gives the answer of the first call again when a call with the same key comes again. Answers may hold secrets, such as
 * that of a new webhook, so what is kept can be read by nobody but who knows the key: it is sealed with the key, of which
 * only a digest is stored.
 */
export interface Idempotency {
  /** The kept answer, or nothing when this is the first. @throws CallError `conflict` */
  begin(userId: string, key: string, request: string): Promise<KeptAnswer | undefined>;
  end(userId: string, key: string, answer: KeptAnswer): Promise<void>;
  /** The call came to nothing that must be remembered: it may be tried again under the same key. */
  forget(userId: string, key: string): Promise<void>;
}

export function createIdempotency(database: Database): Idempotency {
  const { idempotencyKeys: keys } = tables;
  const boot = randomUUID();
  const nameOf = (userId: string, key: string): string =>
    createHash('sha256').update(`${userId} ${key}`).digest('hex');
  const entry = (userId: string, key: string) =>
    and(eq(keys.user_id, userId), eq(keys.key, nameOf(userId, key)));
  return {
    begin: async (userId, key, request) => {
      const digest = createHash('sha256').update(request).digest('hex');
      await database.queries
        .delete(keys)
        .where(lt(keys.created_at, sql`clock_timestamp() - interval '1 day'`));
      const made = await database.queries
        .insert(keys)
        .values({ user_id: userId, key: nameOf(userId, key), request: digest, boot })
        .onConflictDoNothing()
        .returning();
      if (made.length > 0) return undefined;
      const [known] = await database.queries.select().from(keys).where(entry(userId, key));
      if (!known) return undefined;
      if (known.request !== digest) {
        throw new CallError('conflict', 'This idempotency key was used for another call: make a new one');
      }
      if (known.status !== null) return { status: known.status, body: unseal(key, userId, known.body) };
      if (known.boot !== boot) {
        throw new CallError(
          'conflict',
          'The platform stopped while it carried out this call: look whether it took effect before you send it again',
        );
      }
      throw new CallError('conflict', 'The first call with this idempotency key is still being carried out', {
        retryAfterSeconds: 1,
      });
    },
    end: async (userId, key, { status, body }) => {
      await database.queries
        .update(keys)
        .set({ status, body: seal(key, userId, body) })
        .where(entry(userId, key));
    },
    forget: async (userId, key) => {
      await database.queries.delete(keys).where(entry(userId, key));
    },
  };
}

const algorithm = 'aes-256-gcm';

/** Keys are chosen by clients, so each answer has a salt. */
function cipherKey(key: string, userId: string, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, `fusion-platform answer of ${userId}`, 32));
}

function seal(key: string, userId: string, body: unknown): string {
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv(algorithm, cipherKey(key, userId, salt), iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(body), 'utf8'), cipher.final()]);
  return Buffer.concat([salt, iv, cipher.getAuthTag(), sealed]).toString('base64');
}

function unseal(key: string, userId: string, kept: unknown): unknown {
  const bytes = Buffer.from(String(kept), 'base64');
  const decipher = createDecipheriv(
    algorithm,
    cipherKey(key, userId, bytes.subarray(0, 16)),
    bytes.subarray(16, 28),
  ).setAuthTag(bytes.subarray(28, 44));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(44)), decipher.final()]).toString('utf8'));
}
