import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { addMonths } from '#rules/dates.ts';
import { isService } from '#rules/service-codes.ts';
import { builder } from '../builder.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { AlreadyOnRecord } from './already-on-record.ts';
import { keptByName } from './keeper.ts';
import { digestOfPaper, lineOf } from './plain-text.ts';
import { TrainingKind, TrainingRecord } from './training-record.ts';

const EARLIEST = '1940-01-01';
const LONGEST_TERM_MONTHS = 120;

const RecordTrainingInput = builder.inputType('RecordTrainingInput', {
  description: 'A course or card, as its certificate says.',
  fields: (t) => ({
    practitionerId: t.id({ required: true, description: 'Who was trained.' }),
    kind: t.field({ type: TrainingKind, required: true, description: 'What it is about.' }),
    service: t.string({ description: 'Code of the service, or left out; PROCEDURE names a service or a device.' }),
    device: t.string({ description: 'Code of the device: small letters, digits and hyphens, at most 60; or left out.' }),
    issuer: t.string({ required: true, description: 'Who gave the course or card, at most 200 characters.' }),
    completedOn: t.field({ type: 'Date', required: true, description: 'The day it was completed: today or before.' }),
    expiresOn: t.field({ type: 'Date', description: 'The last day it counts; left out for what does not run out.' }),
    sha256: t.string({ required: true, description: 'SHA-256 of the certificate, in hex.' }),
  }),
  validate: z
    .object({
      device: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'A device’s code is small letters, digits and hyphens, at most 60.')
        .nullish(),
      issuer: lineOf('The issuer', 200),
      sha256: digestOfPaper,
    })
    .loose(),
});

type Told = typeof RecordTrainingInput.$inferInput;

builder.mutationField('recordTraining', (t) =>
  t.field({
    description: 'Records a course or card. A certificate is not a licence, and no competency: nobody may do anything by it.',
    type: TrainingRecord,
    authScopes: { may: 'credential:record' },
    args: { input: t.arg({ type: RecordTrainingInput, required: true, description: 'The training.' }) },
    errors: { types: [AlreadyOnRecord] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'trainingRecord' }, async (tx) => {
        const { practitioner, place } = await keptByName(tx, ctx, args.input.practitionerId);
        const issues = issuesOf(args.input, dayIn(ctx.now()));
        if (issues.length > 0) throw new InvalidInput(issues);
        const { kind, service, device, issuer, completedOn, expiresOn, sha256 } = args.input;
        const known = await tx.trainingRecord.findFirst({ where: { practitionerId: practitioner.id, sha256 } });
        if (known !== null) throw new AlreadyOnRecord('This certificate', toId('trainingRecord', known.id));
        const training = await tx.trainingRecord.create({
          data: {
            ...{ id: ctx.newId(), practitionerId: practitioner.id, kind, service: service ?? null, device: device ?? null },
            ...{ issuer: issuer.trim(), completedOn: storedDay(completedOn), expiresOn: expiresOn == null ? null : storedDay(expiresOn) },
            ...{ sha256, recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'training.recorded', tenantId: place, subjectKind: 'trainingRecord', subjectId: training.id },
          detail: { practitionerId: practitioner.id, kind, completedOn, expiresOn: expiresOn ?? null },
        });
        return training;
      }),
  }),
);

function issuesOf({ kind, service, device, completedOn, expiresOn }: Told, today: string): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (field: keyof Told, message: string) => issues.push({ path: `input.${field}`, message });
  if (service != null && !isService(service)) add('service', 'There is no such service.');
  if (kind === 'PROCEDURE' && service == null && device == null) add('service', 'Say which procedure: a service or a device.');
  if (completedOn > today) add('completedOn', 'What is on record was completed today or before.');
  if (completedOn < EARLIEST) add('completedOn', 'Nobody who practises was trained so long ago.');
  if (expiresOn != null && expiresOn < completedOn) add('expiresOn', 'The last day is not before the day it was completed.');
  if (expiresOn != null && expiresOn > addMonths(completedOn, LONGEST_TERM_MONTHS)) {
    add('expiresOn', 'Leave the last day out where there is none; one so far ahead is a slip.');
  }
  return issues;
}
