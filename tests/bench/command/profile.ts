/** Where the processor time of a process goes, from the profile that V8 wrote of it. */

/** As `Profiler.stop` gives it; times in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A part of the program and its share of the time in which it was not idle, 0 to 1. */
export interface Share {
  readonly part: string;
  readonly share: number;
}

const IDLE = '(idle)';

/** The parts that took longest, each by the time spent in its own code and not in what it calls. What is less than `least` is one part together. */
export function sharesOf({ nodes, samples, timeDeltas }: CpuProfile, least = 0.02): Share[] {
  const parts = new Map(nodes.map(({ id, callFrame }) => [id, partOf(callFrame)]));
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const part = parts.get(id) ?? 'unknown';
    if (part !== IDLE) times.set(part, (times.get(part) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0);
  const all = [...times].map(([part, time]) => ({ part, share: time / busy })).toSorted((a, b) => b.share - a.share);
  const small = all.filter(({ share }) => share < least).reduce((sum, { share }) => sum + share, 0);
  return [...all.filter(({ share }) => share >= least), ...(small > 0 ? [{ part: 'everything smaller', share: small }] : [])];
}

/** A package, one of our folders, a part of Node, or what V8 calls itself. */
function partOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (functionName === '(garbage collector)') return 'collecting garbage';
  if (functionName.startsWith('(')) return functionName;
  const packages = [...url.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)];
  const last = packages.at(-1)?.[1];
  if (last !== undefined) return last;
  const own = /\/(gateway|subgraphs\/[^/]+|prisma|tests)\//.exec(url)?.[1];
  if (own !== undefined) return own;
  if (url.startsWith('node:')) return /crypto|webcrypto/.test(url) ? 'node: crypto' : 'node: the rest';
  // Without a file: the way into the operating system.
  return /write/i.test(functionName) ? 'writing to sockets' : 'native code';
}
