import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { type Moves, requireMove } from '#kernel/states.ts';
import { builder } from '../builder.ts';
import { dayText, today } from '../business-day.ts';
import { labelShape, oneAtATime, refuseField } from './arranging.ts';
import { FacilityLicense } from './facility-license.ts';

const FacilityLicenseStatus = builder.enumType('FacilityLicenseStatus', {
  description: 'What an authority says of a site’s licence.',
  values: {
    ACTIVE: { description: 'It is good again.' },
    SUSPENDED: { description: 'It is out of force for now.' },
    REVOKED: { description: 'It is taken away for good: only another licence replaces it.' },
  } as const,
});

/** What a licence of a site may become. A revoked one is replaced, never revived. */
const moves: Moves<typeof FacilityLicenseStatus.$inferType> = {
  ACTIVE: ['SUSPENDED', 'REVOKED'],
  SUSPENDED: ['ACTIVE', 'REVOKED'],
  REVOKED: [],
};

const RecordFacilityLicenseStatusInput = builder.inputType('RecordFacilityLicenseStatusInput', {
  description: 'What an authority says of a site’s licence.',
  fields: (t) => ({
    facilityLicenseId: t.id({ required: true, description: 'The licence.' }),
    status: t.field({ type: FacilityLicenseStatus, required: true, description: 'What it is now.' }),
    since: t.field({ type: 'Date', required: true, description: 'From which day, by the authority’s word: today or earlier.' }),
    reason: t.string({ required: true, description: 'Where it was read, and why: 1 to 500 characters. No patient.' }),
  }),
  validate: z.object({ reason: labelShape('The reason', 500) }).loose(),
});

builder.mutationField('recordFacilityLicenseStatus', (t) =>
  t.field({
    description:
      'Records that an authority has suspended, revoked or given back a licence of a site, with a second factor. It counts at once: readiness and booking ask it.',
    type: FacilityLicense,
    authScopes: { may: 'clinic:arrange' },
    args: { input: t.arg({ type: RecordFacilityLicenseStatusInput, required: true, description: 'What the authority says.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'facilityLicense' }, async (tx) => {
        const { status, since, reason } = args.input;
        const id = fromId('facilityLicense', args.input.facilityLicenseId);
        const where = { id, clinicId: { in: [...ctx.actor.places('clinic:arrange')] } };
        const license = await tx.facilityLicense.findFirst({ where });
        if (license === null) throw new NotFound();
        ctx.requireStepUp();
        if (since > dayText(today(ctx))) refuseField('since', 'It has not happened yet: record it on its day.');
        if (license.statusSince !== null && since < dayText(license.statusSince))
          refuseField('since', `What it is on record has been so since ${dayText(license.statusSince)}.`);
        requireMove(moves, license.status, status);
        // Nobody records its number as good in between.
        await oneAtATime(tx, license.clinicId);
        // Only from the status that was read: of two at once the second is told that the move is no longer there.
        const { count } = await tx.facilityLicense.updateMany({
          where: { ...where, status: license.status },
          data: { status, statusSince: new Date(`${since}T00:00:00Z`), statusReason: reason.trim(), statusBy: ctx.actor.sub },
        });
        if (count === 0) requireMove(moves, status, status);
        await audit(tx, ctx, {
          ...{ action: 'facility-license.restated', tenantId: license.clinicId, subjectKind: 'facilityLicense', subjectId: id },
          detail: { was: license.status, status, since, reason: reason.trim() },
        });
        return tx.facilityLicense.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
