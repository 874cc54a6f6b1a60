import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { dayText, today } from '../business-day.ts';
import { clinicToArrange, oneAtATime, refuseField } from './arranging.ts';
import { FacilityLicense } from './facility-license.ts';

/** What a site can hold a licence for. */
const FacilityLicenseKind = builder.enumType('FacilityLicenseKind', {
  description: 'What a licence of a site is.',
  values: {
    CLINIC_REGISTRATION: { description: 'The state’s registration of the clinic.' },
    CLIA_WAIVER: { description: 'A certificate of waiver for simple laboratory tests (42 CFR part 493).' },
    LASER_REGISTRATION: { description: 'The state’s registration of lasers.' },
    MEDICAL_WASTE: { description: 'Leave to produce and store medical waste.' },
    BUSINESS_LICENSE: { description: 'The town’s or county’s licence.' },
  } as const,
});

const LONGEST_TERM_YEARS = 10;

const RecordFacilityLicenseInput = builder.inputType('RecordFacilityLicenseInput', {
  description: 'A licence of a site as its paper has it.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The site.' }),
    kind: t.field({ type: FacilityLicenseKind, required: true, description: 'What it is.' }),
    number: t.string({ required: true, description: 'Its number: 1 to 40 letters, digits, and - . / # or spaces between them.' }),
    expiresOn: t.field({
      type: 'Date',
      required: true,
      description: 'Last day on which it is good: today or later, at most ten years ahead.',
    }),
  }),
  validate: z
    .object({
      number: z
        .string()
        .regex(/^[A-Za-z0-9](?:[A-Za-z0-9 ./#-]{0,38}[A-Za-z0-9])?$/, 'A number is 1 to 40 letters, digits, and - . / # or spaces.'),
    })
    .loose(),
});

/** A number as the authority tells it apart: however it is spaced or hyphenated, and in capitals or not. */
const bareNumber = (number: string) => number.replace(/[^A-Za-z0-9]/g, '').toLowerCase();

builder.mutationField('recordFacilityLicense', (t) =>
  t.field({
    description:
      'Records a licence of a clinic’s site, with a second factor. A renewal is recorded as a licence of its own: of one kind, among those in force, the one that lasts longest counts. One that is suspended or revoked is not recorded anew under its number: a suspended one is given back with `recordFacilityLicenseStatus`.',
    type: FacilityLicense,
    authScopes: { may: 'clinic:arrange' },
    args: { input: t.arg({ type: RecordFacilityLicenseInput, required: true, description: 'What the site holds.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'facilityLicense' }, async (tx) => {
        const { kind, number, expiresOn } = args.input;
        const clinicId = clinicToArrange(ctx, args.input.clinicId);
        ctx.requireStepUp();
        const now = today(ctx);
        const latest = new Date(Date.UTC(now.getUTCFullYear() + LONGEST_TERM_YEARS, now.getUTCMonth(), now.getUTCDate()));
        if (expiresOn < dayText(now)) refuseField('expiresOn', 'It has expired: record the one that is in force.');
        if (expiresOn > dayText(latest)) refuseField('expiresOn', `At most ${LONGEST_TERM_YEARS} years ahead.`);
        await oneAtATime(tx, clinicId);
        const lastDay = new Date(`${expiresOn}T00:00:00Z`);
        const onRecord = await tx.facilityLicense.findMany({ where: { clinicId, kind }, orderBy: { id: 'asc' } });
        const same = onRecord.filter((one) => bareNumber(one.number) === bareNumber(number));
        // One that an authority took is not good again because its number is written down once more.
        const taken = same.find(({ status }) => status !== 'ACTIVE');
        if (taken !== undefined) throw new IllegalTransition(taken.status, 'ACTIVE');
        if (same.some((one) => one.expiresOn >= lastDay))
          throw new Conflict('This licence is on record with the same last day, or a later one.');
        const license = await tx.facilityLicense.create({
          data: {
            ...{ id: ctx.newId(), clinicId, kind, number, status: 'ACTIVE', expiresOn: lastDay },
            ...{ recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'facility-license.recorded', tenantId: clinicId, subjectKind: 'facilityLicense', subjectId: license.id },
          detail: { kind, expiresOn },
        });
        return license;
      }),
  }),
);
