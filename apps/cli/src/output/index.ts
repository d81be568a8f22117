export { binaryBytes, bytes, credits, duration, moment, plural, secondsBetween } from './format.ts';
export { LiveBlock } from './live-block.ts';
export { Output } from './output.ts';
export type { Result } from './output.ts';
export { oneLine, printable } from './printable.ts';
export type { Colours, Sink } from './sink.ts';
export { pad, table } from './table.ts';
export { progressBar, TransferDisplay } from './transfer-progress.ts';
