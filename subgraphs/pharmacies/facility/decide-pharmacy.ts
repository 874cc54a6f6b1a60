import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, Forbidden, IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';
import { FacilityNotReady, judged, missingOf } from './facility-ready.ts';
import { line } from './plain-text.ts';
import { holdStanding } from './standing-lock.ts';

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
        if (facility.registeredBy === ctx.actor.sub)
          throw new Forbidden({ because: 'Another operator than the one who registered it has to do this.' });
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
