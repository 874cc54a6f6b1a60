import { AsyncLocalStorage } from 'node:async_hooks';
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
    return query.mock.calls.map(([first]) => textOf(first)).filter((text) => fitting.test(text) && !text.includes('audit_unsealed')).length;
  } finally {
    query.mockRestore();
  }
}

/** The statements that one piece of work sends itself, transactions' begin and commit among them, in the order in which they leave: what jobs send meanwhile is not among them. */
export async function sentBy(work: () => Promise<unknown>): Promise<string[]> {
  return (await sentAs(work)).map(({ text }) => text);
}

/** A statement with the role of the database that it was sent as, and the port of the server it was sent to. */
export interface Sent {
  readonly role: string;
  readonly port: number;
  readonly text: string;
}

/** The same, with where each was sent and as whom. */
export async function sentAs(work: () => Promise<unknown>): Promise<Sent[]> {
  const here = new AsyncLocalStorage<true>();
  const sent: Sent[] = [];
  const { query } = pg.Client.prototype;
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    if (here.getStore()) sent.push({ role: this.user ?? '', port: this.port, text: textOf(args[0]) });
    return Reflect.apply(query, this, args);
  });
  try {
    await here.run(true, work);
    return sent;
  } finally {
    spy.mockRestore();
  }
}

function textOf(sent: unknown): string {
  return typeof sent === 'string' ? sent : ((sent as { text?: string } | undefined)?.text ?? '');
}
