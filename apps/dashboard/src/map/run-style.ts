import type { RunExecution } from 'fusion-platform';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import Text from 'ol/style/Text.js';

import { asState } from '../platform/states.ts';
import type { State } from '../platform/states.ts';
import { colourOf } from '../ui/colour-of.ts';
import { scaleColour } from './colours.ts';
import { measureOf } from './run-colours.ts';
import type { RunColouring } from './run-colours.ts';

/** A sign for each state beside its colour. */
const signs: Readonly<Record<State, string>> = {
  waiting: '○',
  running: '▶',
  succeeded: '✓',
  failed: '◆',
  stopped: '■',
};
/** Kinds of failure in colours that are told apart; more than these share the last. */
const kinds = ['--failed', '--stopped', '--running', '--warning', '--waiting'];

export interface Painting {
  readonly by: RunColouring;
  readonly range: readonly [number, number];
  readonly reasons: readonly string[];
  readonly now: number;
  readonly dark: boolean;
}

const withOpacity = (colour: string, opacity: number): string => colour.replace(')', ` / ${opacity})`);

/** How executions are drawn. Styles are kept: 1,000 slices have a handful. */
export function createStyles(painting: Painting) {
  const ink = colourOf('--ink');
  const ground = colourOf('--surface');
  const accent = colourOf('--accent');
  const of = {
    waiting: colourOf('--waiting'),
    running: colourOf('--running'),
    succeeded: colourOf('--succeeded'),
    failed: colourOf('--failed'),
    stopped: colourOf('--stopped'),
  };
  const reasons = kinds.map(colourOf);
  const kept = new Map<string, Style>();

  const colourFor = (execution: RunExecution, state: State): string => {
    if (painting.by === 'state') return of[state];
    if (painting.by === 'reason') {
      const place = painting.reasons.indexOf(execution.exit_type ?? '');
      return place < 0 ? of.succeeded : reasons[Math.min(place, reasons.length - 1)]!;
    }
    const value = measureOf(execution, painting.by, painting.now);
    const [low, high] = painting.range;
    return value === undefined
      ? of.waiting
      : rgbSpaces(scaleColour('Viridis', Math.round((63 * (value - low)) / (high - low || 1)) / 63));
  };

  return (execution: RunExecution, chosen: boolean, labelled: boolean): Style => {
    const state = asState(execution.state);
    const colour = colourFor(execution, state);
    const key = `${colour} ${state} ${chosen} ${labelled}`;
    const known = kept.get(key);
    if (known) return known;
    const made = new Style({
      fill: new Fill({ color: withOpacity(colour, painting.by === 'state' ? 0.35 : 0.75) }),
      stroke: new Stroke({
        color: chosen ? accent : colour,
        width: chosen ? 4 : 1.5,
        ...(state === 'waiting' ? { lineDash: [4, 4] } : {}),
      }),
      ...(labelled
        ? {
            text: new Text({
              text: signs[state],
              font: 'bold 16px system-ui, sans-serif',
              overflow: true,
              fill: new Fill({ color: ink }),
              stroke: new Stroke({ color: ground, width: 3 }),
            }),
          }
        : {}),
      zIndex: chosen ? 2 : 1,
    });
    kept.set(key, made);
    return made;
  };
}

const rgbSpaces = (colour: string): string => colour.replaceAll(', ', ' ');
