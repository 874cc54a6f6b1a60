import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { addDays } from '#rules/dates.ts';
import type { Tx } from '../builder.ts';
import { reportDigestOf, reportOf } from './audit-report.ts';

const DAYS_BACK = 7;

/**
 * Makes the internal audit of every clinic's last days that have none yet (21 CFR 1311.150): how many events, and the digest of the report. A run
 * that was missed is made up for within a week. A day without events has an audit too.
 */
export async function auditControlledDays(service: ServiceContext<Tx>): Promise<void> {
  const today = service.now().toISOString().slice(0, 10);
  const days = Array.from({ length: DAYS_BACK }, (_, index) => addDays(today, index - DAYS_BACK));
  const clinics = await service.write((tx) => tx.tenancyClinic.findMany({ select: { clinicId: true }, orderBy: { clinicId: 'asc' } }));
  for (const { clinicId } of clinics) {
    await service.write(async (tx) => {
      const made = await tx.controlledAuditDay.findMany({ where: { clinicId, day: { gte: new Date(days[0] ?? today) } } });
      const known = new Set(made.map(({ day }) => day.toISOString().slice(0, 10)));
      for (const day of days.filter((one) => !known.has(one))) await auditDay(tx, service, clinicId, day);
    });
  }
}

async function auditDay(tx: Tx, service: ServiceContext<Tx>, clinicId: string, day: string): Promise<void> {
  const report = await reportOf(tx, clinicId, day, day);
  const digest = reportDigestOf(report);
  // Of two runs at once the first one's stands.
  const { count } = await tx.controlledAuditDay.createMany({
    data: [{ id: service.newId(), clinicId, day: new Date(day), events: report.events.length, digest, madeAt: service.now() }],
    skipDuplicates: true,
  });
  if (count === 0) return;
  await audit(tx, service, { action: 'controlled-audit.made', tenantId: clinicId, detail: { day, events: report.events.length, digest } });
}
