import DataLoader from 'dataloader';
import type { Prisma } from '#prisma/generated/clinics/client.ts';
import type { Ctx, Tx } from '../builder.ts';

// Nothing but what is asked: two hundred clinics are more than a thousand services.
const parts = {
  ...{ id: true, entityId: true, name: true, state: true },
  services: { select: { code: true, modalities: true }, orderBy: { code: 'asc' } },
  facilityLicenses: { select: { id: true, kind: true, status: true, expiresOn: true } },
} satisfies Prisma.ClinicSelect;
const withWord = { attestations: true } as const;

/** A clinic with everything of ours that its readiness stands on. */
export type ClinicRecord = Prisma.ClinicGetPayload<{ select: typeof parts }> & {
  readonly entity: Prisma.ProfessionalEntityGetPayload<{ include: typeof withWord }>;
};

/** Clinics by name, with everything of ours that their readiness stands on. Each entity is read once and is the same object for all its clinics. */
export async function clinicRecords(
  db: Pick<Tx, 'clinic' | 'professionalEntity'>,
  where: Prisma.ClinicWhereInput,
): Promise<ClinicRecord[]> {
  // Of a thousand services a table of rows is read faster than one document a clinic.
  const clinics = await db.clinic.findMany({
    relationLoadStrategy: 'query',
    where,
    select: parts,
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
  });
  const ids = [...new Set(clinics.map(({ entityId }) => entityId))];
  const entities = await db.professionalEntity.findMany({ where: { id: { in: ids } }, include: withWord });
  const byId = new Map(entities.map((entity) => [entity.id, entity]));
  return clinics.flatMap((clinic) => {
    const entity = byId.get(clinic.entityId);
    return entity === undefined ? [] : [{ ...clinic, entity }];
  });
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
