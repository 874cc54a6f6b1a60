import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { fromId, toId } from '#kernel/ids.ts';
import { subgraphSecret } from '#kernel/keys.ts';
import { subgraphNames } from '#kernel/names.ts';
import { prepareDatabase } from '#prisma/database.ts';
import { seedDatabase } from '#prisma/seed.ts';
import { startThrowawayPostgres } from '#prisma/throwaway-postgres.ts';
import { contractVariables } from '../../../gateway/journey/documents.ts';
import { type FrontEnd, httpFrontEnd } from '../../../gateway/journey/front-end.ts';
import { tellStory } from '../../../gateway/journey/story.ts';
import { databasePasswordsOf } from '../../../gateway/start-parts.ts';
import { startTestIssuer, type TestIssuer } from '../../support/test-issuer.ts';
import type { BenchWorld } from '../workloads/workload.ts';
import { bar, writeRowsLike } from './rows-like.ts';

/** A database with the invented world, and whose tokens are believed by whatever is started over it. */
export interface Ground extends AsyncDisposable {
  readonly ownerUrl: string;
  readonly rootSecret: string;
  readonly issuer: TestIssuer;
}

/** Starts PostgreSQL and the issuer, migrates and seeds. A durable server keeps its tables tidy too, without which a load of minutes slows it down. */
export async function startGround(say: (line: string) => void, { durable = false } = {}): Promise<Ground> {
  const undo = new AsyncDisposableStack();
  say('PostgreSQL: starting, migrating, seeding');
  const server = await startThrowawayPostgres({ connections: 400, durable });
  undo.defer(() => server.stop());
  const rootSecret = randomBytes(32).toString('base64url');
  await prepareDatabase(server.url, subgraphNames, (name) => databasePasswordsOf(subgraphSecret(rootSecret, name)));
  await seedDatabase(server.url, new Date());
  const issuer = undo.use(await startTestIssuer());
  return { ownerUrl: server.url, rootSecret, issuer, [Symbol.asyncDispose]: () => undo.disposeAsync() };
}

class FarEnough extends Error {}

/** Tells the story up to an order that lies at its pharmacy, and gives the clinic a list of drafts like it. */
export async function tellUpToSent(
  ground: Ground,
  graphql: string,
  documents: ReadonlyMap<string, string>,
  orders: number,
  say: (line: string) => void,
): Promise<BenchWorld> {
  const through = httpFrontEnd(graphql, documents, (persona, stepUp) => ground.issuer.tokenOf(persona, { stepUp }));
  let orderId = '';
  const frontEnd: FrontEnd = {
    async send(persona, operation, variables, options) {
      if (orderId !== '') throw new FarEnough();
      const reply = await through.send(persona, operation, variables, options);
      if (operation === 'SendOrder') orderId = (reply.data?.['sendOrder'] as { id?: string } | undefined)?.id ?? '';
      return reply;
    },
  };
  say('an order: from registration to the pharmacy');
  await tellStory(
    frontEnd,
    await contractVariables(),
    () => new Date(),
    () => undefined,
  ).catch((error: unknown) => {
    if (!(error instanceof FarEnough)) throw error;
  });
  const owner = new pg.Client({ connectionString: ground.ownerUrl });
  await owner.connect();
  try {
    const clinicId = await loadDrafts(owner, orderId, orders, say);
    return { orderId, clinicId };
  } finally {
    await owner.end();
  }
}

/** Drafts like the order, each waiting a second longer than the one before it. */
async function loadDrafts(owner: pg.Client, orderId: string, orders: number, say: (line: string) => void): Promise<string> {
  const nothing = ['signed_at', 'document', 'jws', 'digest', 'sent_at', 'last_fill_on'].map((column) => [column, 'null']);
  const none = ['attempt', 'sent_seq', 'taken_seq'].map((column) => [column, '0']);
  await writeRowsLike(
    owner,
    { schema: 'prescriptions', table: 'order', id: fromId('order', orderId) },
    {
      ...{ id: 'uuidv7()', status: `'DRAFT'`, status_since: 'now() - make_interval(secs => n)', version: '1' },
      ...Object.fromEntries([...nothing, ...none]),
    },
    orders,
    (done) => say(`drafts: ${bar(done / orders)} ${done} of ${orders}`),
  );
  await owner.query('analyze');
  const { rows } = await owner.query<{ clinic_id: string }>('select clinic_id from prescriptions."order" where id = $1', [
    fromId('order', orderId),
  ]);
  return toId('clinic', rows[0]?.clinic_id ?? '');
}
