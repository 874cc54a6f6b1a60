import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { builder, graph } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';
import { FacilityCoverage } from './facility-evidence.ts';
import { FacilityInspection, FindingSeverity, InspectionAuthority, InspectionOutcome } from './facility-inspection.ts';
import { ownPharmacy } from './own-pharmacy.ts';
import { line, lineOrNone } from './plain-text.ts';
import { holdStanding } from './standing-lock.ts';

const MOST_FINDINGS = 50;

const FindingInput = builder.inputType('InspectionFindingInput', {
  description: 'One observation of an inspection.',
  fields: (t) => ({
    text: t.string({ required: true, description: 'What was found, at most 2,000 characters: nothing of a patient.' }),
    severity: t.field({ type: FindingSeverity, required: true, description: 'How grave it is.' }),
    stops: t.field({ type: FacilityCoverage, description: 'What is stopped until it is closed. A critical one stops something.' }),
  }),
  validate: z.object({ text: line('The finding', 2_000) }).loose(),
});

const Input = builder.inputType('RecordInspectionInput', {
  description: 'A look at a facility by an authority, with what was found.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The facility.' }),
    authority: t.field({ type: InspectionAuthority, required: true, description: 'Who inspected.' }),
    state: t.field({ type: graph.UsState, description: 'The state whose board it was; asked of a STATE_BOARD.' }),
    inspectedOn: t.field({ type: 'Date', required: true, description: 'The last day of the inspection: today or before.' }),
    outcome: t.field({ type: InspectionOutcome, required: true, description: 'What came of it.' }),
    reference: t.string({ description: 'The report, by its number or address, at most 300 characters.' }),
    findings: t.field({
      type: [FindingInput],
      required: true,
      description: 'What was found, in the order of the report; an empty list for nothing.',
    }),
  }),
  validate: z
    .object({
      reference: lineOrNone('The reference', 300),
      findings: z.array(z.unknown()).max(MOST_FINDINGS, `At most ${MOST_FINDINGS} findings.`),
    })
    .loose(),
});

function issuesOf({ authority, state, inspectedOn, outcome, findings }: typeof Input.$inferInput, today: string): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (field: string, message: string) => issues.push({ path: `input.${field}`, message });
  if (inspectedOn > today) add('inspectedOn', `Today or before, which is ${today}.`);
  if (authority === 'STATE_BOARD' && state == null) add('state', 'Say which state’s board it was.');
  if (outcome === 'OFFICIAL_ACTION' && findings.length === 0) add('findings', 'Official action follows from something: name it.');
  for (const [index, { severity, stops }] of findings.entries()) {
    if (severity === 'CRITICAL' && stops == null) add(`findings.${index}.stops`, 'Say what a critical finding stops.');
  }
  return issues;
}

builder.mutationField('recordInspection', (t) =>
  t.field({
    description:
      'Records an inspection and its findings. What an open finding stops is neither sent to the facility, claimed, dispensed nor shipped.',
    type: FacilityInspection,
    authScopes: { may: 'facility:keep' },
    args: { input: t.arg({ type: Input, required: true, description: 'The inspection.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'facilityInspection' }, async (tx) => {
        const pharmacyId = ownPharmacy(ctx, args.input.pharmacyId, 'facility:keep');
        const issues = issuesOf(args.input, dayOf(ctx.now()));
        if (issues.length > 0) throw new InvalidInput(issues);
        const { authority, state, outcome, findings, inspectedOn } = args.input;
        await holdStanding(tx, pharmacyId);
        const made = await tx.facilityInspection.create({
          data: {
            ...{ id: ctx.newId(), pharmacyId, authority, state: state ?? null, inspectedOn: storedDay(inspectedOn), outcome },
            ...{ reference: args.input.reference?.trim() ?? null, recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
          },
        });
        await tx.inspectionFinding.createMany({
          data: findings.map(({ text, severity, stops }, index) => ({
            ...{
              id: ctx.newId(),
              inspectionId: made.id,
              pharmacyId,
              position: index + 1,
              text: text.trim(),
              severity,
              stops: stops ?? null,
            },
          })),
        });
        await audit(tx, ctx, {
          ...{ action: 'inspection.recorded', tenantId: pharmacyId, subjectKind: 'facilityInspection', subjectId: made.id },
          detail: { authority, outcome, inspectedOn, stops: findings.flatMap(({ stops }) => stops ?? []) },
        });
        return made;
      }),
  }),
);
