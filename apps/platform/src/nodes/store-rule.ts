/** A node that may not share the database with those that run on it. */
export class NodeRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NodeRefusedError';
  }
}

/** A node that is alive, as far as it matters to another one. */
export interface OtherNode {
  readonly name: string;
  readonly store: string;
}

/**
 * Nodes have to find each other's files: all of them in one bucket. A folder is for one node alone.
 * @throws NodeRefusedError saying which node is in the way, and what to do
 */
export function refuseOtherStore(store: string, others: readonly OtherNode[]): void {
  const other = others.find((one) => one.store !== store || store === 'folder');
  if (!other) return;
  const theirs = other.store === 'folder' ? 'a folder' : other.store;
  const ours = store === 'folder' ? 'a folder' : store;
  throw new NodeRefusedError(
    `Another platform (${other.name}) runs on this database and keeps its files in ${theirs}, this one in ${ours}: several share a database only with one bucket for all of them (FUSION_OBJECTS_S3_BUCKET). Stop the other one, or set the same bucket for both. One that was killed counts for 20 s more`,
  );
}
