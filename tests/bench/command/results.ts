import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { Measured } from './figures.ts';
import type { Share } from './profile.ts';

/** One workload with what each opponent took for it. */
export interface Section {
  readonly name: string;
  readonly what: string;
  readonly measured: readonly Measured[];
  /** Where the processor time of the graph in one process went. */
  readonly shares?: readonly Share[];
  /** Lines under the table, or instead of it where nothing is timed. */
  readonly said?: readonly string[];
}

/** When, where and with what a run was made. */
export interface Circumstances {
  readonly at: string;
  readonly machine: string;
  readonly node: string;
  readonly commit: string;
}

/** Everything one run found. */
export interface Results extends Circumstances {
  readonly orders: number;
  readonly callers: number;
  /** What opponents answered over HTTP, several callers at once. */
  readonly workloads: readonly Section[];
  /** What was done in one process, one request at a time. */
  readonly alone: readonly Section[];
}

/** Those of this moment. */
export function circumstances(): Circumstances {
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
  };
}

/** What a run found, and under which circumstances. */
export function resultsOf(
  options: { readonly orders: number; readonly callers: number },
  workloads: readonly Section[],
  alone: readonly Section[],
): Results {
  return {
    ...circumstances(),
    orders: options.orders,
    callers: options.callers,
    workloads: workloads.map(({ name, what, measured, shares }) => ({ name, what, measured, ...(shares && { shares }) })),
    alone,
  };
}

/** One line of it. */
export const circumstancesLine = ({ at, machine, node, commit }: Circumstances): string =>
  `${at}; ${machine}; Node ${node}; commit ${commit}`;

/** What `RESULTS.md` keeps, each of a run of its own. */
export const kinds = ['workloads', 'soak', 'growth'] as const;
export type Kind = (typeof kinds)[number];

const mark = (kind: Kind): string => `<!-- ${kind} -->`;

/** The page with one kind's part replaced, and the others as they were. */
export function pageWith(page: string, kind: Kind, part: string): string {
  const kept = kinds.map((one) => {
    if (one === kind) return part.trim();
    const from = page.indexOf(mark(one));
    if (from === -1) return '';
    const ends = kinds.map((other) => page.indexOf(mark(other), from + 1)).filter((at) => at !== -1);
    return page.slice(from + mark(one).length, ends.length === 0 ? undefined : Math.min(...ends)).trim();
  });
  const parts = kept.map((text, index) => (text === '' ? '' : `${mark(kinds[index] ?? kind)}\n\n${text}\n`)).filter(Boolean);
  return `${[head, ...parts].join('\n')}`;
}

const head = `# Results

Written by \`npm run bench -- --keep\`, a part a run. Opponents take turns in one run over one database, and all of them gave the same answers.
Processor time is that of the Node processes that answer, without PostgreSQL; the ratio is to the first line.
`;

const figure = (value: number | null): string => (value === null ? '–' : value < 10 ? value.toFixed(2) : value.toFixed(0));

/** The table of one workload, as Markdown. */
export function tableOf({ name, what, measured, shares, said }: Section): string {
  const rows = measured.map(
    ({ opponent, medianMs, p95Ms, p99Ms, perSecond, cpuMs, ratio }) =>
      `| ${[opponent, figure(medianMs), figure(p95Ms), figure(p99Ms), figure(perSecond), figure(cpuMs), figure(ratio)].join(' | ')} |`,
  );
  return [
    `### ${name}: ${what}`,
    ...(rows.length === 0
      ? []
      : [
          '',
          '| Who answers | median ms | 95th | 99th | answers a second | processor ms an answer | throughput ratio |',
          '|---|---|---|---|---|---|---|',
          ...rows,
        ]),
    ...(shares
      ? [
          '',
          `Of the processor time in one process: ${shares.map(({ part, share }) => `${part} ${(share * 100).toFixed(0)} %`).join(', ')}.`,
        ]
      : []),
    ...(said ? ['', ...said] : []),
  ].join('\n');
}

/** Medians of each opponent by number of rows, as Markdown. */
export function growthTable(found: readonly { readonly rows: number; readonly sections: readonly Section[] }[]): string {
  const [first] = found;
  const lines = (first?.sections ?? []).flatMap(({ name, measured }) =>
    measured.map(({ opponent }) => {
      const medians = found.map(
        ({ sections }) => sections.find((one) => one.name === name)?.measured.find((one) => one.opponent === opponent)?.medianMs ?? null,
      );
      return `| ${[`${name}: ${opponent}`, ...medians.map(figure)].join(' | ')} |`;
    }),
  );
  return [
    '### growth: median ms by number of rows',
    '',
    `| What | ${found.map(({ rows }) => rows.toLocaleString('en-US')).join(' | ')} |`,
    `|---|${found.map(() => '---|').join('')}`,
    ...lines,
  ].join('\n');
}

/** The tables alone. */
export const tablesOf = ({ workloads, alone }: Results): string => [...workloads, ...alone].map(tableOf).join('\n\n');

/** The whole run, as Markdown. */
export function partOf(results: Results): string {
  const { orders, callers } = results;
  return [
    `${circumstancesLine(results)}; ${orders} drafts in the clinic's list, ${callers} callers at once.`,
    '',
    ...results.workloads.flatMap((workload) => [tableOf(workload), '']),
    ...(results.alone.length === 0 ? [] : ['## One request at a time, gateway and subgraphs in one process without HTTP', '']),
    ...results.alone.flatMap((workload) => [tableOf(workload), '']),
  ].join('\n');
}
