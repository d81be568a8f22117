import { isInTransaction } from '../database/index.ts';
import type { Objects } from '../objects/index.ts';

/**
 * A store of objects that fails wherever it is used within an open transaction, which would keep its rows and its
 * connection for as long as a disk or a network takes.
 */
export function outsideTransactions(objects: Objects): Objects {
  return new Proxy(objects, {
    get: (target, name, receiver) => {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]): unknown => {
        if (isInTransaction()) throw new Error(`objects.${String(name)} is called within a transaction`);
        return Reflect.apply(member, target, given);
      };
    },
  });
}
