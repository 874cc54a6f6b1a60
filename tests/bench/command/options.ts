import { parseArgs } from 'node:util';

/** What `npm run bench` was asked to do. */
export interface BenchOptions {
  /** Orders that the clinic's list has to choose from. */
  readonly orders: number;
  /** How many times every opponent gets its turn. */
  readonly rounds: number;
  /** Requests in one turn. */
  readonly requests: number;
  /** Requests under way at once. */
  readonly callers: number;
  /** Workloads by name; empty for all. */
  readonly only: readonly string[];
  readonly json: boolean;
  /** Whether RESULTS.md is written. */
  readonly keep: boolean;
  /** Whether the graph in one process is profiled. */
  readonly profile: boolean;
  /** Minutes that a steady load lasts, instead of everything else; 0 without one. */
  readonly soak: number;
  /** Sizes at which what grows with rows is measured, instead of everything else; empty without it. */
  readonly growth: readonly number[];
  /** Whether the story is told through `@apollo/gateway` instead of measuring anything. */
  readonly journey: boolean;
  /** Whether requests are put through a pooler, and held to what they are answered without one, instead of measuring everything. */
  readonly pooler: boolean;
}

const whole = (text: string, name: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} is a whole number above 0, not ${text}.`);
  return Number(text);
};

/** Reads the command line; throws a sentence for whoever typed it. */
export function benchOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      orders: { type: 'string', default: '200' },
      rounds: { type: 'string', default: '10' },
      requests: { type: 'string', default: '80' },
      callers: { type: 'string', default: '8' },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      journey: { type: 'boolean', default: false },
      pooler: { type: 'boolean', default: false },
      soak: { type: 'string' },
      growth: { type: 'string' },
    },
  });
  if (values.keep && (values.only !== '' || values.journey || values.pooler))
    throw new Error('--keep keeps a whole run: leave --only, --journey and --pooler away.');
  return {
    orders: whole(values.orders, 'orders'),
    rounds: whole(values.rounds, 'rounds'),
    requests: whole(values.requests, 'requests'),
    callers: whole(values.callers, 'callers'),
    only: values.only.split(',').filter(Boolean),
    json: values.json,
    keep: values.keep,
    profile: values.profile,
    journey: values.journey,
    pooler: values.pooler,
    growth: (values.growth ?? '')
      .split(',')
      .filter(Boolean)
      .map((size) => whole(size, 'growth')),
    soak: values.soak === undefined ? 0 : whole(values.soak, 'soak'),
  };
}
