import { lookup as resolve } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

import ipaddr from 'ipaddr.js';

import { SafeFetchError } from './error.ts';

/**
 * Whether an address is one of the public internet. For IPv6 only global unicast is, so not the addresses that carry an
 * IPv4 address in them, which a gateway or the kernel would take out again.
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast);
}

const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** Why an address may not be called, as far as can be told before its name is looked up; undefined when it may. */
export function refusalOf(url: URL, allowPrivate: boolean): string | undefined {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return `${url.protocol}// addresses are not called, only http:// and https:// ones`;
  const host = hostOf(url);
  if (!allowPrivate && isIP(host) !== 0 && !isPublic(host)) return privateRefusal(host);
  return undefined;
}

/** The host as sockets take it: an IPv6 address without its brackets. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

const privateRefusal = (host: string): string =>
  `${host} is an address of this machine or of a private network, which this platform does not call`;

/**
 * Looks a name up for a socket and hands over its public addresses alone, so what was judged is what is connected to,
 * whatever the name means a moment later.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) {
      callback(error, '');
      return;
    }
    const allowed = addresses.filter(({ address }) => isPublic(address));
    const [first] = allowed;
    if (!first) callback(new SafeFetchError('refused', privateRefusal(hostname)), '');
    else if (options.all) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};
