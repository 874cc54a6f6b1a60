import { env } from 'node:process';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { fromUUID } from 'typeid-js';
import { asOwner } from './owner-client.ts';
import { platformId } from './platform-id.ts';
import { StartRefused } from './start-refused.ts';

/*
 * npm run first-administrator -- --sub usr_… --name "…" --entity "…" --kind PLLC --state TX
 *                               [--mso "…" --manager usr_… --manager-name "…"] [--operator usr_… --operator-name "…"]
 *
 * The first compliance officer of a new deployment, with the professional entity they answer for, and the MSO that manages it with its
 * first manager, and the first operator of the platform, who lets pharmacies in. Everybody else is invited. It works once, on a database in which nobody is a member of anything.
 */

/** Who comes first, and what they answer for. */
export interface FirstAdministrator {
  readonly sub: string;
  readonly name: string;
  readonly entity: { readonly name: string; readonly kind: string; readonly state: string };
  readonly mso: { readonly name: string; readonly manager: string; readonly managerName: string } | null;
  readonly operator: { readonly sub: string; readonly name: string } | null;
}

/** What was written, by public id. */
export interface FirstPlaces {
  readonly entity: string;
  readonly mso: string | null;
}

const texts = ['sub', 'name', 'entity', 'kind', 'state', 'mso', 'manager', 'manager-name', 'operator', 'operator-name'] as const;
const kinds = ['PC', 'PLLC', 'PA', 'LLC'];

/** What it writes, the membership first: who waits for it, waits for all. */
const written = ['membership', 'professional_entity', 'mso', 'management_agreement', 'audit_event', 'audit_unsealed'];

/** What the command line says; refused in one sentence a fault. */
export function readArguments(args: readonly string[]): FirstAdministrator {
  const { values } = parsed(args);
  const faults: string[] = [];
  const text = (name: (typeof texts)[number]): string => {
    const value = values[name]?.trim() ?? '';
    if (value === '') faults.push(`--${name} is needed.`);
    else if (value.length > 255 || /\p{Cc}/u.test(value))
      faults.push(`--${name} has at most 255 characters, none of them a control character.`);
    return value;
  };
  const entity = { name: text('entity'), kind: text('kind'), state: text('state') };
  if (entity.kind !== '' && !kinds.includes(entity.kind)) faults.push(`--kind is one of ${kinds.join(', ')}.`);
  if (entity.state !== '' && !/^[A-Z]{2}$/.test(entity.state))
    faults.push('--state is a state’s two letters, such as those on an envelope.');
  const [sub, name] = [text('sub'), text('name')];
  const withMso = (['mso', 'manager', 'manager-name'] as const).some((one) => values[one] !== undefined);
  const mso = withMso ? { name: text('mso'), manager: text('manager'), managerName: text('manager-name') } : null;
  const withOperator = values.operator !== undefined || values['operator-name'] !== undefined;
  const operator = withOperator ? { sub: text('operator'), name: text('operator-name') } : null;
  if (mso !== null && sub !== '' && mso.manager === sub)
    faults.push('--manager is somebody else: who runs the business does not watch over the practice.');
  if (faults.length > 0) throw new StartRefused(faults.join('\n'));
  return { sub, name, entity, mso, operator };
}

function parsed(args: readonly string[]): { values: Partial<Record<(typeof texts)[number], string>> } {
  try {
    return parseArgs({ args: [...args], options: Object.fromEntries(texts.map((name) => [name, { type: 'string' as const }])) });
  } catch (error) {
    throw new StartRefused(error instanceof Error ? error.message : 'The arguments do not parse.');
  }
}

/** Writes the first administrator in one transaction, with its row in the trail. Refused when anybody is a member already, however many try at once. */
export async function writeFirstAdministrator(owner: pg.Client, first: FirstAdministrator): Promise<FirstPlaces> {
  const known = await owner.query<{ known: boolean }>(`select to_regclass('clinics.invitation') is not null as known`);
  if (!known.rows[0]?.known) throw new StartRefused('The database is not up to date: run npm run migrate first.');
  await owner.query('begin');
  try {
    // Forced policies hold the owner too. They come back with the commit, and until then whoever else asks these tables waits for us.
    for (const table of written) await owner.query(`alter table clinics.${table} no force row level security`);
    const anybody = await owner.query('select 1 from clinics.membership limit 1');
    if (anybody.rowCount !== 0) throw new StartRefused('There are members already: they invite whoever comes next. Nothing was written.');
    const entityId = await idOf(
      owner,
      `insert into clinics.professional_entity (id, name, kind, state) values (uuidv7(), $1, $2, $3) returning id`,
      [...[first.entity.name, first.entity.kind, first.entity.state]],
    );
    await join(owner, { ...first, role: 'COMPLIANCE_OFFICER', place: entityId, at: fromUUID(entityId, 'ent') });
    const mso = first.mso && fromUUID(await writeMso(owner, first.mso, entityId), 'mso');
    const operator = first.operator && { ...first.operator, role: 'PLATFORM_OPERATOR', place: platformId, at: fromUUID(platformId, 'plt') };
    if (operator) await join(owner, operator);
    for (const table of written) await owner.query(`alter table clinics.${table} force row level security`);
    await owner.query('commit');
    return { entity: fromUUID(entityId, 'ent'), mso };
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
}

async function writeMso(owner: pg.Client, mso: NonNullable<FirstAdministrator['mso']>, entityId: string): Promise<string> {
  const id = await idOf(owner, 'insert into clinics.mso (id, name) values (uuidv7(), $1) returning id', [mso.name]);
  await owner.query(
    `insert into clinics.management_agreement (id, mso_id, entity_id, starts_on) values (uuidv7(), $1, $2, (now() at time zone 'UTC')::date)`,
    [id, entityId],
  );
  await join(owner, { sub: mso.manager, name: mso.managerName, role: 'MSO_MANAGER', place: id, at: fromUUID(id, 'mso') });
  return id;
}

async function join(
  owner: pg.Client,
  who: { readonly sub: string; readonly name: string; readonly role: string; readonly place: string; readonly at: string },
): Promise<void> {
  const id = await idOf(
    owner,
    `insert into clinics.membership (id, sub, name, role, at, starts_at) values (uuidv7(), $1, $2, $3, $4, date_trunc('milliseconds', now())) returning id`,
    [who.sub, who.name, who.role, who.at],
  );
  await owner.query(
    `insert into clinics.audit_event (id, tenant_id, at, kind, action, actor, actor_name, subject_kind, subject_id, request_id, detail)
     values (uuidv7(), $1, now(), 'CHANGE', 'membership.first', 'first-administrator', 'first-administrator', 'membership', $2, 'first-administrator', $3)`,
    [who.place, id, JSON.stringify({ role: who.role, at: who.at, sub: who.sub })],
  );
}

async function idOf(owner: pg.Client, insert: string, values: readonly unknown[]): Promise<string> {
  const { rows } = await owner.query<{ id: string }>(insert, [...values]);
  if (!rows[0]) throw new Error('Nothing was written.');
  return rows[0].id;
}

async function main(): Promise<void> {
  const first = readArguments(process.argv.slice(2));
  const url = env.DATABASE_URL;
  if (!url) throw new StartRefused('DATABASE_URL is needed: the database of a new deployment. An embedded one has its personas.');
  const { entity, mso } = await asOwner(url, (owner) => writeFirstAdministrator(owner, first));
  console.log(`entity   ${entity}  ${first.entity.name} (${first.entity.kind}, ${first.entity.state})`);
  console.log(`member   ${first.sub}  ${first.name}: COMPLIANCE_OFFICER at ${entity}`);
  if (mso !== null && first.mso !== null) {
    console.log(`mso      ${mso}  ${first.mso.name}, managing ${entity} from today`);
    console.log(`member   ${first.mso.manager}  ${first.mso.managerName}: MSO_MANAGER at ${mso}`);
  }
  if (first.operator !== null)
    console.log(`member   ${first.operator.sub}  ${first.operator.name}: PLATFORM_OPERATOR at ${fromUUID(platformId, 'plt')}`);
  console.log('A running instance knows them within 30 seconds. Their tokens must carry these roles at these ids as grants.');
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
