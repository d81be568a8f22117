import type { RuntimeDescription } from '../runtime.ts';
import type { Daemon } from './daemon.ts';

/** Says plainly what containers isolate and enforce on this machine, and what they do not. */
export function describeContainers(daemon: Daemon, runsCommands: boolean): RuntimeDescription {
  const engine = `${daemon.name} ${daemon.version}`;
  return {
    name: 'container',
    reach: 'host',
    capacity: 'own',
    isolation: 'container',
    limits: {
      cpu: { enforced: true, how: `${engine}: quota of the container` },
      memory: { enforced: true, how: `${engine}: control group, without swap` },
      storage: {
        enforced: true,
        how: 'folders are measured every second while the platform runs, and the container is ended when above',
      },
      network: {
        enforced: false,
        how: 'a service that lists no addresses has no network; one that lists any has the whole network of the engine',
      },
    },
    programs: runsCommands ? ['image', 'command'] : ['image'],
    warnings: [
      'A service that lists urls or cidrs can reach every address that the container engine lets it.',
      ...(daemon.cgroupDriver === 'cgroupfs' || daemon.name === 'Docker'
        ? []
        : ['Whether memory ran out is known only as far as the container engine tells.']),
    ],
  };
}
