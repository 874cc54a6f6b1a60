/**
 * Figures of clinics by day, which triggers keep in the schema `<subgraph>_metrics`: changes are written beside the days and added to them later.
 * `npm run rebuild-metrics` counts them anew, or says where they are wrong.
 */

import { parseArgs } from 'node:util';
import pg from 'pg';
import { rolesOf } from '#prisma/roles.ts';
import { actorFromAsk } from './actor.ts';
import { audit } from './audit.ts';
import { type Command, CommandRefused, runHere, sayingWhy } from './command.ts';
import type { ServiceContext } from './context.ts';
import type { RawTx } from './db.ts';
import { newUuid, toId } from './ids.ts';

/** The subgraphs that keep such figures. */
const keepers = ['prescriptions', 'pharmacies'] as const;
type Keeper = (typeof keepers)[number];

/** As many changes as are folded in one transaction. */
const AT_ONCE = 5_000;

/** The job that adds what changed in the figures to their days. Whoever reads adds up both, so nothing shows whether it has run. */
export const foldMetricsOf =
  (keeper: Keeper) =>
  async (service: ServiceContext<RawTx>): Promise<void> => {
    for (let folded = AT_ONCE; folded === AT_ONCE; ) {
      folded = await service.write(async (tx) => {
        const [row] = await tx.$queryRawUnsafe<{ folded: number }[]>(`select ${keeper}_metrics.fold($1::integer) as folded`, AT_ONCE);
        return row?.folded ?? 0;
      });
    }
  };

const usage = `npm run rebuild-metrics -- [--check]
  without --check  figures of days that are not what exams, orders and fulfillments say are set right
  --check          says which they are, changes nothing, and ends with 1 when there are any`;

interface Difference {
  readonly clinicId: string;
  readonly day: string;
  readonly metric: string;
  readonly off: number;
}

/** Most differences of a subgraph that are said one by one. */
const MOST_SAID = 100;

function checks(given: readonly string[]): boolean {
  try {
    return parseArgs({ args: [...given], options: { check: { type: 'boolean' } } }).values.check ?? false;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CommandRefused([error.message, usage]);
  }
}

/** The command as it is called. Exams, orders and fulfillments go on being written meanwhile. */
export const rebuildMetrics: Command = async (given, database, now) => {
  const onlyChecks = checks(given);
  const url = await database();
  const lines: string[] = [];
  let wrong = 0;
  for (const keeper of keepers) {
    const found = await inSchemaOf(keeper, url, (client) => (onlyChecks ? differencesOf(client, keeper) : rebuilt(client, keeper, now)));
    lines.push(...found.lines.map((line) => `${keeper}: ${line}`));
    wrong += found.wrong;
  }
  return { lines, exit: wrong === 0 ? 0 : 1 };
};

interface Found {
  readonly lines: readonly string[];
  readonly wrong: number;
}

async function differencesOf(client: pg.Client, keeper: Keeper): Promise<Found> {
  const { rows } = await client.query<Difference>(
    `select clinic_id::text as "clinicId", day::text, metric, off::integer from ${keeper}_metrics.differences()`,
  );
  if (rows.length === 0) return { lines: ['every figure is what the records say'], wrong: 0 };
  const said = rows
    .slice(0, MOST_SAID)
    .map(({ clinicId, day, metric, off }) => `${toId('clinic', clinicId)} ${day} ${metric}: ${off > 0 ? '+' : ''}${off}`);
  return { lines: [...said, `${rows.length} figures are wrong`], wrong: rows.length };
}

async function rebuilt(client: pg.Client, keeper: Keeper, now: () => Date): Promise<Found> {
  const { rows } = await client.query<{ mended: number }>(`select ${keeper}_metrics.rebuild() as mended`);
  const mended = rows[0]?.mended ?? 0;
  const ask = { service: keeper, as: 'service', user: null, documentHash: '', expiresAt: Number.MAX_SAFE_INTEGER } as const;
  const newId = (): string => newUuid(now());
  const who = { actor: actorFromAsk(ask, null), requestId: `${keeper}-rebuild-metrics-${newId()}`, now, newId };
  const tx = { $executeRawUnsafe: async (text: string, ...values: unknown[]) => (await client.query(text, values)).rowCount ?? 0 };
  await audit(tx as RawTx, who, { action: 'metrics.rebuilt', tenantId: null, detail: { mended } });
  return { lines: [`${mended} figures were set right`], wrong: 0 };
}

/** In one transaction under the subgraph's own role, so that what it may not do holds here as well. */
async function inSchemaOf(keeper: Keeper, url: string, work: (client: pg.Client) => Promise<Found>): Promise<Found> {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${keeper},public -c role=${rolesOf(keeper).app}` });
  await client.connect();
  try {
    await client.query('begin');
    const found = await work(client);
    await client.query('commit');
    return found;
  } finally {
    await client.end();
  }
}

/** Runs the command; what is wrong with how it was called is said in lines. */
export const run = sayingWhy(rebuildMetrics);

if (import.meta.main) await runHere(run);
