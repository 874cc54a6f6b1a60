/** When a silent clinic is asked again, and who is told. The hours are this product's own, not a law's. */

import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Tx } from '../builder.ts';
import { reached, settlingOutcomes } from './reached.ts';
import { tellOfRecall } from './recall-events.ts';

/** Hours of silence after which a step is taken: 1 the clinic again, 2 its medical director and compliance officer, 3 the pharmacy is to call. */
export const escalationHours = { I: [24, 48, 72], II: [72, 144, 216], III: [168, 336, 504] } as const;

/** Who is told at a step. */
export const toldAt = ['CLINIC', 'DIRECTOR_AND_COMPLIANCE', 'PHARMACY'] as const;

interface Silent {
  readonly recallId: string;
  readonly clinicId: string;
  readonly pharmacyId: string;
  readonly class: keyof typeof escalationHours;
  readonly about: string;
  /** Since when it is waited for. */
  readonly since: Date;
  readonly steps: number;
}

const AT_ONCE = 200;

/**
 * Notices of open recalls that are not answered, and clinics that know but have patients left to reach, with the steps taken so
 * far. Told after a recall was closed counts too: a late dispense did it.
 */
const silent = `
  select * from (
    select n.recall_id::text as "recallId", n.clinic_id::text as "clinicId", n.pharmacy_id::text as "pharmacyId", r.class,
      case n.status when 'SENT' then 'ACKNOWLEDGEMENT' else 'PATIENTS' end as about,
      case n.status when 'SENT' then n.sent_at else n.acknowledged_at end as since,
      (select count(*)::int from recall_escalation e where e.recall_id = n.recall_id and e.clinic_id = n.clinic_id
        and e.about = case n.status when 'SENT' then 'ACKNOWLEDGEMENT' else 'PATIENTS' end) as steps,
      n.status
    from recall_notice n join recall r on r.id = n.recall_id
    where r.status = 'OPEN' or n.sent_at > r.closed_at) as waiting
  where steps < 3 and since <= $1::timestamptz - make_interval(hours => ($2::jsonb #>> array[class, steps::text])::int)
    and ("recallId", "clinicId") > ($3, $4)
  order by 1, 2 limit ${AT_ONCE}`;

const isAnyoneOpen = `
  select 1 from (${reached}) as reached
  where clinic_id = $2::uuid and coalesce((
    select c.outcome from recall_contact c
    where c.recall_id = $1::uuid and c.clinic_id = reached.clinic_id and c.patient_id = reached.patient_id
    order by c.contacted_at desc, c.id desc limit 1), '') <> all ($3::text[])
  limit 1`;

/** Takes the next step with every clinic that is too long silent. What was done is a row: a run that was missed or made twice changes nothing. */
export async function escalateRecalls(service: ServiceContext<Tx>): Promise<void> {
  let last = { recallId: '', clinicId: '' };
  for (let more = true; more; ) {
    const found = await service.write(async (tx) => {
      const at = service.now().toISOString();
      const rows = await tx.$queryRawUnsafe<Silent[]>(silent, at, JSON.stringify(escalationHours), last.recallId, last.clinicId);
      for (const row of rows) await escalate(tx, service, row);
      return rows;
    });
    last = found.at(-1) ?? last;
    more = found.length === AT_ONCE;
  }
}

async function escalate(tx: Tx, service: ServiceContext<Tx>, row: Silent): Promise<void> {
  const { recallId, clinicId, pharmacyId, about } = row;
  if (about === 'PATIENTS') {
    const open = await tx.$queryRawUnsafe<unknown[]>(isAnyoneOpen, recallId, clinicId, [...settlingOutcomes]);
    if (open.length === 0) return;
  }
  const step = row.steps + 1;
  const to = toldAt[row.steps];
  const { count } = await tx.recallEscalation.createMany({
    data: [{ recallId, clinicId, pharmacyId, about, step, at: service.now() }],
    skipDuplicates: true,
  });
  if (count === 0) return;
  await tellOfRecall(tx, service, { id: recallId, pharmacyId, class: row.class }, 'SILENT', {
    clinicId: toId('clinic', clinicId),
    about,
    step,
    to,
  });
  for (const tenantId of [clinicId, pharmacyId]) {
    await audit(tx, service, {
      ...{ action: 'recall.escalated', tenantId, subjectKind: 'recall', subjectId: recallId },
      detail: { clinicId, about, step, to },
    });
  }
}
