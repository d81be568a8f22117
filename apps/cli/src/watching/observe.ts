import { ExecutionError } from 'fusion-platform';
import type { Process, ProcessExecution, ProcessServiceExecution } from 'fusion-platform';

/** An execution as it was last seen, with its components in chain order. */
export interface Seen {
  readonly execution: ProcessExecution;
  readonly components: readonly ProcessServiceExecution[];
}

/** How many executions are followed by a live stream of their own; more are looked at together, again and again. */
const mostStreams = 4;
/** Of how many that run the components are looked at. */
const mostLookedInto = 8;
const lookAgainMs = 2000;

/** Looks on until all have ended. `changed` is told what is seen, whenever something is new. */
export async function observe(
  process: Process,
  executions: readonly ProcessExecution[],
  { changed, signal }: { readonly changed: (seen: readonly Seen[]) => void; readonly signal: AbortSignal },
): Promise<readonly Seen[]> {
  const seen = new Map<string, Seen>(
    executions.map((execution) => [execution.id, { execution, components: [] }]),
  );
  const tell = (): void => changed([...seen.values()]);
  const see = (one: Seen): void => {
    seen.set(one.execution.id, one);
    tell();
  };
  tell();
  if (executions.length <= mostStreams) {
    await Promise.all(executions.map(async (execution) => await followOne(execution, see, signal)));
  } else {
    await lookAtAll(process, seen, tell, signal);
  }
  return [...seen.values()];
}

async function followOne(
  execution: ProcessExecution,
  see: (seen: Seen) => void,
  signal: AbortSignal,
): Promise<void> {
  let components = await execution.components().toArray({ signal });
  see({ execution, components });
  let looked = Date.now();
  const lookAgain = async (): Promise<void> => {
    try {
      components = await execution.components().toArray({ signal });
      see({ execution, components });
    } catch {
      // The next look, or the end, will tell.
    }
  };
  try {
    await execution.checkComplete({
      wait: true,
      signal,
      onProgress: ({ component }) => {
        if (component) components = withComponent(components, component);
        see({ execution, components });
        // Where there is no live stream, components are not told of by themselves.
        if (component === undefined && Date.now() - looked > lookAgainMs) {
          looked = Date.now();
          void lookAgain();
        }
      },
    });
  } catch (error) {
    // What it ended with is in the execution itself.
    if (!(error instanceof ExecutionError)) throw error;
  }
  see({ execution, components: await execution.components().toArray({ signal }) });
}

function withComponent(
  components: readonly ProcessServiceExecution[],
  news: ProcessServiceExecution,
): ProcessServiceExecution[] {
  const at = components.findIndex(({ id }) => id === news.id);
  return at < 0 ? [...components, news] : components.map((one, i) => (i === at ? news : one));
}

async function lookAtAll(
  process: Process,
  seen: Map<string, Seen>,
  tell: () => void,
  signal: AbortSignal,
): Promise<void> {
  const groupId = [...seen.values()][0]?.execution.group_id;
  for (;;) {
    const all = groupId ? await process.findExecutions({ groupId, signal }) : { all: process.executions() };
    for await (const execution of all.all) {
      const before = seen.get(execution.id);
      if (before) seen.set(execution.id, { execution, components: before.components });
    }
    await lookInto(seen, signal);
    tell();
    if ([...seen.values()].every(({ execution }) => execution.progress >= 100)) return;
    await pause(lookAgainMs, signal);
  }
}

async function lookInto(seen: Map<string, Seen>, signal: AbortSignal): Promise<void> {
  const running = [...seen.values()]
    .filter(({ execution }) => execution.progress > 0 && execution.progress < 100)
    .slice(0, mostLookedInto);
  await Promise.all(
    running.map(async ({ execution }) => {
      const components = await execution.components().toArray({ signal });
      seen.set(execution.id, { execution, components });
    }),
  );
}

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
