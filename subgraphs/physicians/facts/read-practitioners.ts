import type { Prisma } from '#prisma/generated/physicians/client.ts';
import type { Context } from '../builder.ts';
import { withoutSupervisor } from '../credential/supervisor-there.ts';

/** What is read of a licence: what its status and its term follow from. */
const license = {
  ...{
    id: true,
    practitionerId: true,
    state: true,
    number: true,
    type: true,
    status: true,
    verifiedAt: true,
    issuedOn: true,
    expiresOn: true,
  },
  standings: { select: { id: true, status: true, effectiveFrom: true, effectiveTo: true, recordedAt: true } },
} satisfies Prisma.LicenseSelect;

const credentials = {
  ...{ id: true, npi: true, credential: true, displayName: true, specialties: true, independentIn: true },
  licenses: { select: license, orderBy: [{ state: 'asc' }, { id: 'asc' }] },
  deaRegistrations: {
    select: { id: true, number: true, state: true, schedules: true, status: true, expiresOn: true },
    orderBy: { id: 'asc' },
  },
  policies: {
    select: { id: true, kind: true, status: true, coversCompounding: true, effectiveFrom: true, expiresOn: true },
    orderBy: { id: 'asc' },
  },
  screenings: true,
} satisfies Prisma.PractitionerSelect;

/** With what gates of a day gone by, or of a controlled drug, ask besides: readiness asks neither. */
const inFull = {
  ...credentials,
  licenses: {
    ...credentials.licenses,
    select: {
      ...license,
      renewals: {
        select: { formerLastDay: true, startsOn: true, expiresOn: true, recordedAt: true },
        orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }],
      },
    },
  },
  controlledSubstances: { select: { state: true, schedules: true, status: true, expiresOn: true }, orderBy: { id: 'asc' } },
} satisfies Prisma.PractitionerSelect;

type Row = Prisma.PractitionerGetPayload<{ select: typeof credentials }>;
type FullRow = Prisma.PractitionerGetPayload<{ select: typeof inFull }>;

/** A practitioner with their papers; what was not read with them is left out. */
interface PractitionerRow extends Omit<Row, 'licenses'> {
  readonly licenses: (Row['licenses'][number] & Partial<Pick<FullRow['licenses'][number], 'renewals'>>)[];
  readonly controlledSubstances?: FullRow['controlledSubstances'];
}

/** A practitioner with everything a gate may ask about them. */
export interface KnownPractitioner extends PractitionerRow {
  readonly agreements: readonly KnownAgreement[];
}

/** An agreement with its physician, whose licences decide whether it carries anything. */
export interface KnownAgreement extends Prisma.CollaborativeAgreementGetPayload<object> {
  /** The last time the two met, where a cadence says how often they have to. */
  readonly events: readonly { readonly heldOn: Date }[];
  readonly supervisor: PractitionerRow;
  /** Whether the physician is at the clinic it was drafted for. */
  readonly supervisorThere: boolean;
}

/** Practitioners by their stored ids; one that does not exist is left out. However many, it takes two statements, one more where agreements name their clinic, and one where meetings are due. */
export async function readPractitioners(
  ctx: Pick<Context, 'db' | 'now'>,
  ids: readonly string[],
  { full = false }: { readonly full?: boolean } = {},
): Promise<Map<string, KnownPractitioner>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const agreements = await ctx.db.collaborativeAgreement.findMany({ where: { superviseeId: { in: wanted } }, orderBy: { id: 'asc' } });
  const met = await lastMeetings(ctx, agreements);
  const active = agreements.filter(({ status }) => status === 'ACTIVE');
  const without = await withoutSupervisor(ctx.db, active, ctx.now());
  const where = { id: { in: [...new Set([...wanted, ...agreements.map((agreement) => agreement.supervisorId)])] } };
  const rows: PractitionerRow[] = await (full
    ? ctx.db.practitioner.findMany({ where, select: inFull })
    : ctx.db.practitioner.findMany({ where, select: credentials }));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const known = wanted.flatMap((id): [string, KnownPractitioner][] => {
    const row = byId.get(id);
    if (row === undefined) return [];
    const own = agreements.flatMap((agreement): KnownAgreement[] => {
      const supervisor = byId.get(agreement.supervisorId);
      return agreement.superviseeId === id && supervisor !== undefined
        ? [{ ...agreement, supervisor, supervisorThere: !without.has(agreement.id), events: met.get(agreement.id) ?? [] }]
        : [];
    });
    return [[id, { ...row, agreements: own }]];
  });
  return new Map(known);
}

type AgreementRow = Prisma.CollaborativeAgreementGetPayload<object>;

async function lastMeetings(
  { db }: Pick<Context, 'db'>,
  agreements: readonly AgreementRow[],
): Promise<ReadonlyMap<string, readonly { readonly heldOn: Date }[]>> {
  const due = agreements.filter(({ status, cadenceDays }) => status === 'ACTIVE' && cadenceDays !== null).map(({ id }) => id);
  if (due.length === 0) return new Map();
  const last = await db.supervisionEvent.groupBy({ by: ['agreementId'], where: { agreementId: { in: due } }, _max: { heldOn: true } });
  return new Map(last.map(({ agreementId, _max: { heldOn } }) => [agreementId, heldOn === null ? [] : [{ heldOn }]]));
}
