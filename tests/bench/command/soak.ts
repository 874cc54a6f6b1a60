import { readFileSync } from 'node:fs';
import type { Workload } from '../workloads/workload.ts';
import { quantile } from './figures.ts';
import { ask } from './measure.ts';

/** How the load runs. */
export interface SoakPlan {
  readonly minutes: number;
  /** Requests under way at once while the peak is looked for. */
  readonly callers: number;
  /** How long that takes. */
  readonly peakMs: number;
  /** Share of the peak that the load is held at. */
  readonly share: number;
}

/** One minute of it. */
export interface SoakedMinute {
  readonly answers: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Memory of the processes that answer at the minute's end, in MiB. */
  readonly rssMb: number;
  /** The same of PostgreSQL's processes, what they share counted once; NaN where it may not be read. */
  readonly databaseMb: number;
}

/** What a soak found. */
export interface Soaked {
  readonly peakPerSecond: number;
  readonly perSecond: number;
  readonly minutes: readonly SoakedMinute[];
  /** Growth of memory in the second half, by the line that fits best; MiB a minute. */
  readonly growthMb: number;
}

/** More than this under way means that the answers do not keep up: the load was beyond the peak. */
const MOST_WAITING = 500;
const TOKEN_MS = 60_000;

/** Memory of a process in MiB, from Linux's `/proc`. */
export function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;
}

/** Memory of a process and its children in MiB, each page by its share of those who have it. */
export function sharedMemoryOf(parent: number): number {
  try {
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    return [parent, ...children].reduce((sum, pid) => sum + pssOf(pid), 0) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** 0 for a process that has ended meanwhile. */
function pssOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch (error) {
    if ((error as { code?: string }).code === 'EACCES') throw error;
    return 0;
  }
}

/** Slope of the straight line that fits values at 0, 1, 2 … best; 0 of fewer than two. */
export function slopeOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, _value, index) => sum + (index - middle) ** 2, 0);
  return values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0) / spread;
}

/** Finds the peak of a mix of workloads, then asks at a share of it, whether or not answers are late, for so many minutes. Every answer is looked at. */
export async function soak(
  target: { readonly url: string; readonly pids: readonly number[]; readonly databasePid: number },
  workloads: readonly Workload[],
  plan: SoakPlan,
  tokenOf: (persona: string) => Promise<string>,
  say: (line: string) => void,
): Promise<Soaked> {
  const tokens = new Map<string, { readonly text: Promise<string>; readonly sinceMs: number }>();
  const token = (persona: string): Promise<string> => {
    const known = tokens.get(persona);
    if (known && performance.now() - known.sinceMs < TOKEN_MS) return known.text;
    const text = tokenOf(persona);
    tokens.set(persona, { text, sinceMs: performance.now() });
    return text;
  };
  let asked = 0;
  const once = async (): Promise<number> => {
    const workload = workloads[asked++ % workloads.length];
    if (!workload) throw new Error('There is nothing to ask.');
    const authorization = `Bearer ${await token(workload.persona)}`;
    const began = performance.now();
    const text = await ask(target.url, authorization, JSON.stringify({ query: workload.query, variables: workload.variables }));
    const { data, errors } = JSON.parse(text) as { data: unknown; errors?: unknown };
    if (errors !== undefined) throw new Error(`${workload.name}: ${JSON.stringify(errors).slice(0, 500)}`);
    workload.same(data);
    return performance.now() - began;
  };

  const peakPerSecond = await peakOf(once, plan);
  const perSecond = peakPerSecond * plan.share;
  say(`peak ${peakPerSecond.toFixed(0)} a second; ${plan.minutes} minutes at ${perSecond.toFixed(0)}`);
  const minutes: SoakedMinute[] = [];
  for (let minute = 1; minute <= plan.minutes; minute += 1) {
    const times = await steady(once, perSecond, 60_000);
    const rssMb = target.pids.reduce((sum, pid) => sum + memoryOf(pid), 0);
    const databaseMb = sharedMemoryOf(target.databasePid);
    const one = { answers: times.length, medianMs: quantile(times, 0.5), p95Ms: quantile(times, 0.95), rssMb, databaseMb };
    minutes.push(one);
    say(
      `minute ${minute}: ${one.answers} answers, median ${one.medianMs.toFixed(0)} ms, ${one.rssMb.toFixed(0)} MiB, PostgreSQL ${one.databaseMb.toFixed(0)}`,
    );
  }
  const later = minutes.slice(Math.floor(minutes.length / 2)).map(({ rssMb }) => rssMb);
  return { peakPerSecond, perSecond, minutes, growthMb: slopeOf(later) };
}

/** Answers a second with so many callers, each of whom asks again as soon as it is answered; the first third warms up. */
async function peakOf(once: () => Promise<number>, { callers, peakMs }: SoakPlan): Promise<number> {
  const began = performance.now();
  const counts = (at: number): boolean => at - began > peakMs / 3 && at - began < peakMs;
  let answers = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() - began < peakMs) {
      await once();
      if (counts(performance.now())) answers += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return answers / ((peakMs * 2) / 3 / 1000);
}

/** Asks at this rate, and answers what each took once all of them are back. */
async function steady(once: () => Promise<number>, perSecond: number, ms: number): Promise<number[]> {
  const times: number[] = [];
  const underWay = new Set<Promise<void>>();
  let failed: unknown;
  const began = performance.now();
  for (let sent = 0; performance.now() - began < ms && failed === undefined; ) {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
    for (; sent < due; sent += 1) {
      const one: Promise<void> = once().then(
        (took) => void times.push(took),
        (error: unknown) => {
          failed ??= error;
        },
      );
      underWay.add(one);
      one.finally(() => underWay.delete(one));
    }
    if (underWay.size > MOST_WAITING) throw new Error(`${underWay.size} are under way: the answers do not keep up.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(underWay);
  if (failed !== undefined) throw failed;
  return times;
}

/** The soak, as Markdown. */
export function soakTable(what: string, { peakPerSecond, perSecond, minutes, growthMb }: Soaked): string {
  const rows = minutes.map(
    ({ answers, medianMs, p95Ms, rssMb, databaseMb }, index) =>
      `| ${[index + 1, answers, ...[medianMs, p95Ms, rssMb, databaseMb].map((value) => value.toFixed(0))].join(' | ')} |`,
  );
  return [
    `### soak: ${what}`,
    '',
    `Peak ${peakPerSecond.toFixed(0)} answers a second; asked ${perSecond.toFixed(0)} times a second. In the second half memory grew by ${growthMb.toFixed(1)} MiB a minute.`,
    '',
    '| minute | answers | median ms | 95th | memory MiB | PostgreSQL MiB |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
