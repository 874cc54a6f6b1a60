import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, Forbidden, IllegalTransition, NotFound, Refusal } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/pharmacies/client.ts';
import { facilityDuties } from '#rules/facility-duties.ts';
import { builder, graph } from '../builder.ts';
import { dayOf } from '../calendar-day.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';
import { facilityPapers } from './facility-facts.ts';
import { inRecordedOrder, statusToday } from './license-history.ts';
import { line } from './plain-text.ts';
import { holdStanding } from './standing-lock.ts';

/** Without its licence and the papers that cover all it does, a facility is not let in. */
class FacilityNotReady extends Refusal {
  readonly code = 'FACILITY_NOT_READY';
  constructor(missing: readonly string[]) {
    super(`It is not admitted before this is on record: ${missing.join('; ')}.`);
  }
}

graph.refusal(FacilityNotReady, 'The facility’s licence or papers are not on record, not looked up by a second person, or not good today.');

const PharmacyDecision = builder.enumType('PharmacyDecision', {
  description: 'What is decided of a facility that was registered.',
  values: {
    ADMIT: { description: 'It may be offered, sent to and fill.' },
    REFUSE: { description: 'It stays out. It can still be admitted later.' },
  } as const,
});

const Input = builder.inputType('DecidePharmacyInput', {
  description: 'What is decided of a registered facility.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The facility.' }),
    decision: t.field({ type: PharmacyDecision, required: true, description: 'What is decided.' }),
    note: t.string({ required: true, description: 'Why, or what was looked at: 1 to 500 characters.' }),
  }),
  validate: z.object({ note: line('The note', 500) }).loose(),
});

const judged = { licenses: { include: { standings: inRecordedOrder } }, ...facilityPapers } satisfies Prisma.PharmacyInclude;

/** What a facility must show before it is let in: its own state's licence, looked up, and what covers everything it makes, or either kind of it. */
function missingOf(facility: Prisma.PharmacyGetPayload<{ include: typeof judged }>, now: Date): string[] {
  const today = dayOf(now);
  const kind = facility.facilityClass === 'OUTSOURCING_503B' ? 'OUTSOURCING' : 'PHARMACY';
  const licensed = facility.licenses.some(
    (one) =>
      one.kind === kind &&
      one.state === facility.homeState &&
      dayOf(one.expiresOn) >= today &&
      statusToday(one, one.standings, now) === 'ACTIVE',
  );
  const shown = (wanted: string) =>
    facility.evidence.some((one) => one.kind === wanted && dayOf(one.validFrom) <= today && today <= dayOf(one.expiresOn));
  const duties = facilityDuties.filter(({ of }) => of === facility.facilityClass);
  const always = duties.filter(({ covers }) => covers === 'ALL');
  const either = duties.filter((duty) => ['STERILE', 'NONSTERILE'].includes(duty.covers) && duty.kind.startsWith('USP_'));
  return [
    ...(licensed ? [] : [`its ${kind} licence in ${facility.homeState}, found good by another person than recorded it`]),
    ...always.filter((duty) => !shown(duty.kind)).map(({ what }) => what),
    ...(either.length > 0 && !either.some((duty) => shown(duty.kind)) ? [either.map(({ what }) => what).join(' or ')] : []),
  ];
}

builder.mutationField('decidePharmacy', (t) =>
  t.field({
    description:
      'Admits a registered facility or refuses it, by another operator than registered it, with a second factor. It is admitted once its own state’s licence was found good and the papers that cover all it makes are on record; what covers a part of it is asked order by order.',
    type: Pharmacy,
    authScopes: { may: 'pharmacy:admit' },
    args: { input: t.arg({ type: Input, required: true, description: 'What is decided.' }) },
    errors: { types: [FacilityNotReady] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'pharmacy' }, async (tx) => {
        const { decision, note } = args.input;
        const id = fromId('pharmacy', args.input.pharmacyId);
        ctx.requireStepUp();
        await holdStanding(tx, id);
        const facility = await tx.pharmacy.findUnique({ where: { id }, include: judged });
        if (facility === null) throw new NotFound();
        const status = decision === 'ADMIT' ? 'ACTIVE' : 'REFUSED';
        const open = ['REGISTERED', 'REFUSED'].includes(facility.status) && facility.status !== status;
        if (!open || facility.registeredBy === null) throw new IllegalTransition(facility.status, status);
        if (facility.registeredBy === ctx.actor.sub) throw new Forbidden();
        const missing = decision === 'ADMIT' ? missingOf(facility, ctx.now()) : [];
        if (missing.length > 0) throw new FacilityNotReady(missing);
        const { count } = await tx.pharmacy.updateMany({
          where: { id, status: facility.status },
          data: { status, decidedBy: ctx.actor.sub, decidedAt: ctx.now(), decisionNote: note.trim() },
        });
        if (count === 0) throw new Conflict();
        await audit(tx, ctx, {
          ...{ action: `pharmacy.${decision === 'ADMIT' ? 'admitted' : 'refused'}`, tenantId: id, subjectKind: 'pharmacy', subjectId: id },
          detail: { was: facility.status, registeredBy: facility.registeredBy },
        });
        return tx.pharmacy.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
