import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Tx } from '../builder.ts';
import { type InFlight, type Place, RECORDS_AT_ONCE, stretchInFlight } from './in-flight.ts';
import { type AtRisk, judgeAll } from './judged.ts';

/** Under which the outbox keeps that something has come to be at risk. */
export const AT_RISK_TOPIC = 'record-at-risk';

/**
 * Tells of everything in flight that has come to be at risk, once for each record and rule. What was told is a row, so a run that was missed,
 * killed half-way or made twice changes nothing: the next one does what is left. Nothing of a patient is asked or told. Throws when the graph
 * does not answer, and is tried again.
 */
export async function noteAtRisk(service: ServiceContext<Tx>): Promise<void> {
  let after: Place | null = null;
  for (let more = true; more; ) {
    const from: Place | null = after;
    const records: InFlight[] = await service.write((db) =>
      stretchInFlight(
        { db, now: () => service.now() },
        { clinics: null, after: from, before: null, backwards: false, limit: RECORDS_AT_ONCE },
      ),
    );
    const found = await judgeAll(service, records);
    if (found.length > 0) {
      await service.write(async (tx) => {
        for (const one of found) await noteOnce(tx, service, one);
      });
    }
    after = records.at(-1) ?? null;
    more = records.length === RECORDS_AT_ONCE;
  }
}

async function noteOnce(tx: Tx, service: ServiceContext<Tx>, { record, blockers, since, toDo }: AtRisk): Promise<void> {
  const { kind, id: subjectId, clinicId } = record;
  const told = await tx.atRiskNotice.findMany({ where: { subjectId }, select: { ruleId: true } });
  const fresh = blockers.map(({ id }) => id).filter((ruleId) => !told.some((one) => one.ruleId === ruleId));
  if (fresh.length === 0) return;
  const rows = fresh.map((ruleId) => ({ id: service.newId(), clinicId, kind, subjectId, ruleId, notedAt: service.now() }));
  // Of two that run at once the second waits here for the first, and then finds it told.
  const { count } = await tx.atRiskNotice.createMany({ data: rows, skipDuplicates: true });
  if (count === 0) return;
  const recordId = toId(kind === 'EXAM' ? 'exam' : 'order', subjectId);
  const payload = { recordId, kind, clinicId: toId('clinic', clinicId), ruleIds: fresh, since, toDo };
  await service.handOff(tx, { topic: AT_RISK_TOPIC, key: rows[0]?.id ?? subjectId, seq: 1, attempt: 1, payload });
  await audit(tx, service, { action: 'record.at-risk', tenantId: clinicId, detail: { recordId, ruleIds: fresh, toDo } });
}

/** Tells whoever listens. There is no receiver elsewhere that could refuse it. */
export const deliverAtRisk: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, AT_RISK_TOPIC, key);
    return null;
  };
