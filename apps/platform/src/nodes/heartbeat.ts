import { sql } from 'drizzle-orm';

/** How often a node says that it is alive. */
export const heartbeatSeconds = 5;
/** After so many missed heartbeats it is said to be silent. Its components are claimed by others when their lease is over. */
export const missedHeartbeats = 4;

/** Of a row of `nodes`. */
export const isAlive = sql`heartbeat_at > clock_timestamp() - make_interval(secs => ${sql.raw(
  String(heartbeatSeconds * missedHeartbeats),
)})`;
