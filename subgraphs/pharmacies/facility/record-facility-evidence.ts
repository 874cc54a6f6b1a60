import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { deaProblem, deaRegistrant, feiProblem } from '#kernel/identifiers.ts';
import { addMonths } from '#rules/dates.ts';
import { facilityDuties } from '#rules/facility-duties.ts';
import { builder } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';
import { FacilityEvidence, FacilityEvidenceKind } from './facility-evidence.ts';
import { ownPharmacy } from './own-pharmacy.ts';
import { line, lineOrNone } from './plain-text.ts';
import { holdStanding } from './standing-lock.ts';

/** The longest term of any of these papers is the three years of a DEA registration; a few months of grace for one recorded ahead. Ours, not law. */
const LONGEST_MONTHS = 40;

const Input = builder.inputType('RecordFacilityEvidenceInput', {
  description: 'A paper that shows what a facility may do.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The facility.' }),
    kind: t.field({ type: FacilityEvidenceKind, required: true, description: 'What it shows.' }),
    issuer: t.string({ required: true, description: 'Who attested or issued it, at most 120 characters.' }),
    number: t.string({ description: 'Its number. A DEA registration has its DEA number, a registration with FDA the FEI.' }),
    validFrom: t.field({ type: 'Date', required: true, description: 'The first day it holds.' }),
    expiresOn: t.field({ type: 'Date', required: true, description: 'The last day it holds.' }),
    digest: t.string({ description: 'SHA-256 of the document that was seen, in hexadecimal. This or a reference is asked.' }),
    reference: t.string({ description: 'Where it can be read, at most 300 characters.' }),
  }),
  validate: z
    .object({
      issuer: line('The issuer', 120),
      number: lineOrNone('The number', 40),
      digest: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'A SHA-256 digest is 64 hexadecimal digits in lower case.')
        .nullish(),
      reference: lineOrNone('The reference', 300),
    })
    .loose(),
});

type Told = typeof Input.$inferInput;
type Facility = { readonly facilityClass: string; readonly fei: string | null };

function issuesOf(told: Told, { facilityClass, fei }: Facility, today: string): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (field: keyof Told, message: string) => issues.push({ path: `input.${field}`, message });
  const ofAll = told.kind === 'ACCREDITATION' || told.kind === 'INSURANCE';
  if (!ofAll && !facilityDuties.some(({ of, kind }) => of === facilityClass && kind === told.kind)) {
    add('kind', `A facility of this kind (${facilityClass}) has no such duty.`);
  }
  if (told.expiresOn < told.validFrom) add('expiresOn', 'The last day is not before the first.');
  if (told.expiresOn > addMonths(today, LONGEST_MONTHS)) add('expiresOn', `At most ${LONGEST_MONTHS} months ahead.`);
  if (told.digest == null && told.reference == null) add('digest', 'Give the digest of the document, or where it can be read.');
  const problem = numberProblem(told, fei);
  if (problem !== null) add('number', problem);
  return issues;
}

function numberProblem({ kind, number }: Told, fei: string | null): string | null {
  if (kind !== 'DEA_REGISTRATION' && kind !== 'FDA_REGISTRATION') return null;
  if (number == null) return 'is asked of a registration';
  if (kind === 'DEA_REGISTRATION') {
    const problem = deaProblem(number.trim());
    return problem ?? (deaRegistrant(number.trim()) === 'practitioner-or-institution' ? null : 'is not that of a pharmacy');
  }
  const problem = feiProblem(number.trim());
  return problem ?? (fei === null || fei === number.trim() ? null : 'is not the FEI of this facility');
}

builder.mutationField('recordFacilityEvidence', (t) =>
  t.field({
    description:
      'Records a paper that a facility can show. What it covers is open from its first day to its last; whoever records it attests that it was seen.',
    type: FacilityEvidence,
    authScopes: { may: 'facility:keep' },
    args: { input: t.arg({ type: Input, required: true, description: 'The paper.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'facilityEvidence' }, async (tx) => {
        const pharmacyId = ownPharmacy(ctx, args.input.pharmacyId, 'facility:keep');
        ctx.requireStepUp();
        const facility = await tx.pharmacy.findUniqueOrThrow({ where: { id: pharmacyId } });
        const issues = issuesOf(args.input, facility, dayOf(ctx.now()));
        if (issues.length > 0) throw new InvalidInput(issues);
        const { kind, validFrom, expiresOn, digest } = args.input;
        await holdStanding(tx, pharmacyId);
        const made = await tx.facilityEvidence.create({
          data: {
            ...{ id: ctx.newId(), pharmacyId, kind, issuer: args.input.issuer.trim(), number: args.input.number?.trim() ?? null },
            ...{ validFrom: storedDay(validFrom), expiresOn: storedDay(expiresOn), digest: digest ?? null },
            ...{ reference: args.input.reference?.trim() ?? null, recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'facility-evidence.recorded', tenantId: pharmacyId, subjectKind: 'facilityEvidence', subjectId: made.id },
          detail: { kind, validFrom, expiresOn, digest: digest ?? null },
        });
        return made;
      }),
  }),
);
