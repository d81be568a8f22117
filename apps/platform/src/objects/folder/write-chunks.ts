import type { FileHandle } from 'node:fs/promises';

/** Written at once: what comes over a connection comes in pieces of 64 KiB at most. */
const blockBytes = 256 * 1024;

/**
 * Writes chunks to a file, one block after another: while one is being written the next one is filled.
 * @param release the chunks are nobody else's: their memory is given back at once. To leave that to the collector of garbage
 * took it 2 s of processor time for 1 GB, and 70 MB of memory
 * @param keep what came is written when the chunks break off, too
 */
export async function writeChunks(
  file: FileHandle,
  chunks: AsyncIterable<Buffer>,
  { release = false, keep = false }: { readonly release?: boolean; readonly keep?: boolean },
): Promise<void> {
  const blocks: Buffer[] = [];
  let turn = 0;
  let filled = 0;
  let writing = Promise.resolve();
  const write = async (): Promise<void> => {
    const block = blocks[turn]!.subarray(0, filled);
    await writing;
    writing = file.writeFile(block);
    // It is awaited with the next one.
    writing.catch(() => undefined);
    turn = 1 - turn;
    filled = 0;
  };
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length;) {
        const block = (blocks[turn] ??= Buffer.allocUnsafeSlow(blockBytes));
        const copied = chunk.copy(block, filled, at);
        at += copied;
        filled += copied;
        if (filled === block.length) await write();
      }
      if (release) giveBack(chunk);
    }
    if (filled > 0) await write();
  } catch (error) {
    if (keep && filled > 0) await write();
    throw error;
  } finally {
    // Nothing is written any more once this has ended.
    await writing;
  }
}

/** Frees the memory of a chunk that has it for itself. */
function giveBack({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}
