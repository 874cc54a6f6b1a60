import type { Prisma } from '#prisma/generated/physicians/client.ts';
import type { Context } from '../builder.ts';

const credentials = {
  licenses: { include: { standings: true }, orderBy: [{ state: 'asc' }, { id: 'asc' }] },
  deaRegistrations: { orderBy: { id: 'asc' } },
  policies: { orderBy: { id: 'asc' } },
  screenings: true,
} satisfies Prisma.PractitionerInclude;

type PractitionerRow = Prisma.PractitionerGetPayload<{ include: typeof credentials }>;

/** A practitioner with everything a gate may ask about them. */
export interface KnownPractitioner extends PractitionerRow {
  readonly agreements: readonly KnownAgreement[];
}

/** An agreement with its physician, whose licences decide whether it carries anything. */
export interface KnownAgreement extends Prisma.CollaborativeAgreementGetPayload<object> {
  readonly supervisor: PractitionerRow;
}

/** Practitioners by their stored ids; one that does not exist is left out. However many, it takes seven statements. */
export async function readPractitioners(ctx: Pick<Context, 'db'>, ids: readonly string[]): Promise<Map<string, KnownPractitioner>> {
  const wanted = [...new Set(ids)];
  const agreements = await ctx.db.collaborativeAgreement.findMany({ where: { superviseeId: { in: wanted } }, orderBy: { id: 'asc' } });
  const rows = await ctx.db.practitioner.findMany({
    where: { id: { in: [...new Set([...wanted, ...agreements.map((agreement) => agreement.supervisorId)])] } },
    include: credentials,
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const known = wanted.flatMap((id): [string, KnownPractitioner][] => {
    const row = byId.get(id);
    if (row === undefined) return [];
    const own = agreements.flatMap((agreement): KnownAgreement[] => {
      const supervisor = byId.get(agreement.supervisorId);
      return agreement.superviseeId === id && supervisor !== undefined ? [{ ...agreement, supervisor }] : [];
    });
    return [[id, { ...row, agreements: own }]];
  });
  return new Map(known);
}
