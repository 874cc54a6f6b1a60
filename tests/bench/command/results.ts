import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { Workload } from '../workloads/workload.ts';
import type { Measured } from './measure.ts';

/** Everything one run found. */
export interface Results {
  readonly at: string;
  readonly machine: string;
  readonly node: string;
  readonly commit: string;
  readonly orders: number;
  readonly callers: number;
  readonly workloads: readonly { readonly name: string; readonly what: string; readonly measured: readonly Measured[] }[];
}

/** The run's circumstances: machine, date and commit. */
export function resultsOf(
  options: { readonly orders: number; readonly callers: number },
  measured: readonly { readonly workload: Workload; readonly measured: readonly Measured[] }[],
): Results {
  const git = (...words: string[]): string => {
    try {
      return execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      return 'unknown';
    }
  };
  return {
    at: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB`,
    node: process.version,
    commit: `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' and changes'}`,
    orders: options.orders,
    callers: options.callers,
    workloads: measured.map(({ workload: { name, what }, measured: all }) => ({ name, what, measured: all })),
  };
}

const figure = (value: number | null): string => (value === null ? '–' : value < 10 ? value.toFixed(2) : value.toFixed(0));

/** The table of one workload, as Markdown. */
export function tableOf({ name, what, measured }: Results['workloads'][number]): string {
  const rows = measured.map(
    ({ opponent, medianMs, p95Ms, p99Ms, perSecond, cpuMs, ratio }) =>
      `| ${[opponent, figure(medianMs), figure(p95Ms), figure(p99Ms), figure(perSecond), figure(cpuMs), figure(ratio)].join(' | ')} |`,
  );
  return [
    `### ${name}: ${what}`,
    '',
    '| Who answers | median ms | 95th | 99th | answers a second | processor ms an answer | throughput ratio |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** The whole run, as Markdown. */
export function pageOf(results: Results): string {
  const { at, machine, node, commit, orders, callers } = results;
  return [
    '# Results',
    '',
    'Written by `npm run bench -- --keep`. Opponents take turns in one run over one database, and all of them gave the same answers.',
    'Processor time is that of the Node processes that answer, without PostgreSQL; the ratio is to the first line.',
    '',
    `${at}; ${machine}; Node ${node}; commit ${commit}; ${orders} drafts in the clinic's list, ${callers} callers at once.`,
    '',
    ...results.workloads.flatMap((workload) => [tableOf(workload), '']),
  ].join('\n');
}
