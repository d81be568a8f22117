import { duration, oneLine, secondsBetween } from '../output/index.ts';
import type { Seen } from './observe.ts';
import { componentState, executionState, hasEnded } from './state.ts';
import { detailOf, mainReason } from './told.ts';
import type { ToldReason } from './told.ts';

/** Says what has changed since it was last asked, a line each: for where nothing can be drawn. */
export function createTeller(): (seen: readonly Seen[]) => string[] {
  const told = new Map<string, string>();
  return (seen) =>
    seen.flatMap((one) => [
      ...one.components.flatMap((component) => {
        const state = componentState(component);
        const took = hasEnded(state)
          ? ` after ${duration(secondsBetween(component.started_at, component.ended_at))}`
          : '';
        const reason = mainReason(component, state);
        const why =
          reason?.sentence ??
          component.abort_reason ??
          (state === 'waiting' ? component.waiting_reason : undefined);
        const text = `${labelOf(one)}${oneLine(component.name)}: ${state}${took}${why ? `: ${oneLine(why)}` : ''}`;
        if (!isNew(told, component.id, `${state} ${why ?? ''}`)) return [];
        return [text, ...detailLines(reason, component.id)];
      }),
      ...executionLines(told, one),
    ]);
}

function executionLines(told: Map<string, string>, one: Seen): string[] {
  const { execution } = one;
  const state = executionState(execution);
  const reason = mainReason(execution, state);
  const why = hasEnded(state)
    ? (reason?.sentence ?? execution.abort_reason ?? execution.exit_type)
    : execution.waiting_reason;
  if (!isNew(told, execution.id, `${state} ${why ?? ''}`)) return [];
  return [`${labelOf(one)}execution ${execution.id}: ${state}${why ? `: ${oneLine(why)}` : ''}`];
}

/** What there is besides the sentence: of what waits by itself, the sentence says enough. */
const detailLines = (reason: ToldReason | undefined, id: string): string[] =>
  reason === undefined || (reason.kind === 'waiting' && reason.next_whose === 'platform')
    ? []
    : [`  ${detailOf(reason, id)}`];

function isNew(told: Map<string, string>, id: string, text: string): boolean {
  if (told.get(id) === text) return false;
  told.set(id, text);
  return true;
}

function labelOf({ execution }: Seen): string {
  const { group_index: index, group_count: count } = execution;
  return index === undefined ? '' : `[${index + 1}/${count}] `;
}
