import { Agent, request } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { Workload } from '../workloads/workload.ts';
import { cpuOf } from './child.ts';
import { figuresOf, type Measured } from './figures.ts';

/** Somebody who answers a workload over HTTP. */
export interface Opponent {
  readonly name: string;
  readonly url: string;
  /** Processes whose processor time its answers cost, PostgreSQL left out. */
  readonly pids: readonly number[];
  /** The path of the workload's own statement, for the opponent that speaks no GraphQL. */
  readonly plain?: boolean;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends one request and answers its body; anything but 200 throws. */
export function ask(url: string, authorization: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization, 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method: 'POST', agent, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (incoming.statusCode === 200) resolve(text);
        else reject(new Error(`${url} answered ${incoming.statusCode}: ${text.slice(0, 500)}`));
      });
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function answerIn(text: string, workload: Workload, opponent: Opponent): unknown {
  const { data, errors } = JSON.parse(text) as { data: unknown; errors?: unknown };
  if (errors !== undefined) throw new Error(`${opponent.name} answered ${workload.name} with ${JSON.stringify(errors).slice(0, 500)}`);
  return workload.same(data);
}

/**
 * Gives every opponent its turn in every round, a different one first each time, and checks that all of them gave one
 * answer. The first rounds load and compile and do not count.
 */
export async function measure(
  workload: Workload,
  opponents: readonly Opponent[],
  how: {
    readonly rounds: number;
    readonly requests: number;
    readonly callers: number;
    readonly tokenOf: (persona: string) => Promise<string>;
  },
): Promise<Measured[]> {
  const body = JSON.stringify({ query: workload.query, variables: workload.variables });
  const taken = opponents.map((opponent) => ({ opponent, times: [] as number[], wallMs: 0, cpuMs: 0 as number | null }));
  const warm = Math.max(2, Math.ceil(how.rounds / 4));
  let answer: unknown;
  for (let round = -warm; round < how.rounds; round += 1) {
    const authorization = `Bearer ${await how.tokenOf(workload.persona)}`;
    for (let turn = 0; turn < taken.length; turn += 1) {
      const one = taken[(turn + round + warm) % taken.length];
      if (!one) continue;
      const { opponent } = one;
      const url = opponent.plain ? `${opponent.url}/${workload.name}` : opponent.url;
      const text = await ask(url, authorization, body);
      const here = answerIn(text, workload, opponent);
      answer ??= here;
      if (!isDeepStrictEqual(here, answer))
        throw new Error(`${opponent.name} answered ${workload.name} otherwise:\n${JSON.stringify(here)}\n${JSON.stringify(answer)}`);
      const [began, before] = [performance.now(), cpuOf(opponent.pids)];
      let left = how.requests;
      const caller = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          const from = performance.now();
          await ask(url, authorization, body);
          if (round >= 0) one.times.push(performance.now() - from);
        }
      };
      await Promise.all(Array.from({ length: how.callers }, caller));
      if (round < 0) continue;
      const after = cpuOf(opponent.pids);
      one.wallMs += performance.now() - began;
      one.cpuMs = one.cpuMs === null || before === null || after === null ? null : one.cpuMs + after - before;
    }
  }
  const [first] = taken;
  const firstRate = first === undefined ? Number.NaN : first.times.length / first.wallMs;
  return taken.map(({ opponent, times, wallMs, cpuMs }) => figuresOf(opponent.name, { times, wallMs, cpuMs, firstRate }));
}
