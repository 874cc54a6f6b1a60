import type { Pool } from 'pg';
import { GENESIS, nextHead } from './seal.ts';

/** Where a trail stops being what was sealed, and what is wrong there. */
export interface Break {
  readonly tenantId: string;
  readonly seq: number;
  readonly reason: 'ROW_MISSING' | 'ROW_CHANGED' | 'LINK_BROKEN' | 'LINK_MISSING';
}

/** A row that no chain holds and that waits for none, or one that names a patient under whom it is not found. */
export interface Stray {
  readonly rowId: string;
  readonly reason: 'ROW_NOT_SEALED' | 'PATIENT_NOT_LISTED';
}

/** What a reading of all chains and of all rows found. */
export interface Checked {
  readonly chains: number;
  readonly links: number;
  /** Links whose rows were let go because their term is over. */
  readonly expired: number;
  /** The first break of each chain that has one. */
  readonly breaks: readonly Break[];
  /** Oldest first, and no more than a thousand of each reason. */
  readonly strays: readonly Stray[];
}

interface Link {
  readonly tenant_id: string;
  readonly seq: string;
  readonly row_hash: string;
  readonly prev: string;
  readonly head: string;
  readonly found: boolean;
  readonly expired: boolean;
  readonly kept_hash: string | null;
  readonly real_hash: string | null;
}

interface Place {
  readonly tenant: string;
  readonly seq: bigint;
  readonly head: string;
}

/** How many links are in memory at once. */
const AT_ONCE = 5_000;
const BEFORE_ALL: Place = { tenant: '00000000-0000-0000-0000-000000000000', seq: 0n, head: GENESIS };

// A row may be wanting only where its whole month is gone, and that only when its term is over: dropping a younger month shows.
const page = `with kept as (
    select least((select first_id from months_of('audit_event') order by first_id limit 1), first_id_of(kept_since())) as from_id)
  select s.tenant_id, s.seq, s.row_hash, s.prev, s.head, e.id is not null as found, s.row_id < k.from_id as expired,
    e.hash as kept_hash, audit_digest(e) as real_hash
  from kept k cross join audit_seal s left join audit_event e on e.id = s.row_id
  where (s.tenant_id, s.seq) > ($1::uuid, $2::bigint) order by s.tenant_id, s.seq limit ${AT_ONCE}`;

const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
// A row is written with its place in the queue or with its link, in one transaction. A month past its term may have been let go of the list alone.
const strays = `
  (select e.id as "rowId", 'ROW_NOT_SEALED' as reason from audit_event e
   where not exists (select from audit_seal s where s.row_id = e.id) and not exists (select from audit_unsealed u where u.row_id = e.id)
   order by e.id limit 1000)
  union all
  (select e.id, 'PATIENT_NOT_LISTED' from audit_event e
   where e.patient_id is null and jsonb_typeof(e.detail -> 'patients') = 'array' and e.id >= first_id_of(kept_since()) and exists (
     select from jsonb_array_elements_text(e.detail -> 'patients') patient
     where patient ~ '${UUID}' and not exists (
       select from audit_patient p where p.row_id = e.id and p.patient_id = case when patient ~ '${UUID}' then patient::uuid end))
   order by e.id limit 1000)`;

/**
 * Reads every chain from its start, some thousand links at a time: a row edited, dropped or slipped in after it was sealed
 * shows, even when whoever did it could write to the tables, and so does one that was kept out of its chain. Links outlive their rows, so a chain is
 * whole after rows were let go at the end of their term. Dropping the newest links shows only against a checkpoint kept elsewhere.
 */
export async function checkSeals(pool: Pool): Promise<Checked> {
  const breaks = new Map<string, Break>();
  const tally = { chains: 0, links: 0, expired: 0 };
  let before = BEFORE_ALL;
  while (true) {
    const { rows } = await pool.query<Link>(page, [before.tenant, String(before.seq)]);
    for (const link of rows) {
      if (link.tenant_id !== before.tenant || before.seq === 0n) {
        before = { tenant: link.tenant_id, seq: 0n, head: GENESIS };
        tally.chains += 1;
      }
      const reason = problemOf(link, before);
      if (reason !== null && !breaks.has(link.tenant_id))
        breaks.set(link.tenant_id, { tenantId: link.tenant_id, seq: Number(link.seq), reason });
      tally.links += 1;
      if (!link.found && link.expired) tally.expired += 1;
      before = { tenant: link.tenant_id, seq: BigInt(link.seq), head: link.head };
    }
    if (rows.length < AT_ONCE) break;
  }
  return { ...tally, breaks: [...breaks.values()], strays: (await pool.query<Stray>(strays)).rows };
}

function problemOf(link: Link, before: Place): Break['reason'] | null {
  if (BigInt(link.seq) !== before.seq + 1n) return 'LINK_MISSING';
  if (link.prev !== before.head || link.head !== nextHead(link.prev, link.row_hash, BigInt(link.seq))) return 'LINK_BROKEN';
  if (!link.found) return link.expired ? null : 'ROW_MISSING';
  return link.kept_hash === link.row_hash && link.real_hash === link.row_hash ? null : 'ROW_CHANGED';
}
