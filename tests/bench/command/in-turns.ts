import { appendFileSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { figuresOf, type Measured } from './figures.ts';
import { type Section, tableOf } from './results.ts';

/** Somebody who does a piece of work again and again in the test runner's own process. */
export interface Turn<Ready = unknown> {
  readonly name: string;
  /** What a round needs and nobody measures. */
  prepare?(round: number): Promise<Ready>;
  /** Does it once; what it answers has to be what the others answer, if the work is compared. */
  round(round: number, ready: Ready): Promise<unknown>;
}

/** The work, for the table's reader, and how often it is done. */
export interface Work {
  readonly name: string;
  readonly what: string;
  readonly rounds: number;
  /** Rounds before these, which load and compile. */
  readonly warm: number;
  readonly compared?: boolean;
}

/** Where figures are kept for whoever started this process; nowhere without it. */
const KEPT_IN = 'BENCH_FIGURES';

/**
 * Lets everybody do the work in turn, one request at a time, and answers what each took. Processor time is that of this process, in which the
 * gateway and the four subgraphs are; PostgreSQL's is not in it.
 */
// biome-ignore lint/suspicious/noExplicitAny: each turn prepares something of its own
export async function inTurns(work: Work, turns: readonly Turn<any>[]): Promise<Measured[]> {
  const taken = turns.map((turn) => ({ turn, times: [] as number[], cpuMs: 0 }));
  for (let round = -work.warm; round < work.rounds; round += 1) {
    let answer: unknown;
    for (const one of taken) {
      const ready = await one.turn.prepare?.(round + work.warm);
      const [began, before] = [performance.now(), process.cpuUsage()];
      const here = await one.turn.round(round + work.warm, ready);
      const took = performance.now() - began;
      const { user, system } = process.cpuUsage(before);
      answer ??= here;
      if (work.compared && !isDeepStrictEqual(here, answer))
        throw new Error(
          `${one.turn.name} answered ${work.name} otherwise:\n${JSON.stringify(here).slice(0, 500)}\n${JSON.stringify(answer).slice(0, 500)}`,
        );
      if (round < 0) continue;
      one.times.push(took);
      one.cpuMs += (user + system) / 1000;
    }
  }
  const first = taken[0]?.times ?? [];
  const measured = taken.map(({ turn, times, cpuMs }) =>
    figuresOf(turn.name, { times, cpuMs, wallMs: sum(times), firstRate: first.length / sum(first) }),
  );
  keep({ name: work.name, what: work.what, measured });
  return measured;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Prints a table and keeps its figures. */
export function keep(section: Section): void {
  console.log(tableOf(section));
  const file = process.env[KEPT_IN];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(section)}\n`);
}

/** What processes started with this environment have kept in a file. */
export const keepingIn = (file: string): Record<string, string> => ({ [KEPT_IN]: file });

/** What was kept in a file that is there. */
export function keptIn(file: string): Section[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Section);
}
