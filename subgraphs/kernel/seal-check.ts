import type { Pool } from 'pg';
import { GENESIS, nextHead } from './seal.ts';

/** Where a trail stops being what was sealed, and what is wrong there. */
export interface Break {
  readonly tenantId: string;
  readonly seq: number;
  readonly reason: 'ROW_MISSING' | 'ROW_CHANGED' | 'LINK_BROKEN' | 'LINK_MISSING';
}

interface Link {
  readonly tenant_id: string;
  readonly seq: string;
  readonly row_hash: string;
  readonly prev: string;
  readonly head: string;
  readonly found: boolean;
  readonly kept_hash: string | null;
  readonly real_hash: string | null;
}

/**
 * Reads every chain from its start and answers the first break of each: a row edited, dropped or slipped in after it was
 * sealed shows, even when whoever did it could write to the tables. Dropping the newest links shows only against a
 * checkpoint kept elsewhere.
 */
export async function breaksIn(pool: Pool): Promise<Break[]> {
  const links = await pool.query<Link>(
    `select s.tenant_id, s.seq, s.row_hash, s.prev, s.head, e.id is not null as found, e.hash as kept_hash, audit_digest(e) as real_hash
     from audit_seal s left join audit_event e on e.id = s.row_id order by s.tenant_id, s.seq`,
  );
  const breaks = new Map<string, Break>();
  let before = { tenant: '', seq: 0n, head: GENESIS };
  for (const link of links.rows) {
    if (link.tenant_id !== before.tenant) before = { tenant: link.tenant_id, seq: 0n, head: GENESIS };
    const reason = problemOf(link, before);
    if (reason !== null && !breaks.has(link.tenant_id))
      breaks.set(link.tenant_id, { tenantId: link.tenant_id, seq: Number(link.seq), reason });
    before = { tenant: link.tenant_id, seq: BigInt(link.seq), head: link.head };
  }
  return [...breaks.values()];
}

function problemOf(link: Link, before: { seq: bigint; head: string }): Break['reason'] | null {
  if (BigInt(link.seq) !== before.seq + 1n) return 'LINK_MISSING';
  if (link.prev !== before.head || link.head !== nextHead(link.prev, link.row_hash, BigInt(link.seq))) return 'LINK_BROKEN';
  if (!link.found) return 'ROW_MISSING';
  return link.kept_hash === link.row_hash && link.real_hash === link.row_hash ? null : 'ROW_CHANGED';
}
