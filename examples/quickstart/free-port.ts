import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * A port for a server that has to be told one before it starts. The system gives out ports of a range of its own, to
 * every connection and to every server that asks for any; a port from there may be taken again before the server has it.
 * So it is one below that range, at random: two that look at the same time find different ones.
 */
export async function freePort(): Promise<number> {
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '');
  const lowestGiven = Number.parseInt(range, 10) || 0;
  const most = lowestGiven > fromPort + 1000 ? 50 : 0;
  for (let tries = 0; tries < most; tries += 1) {
    const port = await listenOnce(randomInt(fromPort, lowestGiven));
    if (port !== undefined) return port;
  }
  return (await listenOnce(0))!;
}

/** Well-known servers are below. */
const fromPort = 12_000;

/** The port, if it is free; with 0, one that the system gives. */
async function listenOnce(wanted: number): Promise<number | undefined> {
  const probe = createServer();
  try {
    probe.listen(wanted, '127.0.0.1');
    await once(probe, 'listening');
  } catch (error) {
    if (wanted === 0) throw error;
    return undefined;
  }
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
