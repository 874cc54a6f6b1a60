/** What one opponent took for one workload. */
export interface Measured {
  readonly opponent: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  /** Processor time an answer; null where the machine does not say. */
  readonly cpuMs: number | null;
  /** How many times the throughput of the first opponent this is. */
  readonly ratio: number;
}

interface Taken {
  /** What each answer took, in milliseconds. */
  readonly times: readonly number[];
  /** How long all of it took, which is less than their sum where several were under way at once. */
  readonly wallMs: number;
  readonly cpuMs: number | null;
  /** Answers a millisecond of whom the others are held against. */
  readonly firstRate: number;
}

/** The value below which this share of the values lie, by nearest rank; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** The figures of one opponent. */
export function figuresOf(opponent: string, { times, wallMs, cpuMs, firstRate }: Taken): Measured {
  const rate = times.length / wallMs;
  return {
    opponent,
    ...{ medianMs: quantile(times, 0.5), p95Ms: quantile(times, 0.95), p99Ms: quantile(times, 0.99) },
    perSecond: rate * 1000,
    cpuMs: cpuMs === null ? null : cpuMs / times.length,
    ratio: rate / firstRate,
  };
}
