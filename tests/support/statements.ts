import pg from 'pg';
import { vi } from 'vitest';

/** Statements of requests: what seals the trail and does the jobs names its tables otherwise. */
const OF_REQUESTS = /"(?:clinics|physicians|prescriptions|pharmacies)"\.|held_elsewhere|recursive line|audit_event/;

/**
 * How many statements the servers of this process send while `work` is done, of those whose text fits. What they do in the background may
 * fall into one of the askings, so the quietest of three counts.
 */
export async function statementsOf(work: () => Promise<unknown>, fitting: RegExp = OF_REQUESTS): Promise<number> {
  let fewest = Number.POSITIVE_INFINITY;
  for (let asking = 0; asking < 3; asking += 1) fewest = Math.min(fewest, await counted(work, fitting));
  return fewest;
}

async function counted(work: () => Promise<unknown>, fitting: RegExp): Promise<number> {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    return query.mock.calls
      .map(([first]) => (typeof first === 'string' ? first : ((first as { text?: string } | undefined)?.text ?? '')))
      .filter((text) => fitting.test(text) && !text.includes('audit_unsealed')).length;
  } finally {
    query.mockRestore();
  }
}
