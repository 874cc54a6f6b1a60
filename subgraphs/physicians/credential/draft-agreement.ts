import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { addMonths } from '#rules/dates.ts';
import { builder, graph } from '../builder.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { placeAmong } from '../license/shared-place.ts';
import { CollaborativeAgreement } from './collaborative-agreement.ts';

const DraftAgreementInput = builder.inputType('DraftAgreementInput', {
  description: 'Under what two people of a clinic are to work together in one state.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic, where both work. What its entity attested counts at the signatures.' }),
    supervisorId: t.id({ required: true, description: 'The physician.' }),
    superviseeId: t.id({ required: true, description: 'The nurse practitioner or physician assistant.' }),
    state: t.field({ type: graph.UsState, required: true, description: 'The state it is for.' }),
    startsOn: t.field({ type: 'Date', required: true, description: 'The first day: today or later.' }),
    endsOn: t.field({ type: 'Date', required: true, description: 'The last day: at most twelve months after the first.' }),
    cadenceDays: t.int({ required: true, description: 'They meet at least once in this many days: 1 to 365.' }),
    digest: t.string({ required: true, description: 'SHA-256 of the agreement’s text: 64 hexadecimal digits in lower case.' }),
  }),
  validate: z
    .object({
      cadenceDays: z.number().min(1, 'At least one day.').max(365, 'At least once a year.'),
      digest: z.string().regex(/^[0-9a-f]{64}$/, 'A digest is 64 hexadecimal digits in lower case.'),
    })
    .loose(),
});

type Input = typeof DraftAgreementInput.$inferInput;

builder.mutationField('draftAgreement', (t) =>
  t.field({
    description: 'Writes down the terms of a collaborative agreement. It carries nothing until both sides have signed it.',
    type: CollaborativeAgreement,
    authScopes: { may: 'agreement:draft' },
    args: { input: t.arg({ type: DraftAgreementInput, required: true, description: 'The terms.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'collaborativeAgreement' }, async (tx) => {
        const { input } = args;
        const clinicId = fromId('clinic', input.clinicId);
        const [supervisorId, superviseeId] = [fromId('practitioner', input.supervisorId), fromId('practitioner', input.superviseeId)];
        if (!ctx.actor.places('agreement:draft').includes(clinicId)) throw new NotFound();
        const credentials: string[] = [];
        for (const id of [supervisorId, superviseeId]) {
          const person = await tx.practitioner.findUnique({ where: { id } });
          if (person === null || (await placeAmong(tx, ctx, id, [clinicId])) === null) throw new NotFound();
          credentials.push(person.credential);
        }
        const { state, cadenceDays, digest } = input;
        const terms = { supervisorId, superviseeId, state, startsOn: storedDay(input.startsOn), endsOn: storedDay(input.endsOn) };
        const overlapping = await tx.collaborativeAgreement.count({
          where: {
            ...{ supervisorId, superviseeId, state, status: { not: 'TERMINATED' }, startsOn: { lte: terms.endsOn } },
            OR: [{ endsOn: null }, { endsOn: { gte: terms.startsOn } }],
          },
        });
        const issues = issuesOf(input, credentials, overlapping > 0, ctx.now());
        if (issues.length > 0) throw new InvalidInput(issues);
        const agreement = await tx.collaborativeAgreement.create({
          data: { ...terms, id: ctx.newId(), status: 'DRAFT', clinicId, cadenceDays, digest, draftedBy: ctx.actor.sub },
        });
        await audit(tx, ctx, {
          ...{ action: 'agreement.drafted', tenantId: clinicId, subjectKind: 'collaborativeAgreement', subjectId: agreement.id },
          detail: { supervisorId, superviseeId, state, startsOn: input.startsOn, endsOn: input.endsOn, cadenceDays, digest },
        });
        return agreement;
      }),
  }),
);

function issuesOf(input: Input, [supervisor = '', supervisee = '']: readonly string[], overlaps: boolean, now: Date): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (field: keyof Input, message: string) => issues.push({ path: `input.${field}`, message });
  // Supervision runs one way only, from physicians to others: so no chain of agreements can come back to where it began.
  if (supervisor !== 'MD' && supervisor !== 'DO') {
    add('supervisorId', 'A physician supervises. Supervision runs from physicians to others, so that it never runs in a circle.');
  }
  if (supervisee !== 'NP' && supervisee !== 'PA') add('superviseeId', 'An agreement is for a nurse practitioner or a physician assistant.');
  if (input.startsOn < dayIn(now)) add('startsOn', `It begins today (${dayIn(now)}) or later.`);
  if (input.endsOn < input.startsOn) add('endsOn', 'The last day is not before the first.');
  else if (input.endsOn > addMonths(input.startsOn, 12))
    add('endsOn', 'At most twelve months after the first day: it is renewed every year.');
  else if (overlaps) add('startsOn', 'The two have an agreement for that state already that is not over by then.');
  return issues;
}
