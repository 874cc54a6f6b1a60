import { readTrail, type Row } from './audit-search.ts';
import type { RawTx } from './db.ts';
import { NotFound } from './errors.ts';
import { idPrefixes, toId, tryId, type IdKind } from './ids.ts';
import { PAGE_SIZE } from './builder.ts';
import type { createBuilder } from './builder.ts';

type Builder<P extends object, Tx extends RawTx> = ReturnType<typeof createBuilder<P, Tx>>;

/** Each subgraph has a trail of its own, under a name of its own. */
export type AuditTrailName = 'auditTrail' | 'businessAuditTrail' | 'authorityAuditTrail' | 'supplyAuditTrail';

function subjectOf(row: Row): string | null {
  if (row.subject_id === null || row.subject_kind === null || !(row.subject_kind in idPrefixes)) return null;
  return toId(row.subject_kind as IdKind, row.subject_id);
}

/**
 * Adds a subgraph's own trail to the graph, for auditors: newest first, by patient, actor and time. Reading it is itself
 * written into it.
 */
export function addAuditTrail<P extends object, Tx extends RawTx>(builder: Builder<P, Tx>, name: AuditTrailName): void {
  const AuditEvent = builder.objectRef<Row>('AuditEvent').implement({
    description: 'One row of the audit trail: a change, a read of a patient’s record, or a refusal. Rows are never changed.',
    directives: { shareable: {} },
    authScopes: { may: 'audit:read' },
    fields: (t) => ({
      id: t.id({ resolve: (row) => toId('auditEvent', row.id), description: 'The row’s id.' }),
      at: t.field({ type: 'DateTime', resolve: (row) => row.at, description: 'When.' }),
      kind: t.exposeString('kind', { description: 'CHANGE, ACCESS or REFUSAL.' }),
      action: t.exposeString('action', { description: 'What, as noun.past-tense.' }),
      actor: t.exposeString('actor', { description: 'The subject of the token that acted.' }),
      actorName: t.exposeString('actor_name', { description: 'The name in that token.' }),
      service: t.exposeString('service', { nullable: true, description: 'The subgraph that acted, when no person did.' }),
      subjectId: t.id({ nullable: true, resolve: subjectOf, description: 'The record it is about.' }),
      patientId: t.id({
        nullable: true,
        resolve: (row) => (row.patient_id === null ? null : toId('patient', row.patient_id)),
        description: 'The patient it is about, when it is one.',
      }),
      requestId: t.exposeString('request_id', { description: 'The request it was part of.' }),
      detail: t.field({ type: 'JSON', resolve: (row) => withPublicIds(row.detail), description: 'Codes and ids; never a name or a drug.' }),
    }),
  });
  const Page = builder.objectRef<{ nodes: Row[]; endCursor: string | null; hasNextPage: boolean }>('AuditPage').implement({
    description: 'A page of the trail.',
    directives: { shareable: {} },
    fields: (t) => ({
      nodes: t.field({ type: [AuditEvent], resolve: (page) => page.nodes, description: 'The rows, newest first.' }),
      endCursor: t.exposeString('endCursor', { nullable: true, description: 'Give it as `after` for the next page.' }),
      hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether there is more.' }),
    }),
  });
  const Search = builder.inputType('AuditSearch', {
    description: 'Which rows of the trail.',
    fields: (t) => ({
      patientId: t.id({ description: 'Rows about this patient, reads included.' }),
      actor: t.string({ description: 'The subject of a token.' }),
      from: t.field({ type: 'DateTime', description: 'From this moment on.' }),
      to: t.field({ type: 'DateTime', description: 'Before this moment.' }),
    }),
  });
  builder.queryField(name as 'auditTrail', (t) =>
    t.field({
      type: Page,
      description: 'The audit trail of what this auditor may audit, newest first. Reading it is recorded in it.',
      authScopes: { may: 'audit:read' },
      args: { search: t.arg({ type: Search }), first: t.arg.int({ defaultValue: 50 }), after: t.arg.string({}) },
      resolve: async (_root, { search, first, after }, ctx) => {
        const size = Math.min(Math.max(first ?? 50, 1), PAGE_SIZE.max);
        const rows = await readTrail(ctx.db, {
          patientId: typeof search?.patientId === 'string' ? patientUuid(search.patientId) : null,
          actor: search?.actor ?? null,
          from: search?.from ?? null,
          to: search?.to ?? null,
          before: after ? cursorUuid(after) : null,
          first: size + 1,
          tenants: ctx.actor.everywhere('audit:read') ? null : ctx.actor.places('audit:read'),
        });
        ctx.noteRead({
          action: 'audit.read',
          tenantId: ctx.actor.places('audit:read')[0] ?? null,
          detail: { patient: search?.patientId ?? null, rows: Math.min(rows.length, size) },
        });
        const nodes = rows.slice(0, size);
        const last = nodes.at(-1);
        return { nodes, endCursor: last ? toId('auditEvent', last.id) : null, hasNextPage: rows.length > size };
      },
    }),
  );
}

/** The kind behind a model's name, where the two words differ. */
const kindOf: Readonly<Record<string, IdKind>> = { goodFaithExam: 'exam' };

function publicIds(model: string, uuids: unknown): unknown {
  const kind = kindOf[model] ?? (model in idPrefixes ? (model as IdKind) : null);
  return kind !== null && Array.isArray(uuids) ? uuids.map((uuid) => toId(kind, String(uuid))) : uuids;
}

/** What an access row keeps as stored ids, as the ids that auditors know from everywhere else. */
function withPublicIds(detail: unknown): unknown {
  if (typeof detail !== 'object' || detail === null) return detail;
  const { patients, records, ...rest } = detail as { patients?: unknown; records?: Record<string, unknown> };
  return {
    ...rest,
    ...(patients === undefined ? {} : { patients: publicIds('patient', patients) }),
    ...(records === undefined
      ? {}
      : { records: Object.fromEntries(Object.entries(records).map(([model, ids]) => [model, publicIds(model, ids)])) }),
  };
}

function patientUuid(id: string): string {
  const uuid = tryId('patient', id);
  if (uuid === null) throw new NotFound();
  return uuid;
}

function cursorUuid(cursor: string): string {
  const uuid = tryId('auditEvent', cursor);
  if (uuid === null) throw new NotFound();
  return uuid;
}
