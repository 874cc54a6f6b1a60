import type { Actor } from './actor.ts';
import type { RawTx } from './db.ts';
import type { IdKind } from './ids.ts';

/** What one audit row says beyond who, when and from which request. Ids are stored uuids; `detail` holds codes and ids, never a name or a drug. */
export interface AuditEntry {
  /** `noun.past-tense`, for example `order.signed`. */
  readonly action: string;
  /** The clinic, entity, MSO or pharmacy whose trail this belongs to; null for what belongs to none. */
  readonly tenantId: string | null;
  readonly subjectKind?: IdKind;
  readonly subjectId?: string;
  readonly patientId?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Who is recorded: enough of the context to say it. */
export interface AuditActor {
  readonly actor: Pick<Actor, 'sub' | 'name' | 'service'>;
  readonly requestId: string;
  now(): Date;
  newId(): string;
}

/** The three kinds of row: something changed, a patient's record was read, somebody was refused. */
export type AuditKind = 'CHANGE' | 'ACCESS' | 'REFUSAL';

/** The statement behind every audit row. No RETURNING: an insert-only role may not read what it wrote. */
export const insertAudit = `insert into audit_event
  (id, tenant_id, at, kind, action, actor, actor_name, service, subject_kind, subject_id, patient_id, request_id, detail)
  values ($1::uuid, $2::uuid, $3::timestamptz, $4, $5, $6, $7, $8, $9, $10::uuid, $11::uuid, $12, $13::jsonb)`;

/** The values of `insertAudit`, in order. */
export function auditValues(ctx: AuditActor, kind: AuditKind, entry: AuditEntry): unknown[] {
  return [
    ctx.newId(),
    entry.tenantId,
    ctx.now().toISOString(),
    kind,
    entry.action,
    ctx.actor.sub,
    ctx.actor.name,
    ctx.actor.service,
    entry.subjectKind ?? null,
    entry.subjectId ?? null,
    entry.patientId ?? null,
    ctx.requestId,
    JSON.stringify(entry.detail ?? {}),
  ];
}

/** One statement for several rows, and its values in order: all of them are written, or none. */
export function insertAudits(ctx: AuditActor, entries: readonly (readonly [AuditKind, AuditEntry])[]): { text: string; values: unknown[] } {
  const rows = entries.map(([kind, entry]) => auditValues(ctx, kind, entry));
  const width = rows[0]?.length ?? 0;
  const [head = '', one = ''] = insertAudit.split(/(?<=\)\s*)values/);
  const places = rows.map((_, index) =>
    one.replaceAll(/\$(\d+)/g, (_match, number: string) => `$${index * width + Number(number)}`).trim(),
  );
  return { text: `${head} values ${places.join(', ')}`, values: rows.flat() };
}

/** How many rows one statement carries: it has room for 65,535 values. */
const AT_ONCE = 1_000;

/** As `audit`, for several changes of one kind at once, a thousand in one statement. */
export async function auditAll(tx: RawTx, ctx: AuditActor, entries: readonly AuditEntry[]): Promise<void> {
  for (let from = 0; from < entries.length; from += AT_ONCE) {
    const { text, values } = insertAudits(
      ctx,
      entries.slice(from, from + AT_ONCE).map((entry) => ['CHANGE', entry]),
    );
    await tx.$executeRawUnsafe(text, ...values);
  }
}

/**
 * Records who did what, inside the transaction that does it: if this row cannot be written, neither can the
 * change. Changes have no other way into the trail.
 */
export async function audit(tx: RawTx, ctx: AuditActor, entry: AuditEntry): Promise<void> {
  await tx.$executeRawUnsafe(insertAudit, ...auditValues(ctx, 'CHANGE', entry));
}
