import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput, NotFound, RuleBlocked, type RuleOutcome, Unavailable } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { addMonths } from '#rules/dates.ts';
import { isService } from '#rules/service-codes.ts';
import { builder, type Tx } from '../builder.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { practisesIn } from '../license/license-status.ts';
import { placeAmong } from '../license/shared-place.ts';
import { exclusionOf } from '../verification/exclusion.ts';
import { askClinic } from './clinic-told.ts';
import { Competency } from './competency.ts';
import { deviceCode } from './device-code.ts';
import { line } from './line.ts';
import { ownPractitionerId } from './own-practitioner.ts';

const RecordCompetencyInput = builder.inputType('RecordCompetencyInput', {
  description: 'What somebody was found able to do.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic, where both work.' }),
    practitionerId: t.id({ required: true, description: 'Who was found able.' }),
    service: t.string({ required: true, description: 'Code of the service.' }),
    device: t.string({
      description: 'Code of the one device it is about, in lower-case words joined by hyphens; left out where it is about none.',
    }),
    course: t.string({ required: true, description: 'Where they learnt it, at most 200 characters.' }),
    handsOnCount: t.int({ required: true, description: 'How often they did it under the eyes of somebody able: 1 to 10000.' }),
    assessedOn: t.field({ type: 'Date', required: true, description: 'The day of the assessment: within the last twelve months.' }),
    expiresOn: t.field({
      type: 'Date',
      required: true,
      description: 'The last day it counts: at most twelve months after the assessment.',
    }),
  }),
  validate: z
    .object({
      course: line('The course', 200),
      device: deviceCode.nullish(),
      handsOnCount: z.number().min(1, 'A certificate alone is not enough: at least once.').max(10_000, 'At most 10000.'),
    })
    .loose(),
});

type Input = typeof RecordCompetencyInput.$inferInput;

builder.mutationField('recordCompetency', (t) =>
  t.field({
    description: 'Records that the caller saw a colleague do a service and found them able, with a second factor. Never of oneself.',
    type: Competency,
    authScopes: { may: 'competency:record' },
    args: { input: t.arg({ type: RecordCompetencyInput, required: true, description: 'What was seen.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { input } = args;
      const assessorId = ownPractitionerId(ctx, 'competency:record');
      const clinicId = fromId('clinic', input.clinicId);
      const practitionerId = fromId('practitioner', input.practitionerId);
      if (!ctx.actor.places('competency:record').includes(clinicId)) throw new NotFound();
      const { state } = await askClinic(ctx, clinicId);
      return ctx.write({ info, args, answer: 'competency' }, async (tx) => {
        if ((await placeAmong(tx, ctx, practitionerId, [clinicId])) === null) throw new NotFound();
        ctx.requireStepUp();
        const issues = issuesOf(input, practitionerId === assessorId, ctx.now());
        if (issues.length > 0) throw new InvalidInput(issues);
        await requireAble(tx, assessorId, state ?? null, ctx.now());
        const { service, handsOnCount, assessedOn, expiresOn } = input;
        const device = input.device ?? null;
        const competency = await tx.competency.create({
          data: {
            ...{ id: ctx.newId(), clinicId, practitionerId, service, device, course: input.course.trim(), handsOnCount, assessorId },
            ...{ assessedOn: storedDay(assessedOn), expiresOn: storedDay(expiresOn), recordedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'competency.recorded', tenantId: clinicId, subjectKind: 'competency', subjectId: competency.id },
          detail: { practitionerId, service, device, handsOnCount, assessedOn, expiresOn },
        });
        return competency;
      });
    },
  }),
);

/** Only a physician with a good licence where the clinic is says that somebody is able, and nobody whom a list of excluded persons names. */
async function requireAble(tx: Tx, assessorId: string, state: string | null, now: Date): Promise<void> {
  if (state === null) throw new Unavailable();
  const assessor = await tx.practitioner.findUniqueOrThrow({
    where: { id: assessorId },
    include: { licenses: { include: { standings: true } }, screenings: true },
  });
  const rules: RuleOutcome[] = [];
  const fail = (id: string, message: string, remedy: string) => rules.push({ id, outcome: 'FAIL', message, citation: null, remedy });
  if (assessor.credential !== 'MD' && assessor.credential !== 'DO') {
    fail('competency.assessor', 'Only a physician finds somebody able', 'Ask a physician who works there.');
  } else if (!practisesIn(assessor, state, now)) {
    fail('licence.assessor', 'The assessor has no good licence there', 'Renew the licence, or have it checked at its board.');
  }
  if (exclusionOf(assessor.screenings, now).status !== 'NONE') {
    fail('exclusion.assessor', 'It is not known that the assessor is on no list of excluded persons', 'Have both lists looked through.');
  }
  if (rules.length > 0) throw new RuleBlocked(rules);
}

function issuesOf(input: Input, self: boolean, now: Date): InputIssue[] {
  const issues: InputIssue[] = [];
  const today = dayIn(now);
  const add = (field: keyof Input, message: string) => issues.push({ path: `input.${field}`, message });
  if (self) add('practitionerId', 'Nobody assesses themselves.');
  if (!isService(input.service)) add('service', 'That is no code of a service.');
  if (input.assessedOn > today) add('assessedOn', 'The assessment has not taken place yet.');
  if (input.assessedOn < addMonths(today, -12)) add('assessedOn', 'An assessment counts for twelve months.');
  if (input.expiresOn < input.assessedOn) add('expiresOn', 'The last day is not before the assessment.');
  if (input.expiresOn > addMonths(input.assessedOn, 12)) add('expiresOn', 'At most twelve months after the assessment.');
  return issues;
}
