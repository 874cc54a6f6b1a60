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

/** A database with the invented world, and whose tokens are believed by whatever is started over it. */
export interface Ground extends AsyncDisposable {
  readonly ownerUrl: string;
  readonly rootSecret: string;
  readonly issuer: TestIssuer;
}

/** Starts PostgreSQL and the issuer, migrates and seeds. */
export async function startGround(say: (line: string) => void): Promise<Ground> {
  const undo = new AsyncDisposableStack();
  say('PostgreSQL: starting, migrating, seeding');
  const server = await startThrowawayPostgres();
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

const AT_ONCE = 20_000;

/** Drafts like the order, each waiting a second longer than the one before it. */
async function loadDrafts(owner: pg.Client, orderId: string, orders: number, say: (line: string) => void): Promise<string> {
  for (let done = 0; done < orders; ) {
    const count = Math.min(AT_ONCE, orders - done);
    await owner.query(
      `insert into prescriptions."order"
       select (jsonb_populate_record(o, jsonb_build_object('id', uuidv7(), 'status', 'DRAFT', 'status_since', now() - make_interval(secs => n),
         'signed_at', null, 'document', null, 'jws', null, 'digest', null, 'sent_at', null, 'attempt', 0, 'sent_seq', 0, 'taken_seq', 0,
         'version', 1, 'last_fill_on', null))).*
       from prescriptions."order" o, generate_series($2::int + 1, $2::int + $3::int) n where o.id = $1`,
      [fromId('order', orderId), done, count],
    );
    done += count;
    say(`drafts: ${bar(done / orders)} ${done} of ${orders}`);
  }
  await owner.query('analyze');
  const { rows } = await owner.query<{ clinic_id: string }>('select clinic_id from prescriptions."order" where id = $1', [
    fromId('order', orderId),
  ]);
  return toId('clinic', rows[0]?.clinic_id ?? '');
}

const bar = (share: number): string => `[${'#'.repeat(Math.round(share * 20)).padEnd(20, '.')}]`;
