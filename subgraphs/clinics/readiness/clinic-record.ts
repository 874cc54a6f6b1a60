import DataLoader from 'dataloader';
import type { Prisma } from '#prisma/generated/clinics/client.ts';
import type { Ctx, Tx } from '../builder.ts';

const parts = { services: { orderBy: { code: 'asc' } }, facilityLicenses: true, entity: { include: { attestations: true } } } as const;

/** A clinic with everything of ours that its readiness stands on. */
export type ClinicRecord = Prisma.ClinicGetPayload<{ include: typeof parts }>;

/** Clinics in some order, with everything of ours that their readiness stands on. */
export function clinicRecords(db: Pick<Tx, 'clinic'>, where: Prisma.ClinicWhereInput): Promise<ClinicRecord[]> {
  return db.clinic.findMany({ where, include: parts, orderBy: [{ name: 'asc' }, { id: 'asc' }] });
}

const loaders = new WeakMap<Ctx, DataLoader<string, ClinicRecord | null>>();

/** The record behind a clinic's readiness, batched; null where the caller's right to readiness does not reach. */
export function clinicRecordOf(ctx: Ctx, id: string): Promise<ClinicRecord | null> {
  let loader = loaders.get(ctx);
  if (loader === undefined) {
    loader = new DataLoader(async (ids) => {
      const reached = new Set(ctx.actor.places('readiness:read'));
      const records = await clinicRecords(ctx.db, { id: { in: ids.filter((one) => reached.has(one)) } });
      const byId = new Map(records.map((record) => [record.id, record]));
      return ids.map((one) => byId.get(one) ?? null);
    });
    loaders.set(ctx, loader);
  }
  return loader.load(id);
}
