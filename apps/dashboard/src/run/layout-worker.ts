import { layOut } from './layout.ts';
import type { LayoutAsked } from './layout.ts';

globalThis.addEventListener('message', ({ data }: MessageEvent<LayoutAsked>) => {
  globalThis.postMessage(layOut(data));
});
