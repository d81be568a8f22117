import { layOut } from './layout.ts';
import type { LayoutAsked } from './graph-size.ts';

globalThis.addEventListener('message', ({ data }: MessageEvent<LayoutAsked>) => {
  globalThis.postMessage(layOut(data));
});
