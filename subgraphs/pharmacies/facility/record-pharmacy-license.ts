import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { addMonths } from '#rules/dates.ts';
import { builder, graph } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';
import { PharmacyLicense } from '../pharmacy/pharmacy.ts';
import { ownPharmacy } from './own-pharmacy.ts';
import { line } from './plain-text.ts';

/** No board gives a term of more than ten years: a later end is a slip. */
export const LONGEST_TERM_MONTHS = 120;

export const PharmacyLicenseKind = builder.enumType('PharmacyLicenseKind', {
  description: 'What a pharmacy’s licence permits.',
  values: {
    PHARMACY: { description: 'To work in the state where it stands.' },
    NON_RESIDENT: { description: 'To ship into a state from outside.' },
    STERILE: { description: 'A permit of its own for sterile preparations.' },
    OUTSOURCING: { description: 'To work as an outsourcing facility, or to ship as one into a state.' },
  } as const,
});

const Input = builder.inputType('RecordPharmacyLicenseInput', {
  description: 'A licence or permit of a pharmacy.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'Whose it is.' }),
    state: t.field({ type: graph.UsState, required: true, description: 'The state that gave it.' }),
    kind: t.field({ type: PharmacyLicenseKind, required: true, description: 'What it permits.' }),
    number: t.string({ required: true, description: 'Its number, at most 40 characters.' }),
    issuedOn: t.field({ type: 'Date', required: true, description: 'The day it was given: today or before.' }),
    expiresOn: t.field({ type: 'Date', required: true, description: 'The last day it is good.' }),
  }),
  validate: z.object({ number: line('The number', 40) }).loose(),
});

function issuesOf(
  { kind, state, issuedOn, expiresOn }: typeof Input.$inferInput,
  homeState: string,
  facilityClass: string,
  today: string,
): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (field: string, message: string) => issues.push({ path: `input.${field}`, message });
  if (issuedOn > today) add('issuedOn', `It was given today or before, which is ${today}.`);
  if (expiresOn < issuedOn) add('expiresOn', 'The last day is not before the first.');
  if (expiresOn > addMonths(today, LONGEST_TERM_MONTHS)) add('expiresOn', 'No licence is given for more than ten years.');
  if (kind === 'PHARMACY' && state !== homeState) add('kind', `It stands in ${homeState}: elsewhere its licence is NON_RESIDENT.`);
  if (kind === 'NON_RESIDENT' && state === homeState) add('kind', `It stands in ${homeState}: its licence there is PHARMACY.`);
  if (kind === 'OUTSOURCING' && facilityClass !== 'OUTSOURCING_503B') add('kind', 'Only an outsourcing facility has one.');
  return issues;
}

builder.mutationField('recordPharmacyLicense', (t) =>
  t.field({
    description:
      'Records a licence or permit of a pharmacy. It is UNVERIFIED, and carries nothing, until somebody else has looked it up: see recordPharmacyLicenseStanding.',
    type: PharmacyLicense,
    authScopes: { may: 'facility:keep' },
    args: { input: t.arg({ type: Input, required: true, description: 'The licence.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'pharmacyLicense' }, async (tx) => {
        const pharmacyId = ownPharmacy(ctx, args.input.pharmacyId, 'facility:keep');
        const { homeState, facilityClass } = await tx.pharmacy.findUniqueOrThrow({ where: { id: pharmacyId } });
        const issues = issuesOf(args.input, homeState, facilityClass, dayOf(ctx.now()));
        if (issues.length > 0) throw new InvalidInput(issues);
        const { state, kind } = args.input;
        const number = args.input.number.trim().toUpperCase();
        await tx.$queryRawUnsafe(
          `select pg_advisory_xact_lock(hashtextextended('pharmacy-license:' || $1, 0))::text`,
          `${pharmacyId} ${state} ${kind} ${number}`,
        );
        if ((await tx.pharmacyLicense.count({ where: { pharmacyId, state, kind, number } })) > 0) {
          throw new InvalidInput([{ path: 'input.number', message: 'This licence is on record already.' }]);
        }
        const [effectiveFrom, expiresOn] = [storedDay(args.input.issuedOn), storedDay(args.input.expiresOn)];
        const [recordedBy, recordedAt] = [ctx.actor.sub, ctx.now()];
        const license = await tx.pharmacyLicense.create({
          data: { id: ctx.newId(), pharmacyId, state, kind, number, status: 'UNVERIFIED', expiresOn, recordedBy, recordedAt },
        });
        await tx.pharmacyLicenseStanding.create({
          data: {
            id: ctx.newId(),
            licenseId: license.id,
            pharmacyId,
            status: 'UNVERIFIED',
            effectiveFrom,
            expiresOn,
            recordedAt,
            recordedBy,
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'pharmacy-license.recorded', tenantId: pharmacyId, subjectKind: 'pharmacyLicense', subjectId: license.id },
          detail: { state, kind, expiresOn: args.input.expiresOn },
        });
        return license;
      }),
  }),
);
