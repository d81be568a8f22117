/** All bytes, taken as whoever sends them does: what a piece held is not looked at once the next one is asked for. */
export async function copyPieces(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const piece of pieces) copies.push(Buffer.from(piece));
  return Buffer.concat(copies);
}
