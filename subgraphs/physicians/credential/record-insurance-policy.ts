import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { addMonths } from '#rules/dates.ts';
import { builder } from '../builder.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { AlreadyOnRecord } from './already-on-record.ts';
import { InsurancePolicy, PolicyBasis, PolicyKind } from './insurance-policy.ts';
import { keptByName } from './keeper.ts';
import { digestOfPaper, lineOf } from './plain-text.ts';

const LONGEST_TERM_MONTHS = 36;
const FARTHEST_START_MONTHS = 12;

const RecordInsurancePolicyInput = builder.inputType('RecordInsurancePolicyInput', {
  description: 'An insurance policy, as its certificate says.',
  fields: (t) => ({
    practitionerId: t.id({ required: true, description: 'Whose work it covers.' }),
    kind: t.field({ type: PolicyKind, required: true, description: 'What it is for.' }),
    basis: t.field({ type: PolicyBasis, required: true, description: 'Which claims it answers for.' }),
    carrier: t.string({ required: true, description: 'The insurer, at most 200 characters.' }),
    policyNumber: t.string({ required: true, description: 'Its number at the insurer, at most 100 characters.' }),
    perClaimLimit: t.int({ required: true, description: 'The most it pays for one claim, in whole US dollars.' }),
    aggregateLimit: t.int({ required: true, description: 'The most it pays in one term, in whole US dollars.' }),
    coversCompounding: t.boolean({ required: true, description: 'Whether compounded drugs are covered.' }),
    effectiveFrom: t.field({ type: 'Date', required: true, description: 'The first day it covers, at most a year ahead.' }),
    expiresOn: t.field({ type: 'Date', required: true, description: 'The last day it covers, at most three years after the first.' }),
    retroactiveOn: t.field({
      type: 'Date',
      description: 'Of a claims-made policy: what was done before this day is not covered. Left out for full prior acts.',
    }),
    tailUntil: t.field({
      type: 'Date',
      description: 'Of a claims-made policy whose last day is over: until when claims of its term are still taken.',
    }),
    certificateSha256: t.string({ required: true, description: 'SHA-256 of the certificate of insurance, in hex.' }),
  }),
  validate: z
    .object({
      carrier: lineOf('The insurer', 200),
      policyNumber: lineOf('The number', 100),
      perClaimLimit: z.number().min(1, 'A limit is more than nothing.'),
      aggregateLimit: z.number().min(1, 'A limit is more than nothing.'),
      certificateSha256: digestOfPaper,
    })
    .loose(),
});

type Told = typeof RecordInsurancePolicyInput.$inferInput;

builder.mutationField('recordInsurancePolicy', (t) =>
  t.field({
    description:
      'Records a policy that covers somebody’s work. It is UNVERIFIED, and covers nothing here, until somebody else has asked the insurer: see recordCredentialCheck.',
    type: InsurancePolicy,
    authScopes: { may: 'credential:record' },
    args: { input: t.arg({ type: RecordInsurancePolicyInput, required: true, description: 'The policy.' }) },
    errors: { types: [AlreadyOnRecord] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'insurancePolicy' }, async (tx) => {
        const { input } = args;
        const { practitioner, place } = await keptByName(tx, ctx, input.practitionerId);
        const issues = issuesOf(input, dayIn(ctx.now()));
        if (issues.length > 0) throw new InvalidInput(issues);
        const { kind, basis, perClaimLimit, aggregateLimit, coversCompounding, certificateSha256 } = input;
        const term = { effectiveFrom: storedDay(input.effectiveFrom), expiresOn: storedDay(input.expiresOn) };
        const [carrier, policyNumber] = [input.carrier.trim(), input.policyNumber.trim()];
        const key = { practitionerId: practitioner.id, carrier, policyNumber, kind, effectiveFrom: term.effectiveFrom };
        const known = await tx.insurancePolicy.findFirst({ where: key });
        if (known !== null) throw new AlreadyOnRecord('This term of the policy', toId('insurancePolicy', known.id));

        const policy = await tx.insurancePolicy.create({
          data: {
            ...{ id: ctx.newId(), ...key, ...term, basis, perClaimLimit, aggregateLimit, coversCompounding, certificateSha256 },
            ...{ retroactiveOn: input.retroactiveOn == null ? null : storedDay(input.retroactiveOn) },
            ...{ tailUntil: input.tailUntil == null ? null : storedDay(input.tailUntil) },
            ...{ status: 'UNVERIFIED', recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'insurance-policy.recorded', tenantId: place, subjectKind: 'insurancePolicy', subjectId: policy.id },
          detail: { practitionerId: practitioner.id, kind, basis, effectiveFrom: input.effectiveFrom, expiresOn: input.expiresOn },
        });
        return policy;
      }),
  }),
);

function issuesOf(told: Told, today: string): InputIssue[] {
  const { basis, effectiveFrom, expiresOn, retroactiveOn, tailUntil, perClaimLimit, aggregateLimit } = told;
  const issues: InputIssue[] = [];
  const add = (field: keyof Told, message: string) => issues.push({ path: `input.${field}`, message });
  if (aggregateLimit < perClaimLimit) add('aggregateLimit', 'What it pays in a term is no less than what it pays for one claim.');
  if (effectiveFrom > addMonths(today, FARTHEST_START_MONTHS)) add('effectiveFrom', 'At most a year ahead.');
  if (expiresOn < effectiveFrom) add('expiresOn', 'The last day is not before the first.');
  else if (expiresOn > addMonths(effectiveFrom, LONGEST_TERM_MONTHS)) add('expiresOn', 'No term is longer than three years.');
  if (retroactiveOn != null && basis !== 'CLAIMS_MADE') add('retroactiveOn', 'Only a claims-made policy looks back to a day.');
  if (retroactiveOn != null && retroactiveOn > effectiveFrom) add('retroactiveOn', 'It looks back to its first day or further.');
  if (tailUntil != null) {
    if (basis !== 'CLAIMS_MADE') add('tailUntil', 'Only a claims-made policy needs a tail.');
    else if (expiresOn >= today) add('tailUntil', 'A tail begins when the policy has ended: this one runs.');
    else if (tailUntil <= expiresOn) add('tailUntil', 'A tail ends after the policy.');
  }
  return issues;
}
