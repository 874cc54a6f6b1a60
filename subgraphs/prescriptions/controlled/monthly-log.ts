import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import { addDays } from '#rules/dates.ts';
import type { Tx } from '../builder.ts';
import { canonicalText, digestOf } from '../document/canonical.ts';
import { type ControlledEvent, reportOf } from './audit-report.ts';

/** Under which the outbox keeps that a prescriber's log of a month was made. */
export const SIGNING_LOG_TOPIC = 'controlled-signing-log';

/** The first day of the month after. */
export function firstOfNext(first: Date): Date {
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1));
}

/**
 * Makes each prescriber's log of the month before, once for each clinic they signed at, and tells of it: ids, a count and a digest. Every day, so that a run
 * that was missed is made up for; a month without a signature has none.
 */
export async function logControlledSignings(service: ServiceContext<Tx>): Promise<void> {
  const now = service.now();
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
  const from = first.toISOString().slice(0, 10);
  const to = addDays(firstOfNext(first).toISOString().slice(0, 10), -1);
  const clinics = await service.write((tx) => tx.tenancyClinic.findMany({ select: { clinicId: true }, orderBy: { clinicId: 'asc' } }));
  for (const { clinicId } of clinics) {
    await service.write(async (tx) => {
      const { events } = await reportOf(tx, clinicId, from, to);
      const signed = Map.groupBy(
        events.filter(({ kind }) => kind === 'SIGNED'),
        ({ actor }) => actor,
      );
      for (const [signedBy, signings] of signed) await logOnce(tx, service, { clinicId, signedBy, first, signings });
    });
  }
}

interface OneLog {
  readonly clinicId: string;
  readonly signedBy: string;
  readonly first: Date;
  readonly signings: readonly ControlledEvent[];
}

async function logOnce(tx: Tx, service: ServiceContext<Tx>, { clinicId, signedBy, first, signings }: OneLog): Promise<void> {
  const id = service.newId();
  const month = first.toISOString().slice(0, 7);
  const clinic = toId('clinic', clinicId);
  const told = signings.map(({ at, subjectId }) => ({ at, orderId: subjectId }));
  const digest = digestOf(canonicalText({ clinicId: clinic, signedBy, month, signings: told }));
  // Of two runs at once the second waits here for the first, and then finds it made.
  const { count } = await tx.controlledSigningLog.createMany({
    data: [{ id, clinicId, signedBy, month: first, signings: signings.length, digest, madeAt: service.now() }],
    skipDuplicates: true,
  });
  if (count === 0) return;
  const payload = { practitionerId: signedBy, clinicId: clinic, month, signings: signings.length, digest };
  await service.handOff(tx, { topic: SIGNING_LOG_TOPIC, key: id, seq: 1, attempt: 1, payload });
  await audit(tx, service, {
    ...{ action: 'controlled-signing-log.made', tenantId: clinicId },
    detail: { practitionerId: signedBy, month, signings: signings.length, digest },
  });
}

/** Tells whoever listens. There is no receiver elsewhere that could refuse it. */
export const deliverSigningLog: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, SIGNING_LOG_TOPIC, key);
    return null;
  };
