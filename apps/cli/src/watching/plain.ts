import { duration, oneLine, secondsBetween } from '../output/index.ts';
import type { Seen } from './observe.ts';
import { componentState, executionState, hasEnded } from './state.ts';

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
        const why = component.abort_reason ?? (state === 'waiting' ? component.waiting_reason : undefined);
        const text = `${labelOf(one)}${oneLine(component.name)}: ${state}${took}${why ? `: ${oneLine(why)}` : ''}`;
        return isNew(told, component.id, `${state} ${why ?? ''}`) ? [text] : [];
      }),
      ...executionLines(told, one),
    ]);
}

function executionLines(told: Map<string, string>, one: Seen): string[] {
  const { execution } = one;
  const state = executionState(execution);
  const why = hasEnded(state) ? (execution.abort_reason ?? execution.exit_type) : execution.waiting_reason;
  if (!isNew(told, execution.id, `${state} ${why ?? ''}`)) return [];
  return [`${labelOf(one)}execution ${execution.id}: ${state}${why ? `: ${oneLine(why)}` : ''}`];
}

function isNew(told: Map<string, string>, id: string, text: string): boolean {
  if (told.get(id) === text) return false;
  told.set(id, text);
  return true;
}

function labelOf({ execution }: Seen): string {
  const { group_index: index, group_count: count } = execution;
  return index === undefined ? '' : `[${index + 1}/${count}] `;
}
