import type { AttemptSpec } from '../local/attempts.ts';

/** What the agent on a node is told, in agent.json. Private: the environment may hold secrets. */
export interface AgentDocument {
  readonly spec: AttemptSpec;
  readonly sampleMilliseconds: number;
}
