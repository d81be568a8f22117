import type { Colours } from '../output/index.ts';
import type { State } from './state.ts';

/** The colour of a state; its mark and word say the same to who sees none. */
export function paintState(colours: Colours, state: State, text: string): string {
  switch (state) {
    case 'succeeded':
      return colours.green(text);
    case 'failed':
      return colours.red(text);
    case 'warning':
    case 'stopped':
      return colours.yellow(text);
    case 'running':
    case 'preparing':
    case 'publishing':
      return colours.cyan(text);
    case 'waiting':
      return colours.dim(text);
  }
}
