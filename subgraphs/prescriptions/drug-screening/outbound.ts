/** Out to a service of the deployment's own: https alone, no redirects, no address of this machine or its network, whatever a name resolves to when it is connected. */

import { lookup } from 'node:dns';
import { request } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** How long is waited, and how much is read. */
export interface Bounds {
  readonly timeoutMs: number;
  readonly mostBytes: number;
  /** Sent as a bearer token. */
  readonly key: string | null;
}

const closed = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  closed.addSubnet(net, bits, 'ipv4');
}
const open6 = new BlockList();
open6.addSubnet('2000::', 3, 'ipv6');
const closed6 = new BlockList();
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  closed6.addSubnet(net, bits, 'ipv6');
}

/** Whether an address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !closed.check(address, 'ipv4');
  return family === 6 && open6.check(address, 'ipv6') && !closed6.check(address, 'ipv6');
}

// Looked at where the connection is made: a name that was public a moment ago may mean this machine now.
const publicOnly: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return done(error, '');
    const [first] = found;
    if (first === undefined || found.some(({ address }) => !isPublicAddress(address))) return done(new Error('ADDRESS_CLOSED'), '');
    if (options.all) return done(null, found);
    return done(null, first.address, first.family);
  });
};

// What stands in the address itself: a name is looked at where it is connected.
function closedReason(url: URL): string | null {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (url.protocol !== 'https:') return 'NOT_HTTPS';
  return isIP(host) !== 0 && !isPublicAddress(host) ? 'ADDRESS_CLOSED' : null;
}

/** What time a server says it is, by the `Date` of its answer (RFC 9110): to the second. Throws when it does not say. */
export function serverTime(url: URL, timeoutMs: number): Promise<Date> {
  const reason = closedReason(url);
  if (reason !== null) return Promise.reject(new Error(reason));
  return new Promise((resolve, reject) => {
    const options = { method: 'HEAD', lookup: publicOnly, agent: false, signal: AbortSignal.timeout(timeoutMs) } as const;
    const asked = request(url, options, ({ headers }) => {
      asked.destroy();
      const told = new Date(headers.date ?? '');
      return Number.isNaN(told.getTime()) ? reject(new Error('NO_DATE')) : resolve(told);
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Posts JSON and answers the JSON that comes back with 200. Throws for everything else; errors carry nothing of what was sent. */
export function postJson(url: URL, body: unknown, { timeoutMs, mostBytes, key }: Bounds): Promise<unknown> {
  const reason = closedReason(url);
  if (reason !== null) return Promise.reject(new Error(reason));
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        ...{ method: 'POST', lookup: publicOnly, agent: false, signal: AbortSignal.timeout(timeoutMs) },
        headers: {
          ...{ 'content-type': 'application/json', accept: 'application/json', 'content-length': Buffer.byteLength(text) },
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        },
      },
      (response) => {
        if (response.statusCode !== 200) {
          response.destroy();
          return reject(new Error(`STATUS_${response.statusCode}`));
        }
        const parts: Buffer[] = [];
        let size = 0;
        response.on('data', (part: Buffer) => {
          size += part.length;
          if (size > mostBytes) return response.destroy(new Error('TOO_LONG'));
          parts.push(part);
        });
        response.on('error', reject);
        response.on('end', () => {
          try {
            resolve(JSON.parse(Buffer.concat(parts).toString('utf8')));
          } catch {
            reject(new Error('NOT_JSON'));
          }
        });
      },
    );
    asked.on('error', reject);
    asked.end(text);
  });
}
