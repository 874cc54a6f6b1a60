import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { storedDay } from '../lapse.ts';
import { placeAmong } from '../license/shared-place.ts';
import { CircularSupervision, refuseCircle } from '../supervision/circular-supervision.ts';
import { agreementShape, termIssues } from './agreement-terms.ts';
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
  validate: z.object(agreementShape).loose(),
});

builder.mutationField('draftAgreement', (t) =>
  t.field({
    description: 'Writes down the terms of a collaborative agreement. It carries nothing until both sides have signed it.',
    type: CollaborativeAgreement,
    authScopes: { may: 'agreement:draft' },
    args: { input: t.arg({ type: DraftAgreementInput, required: true, description: 'The terms.' }) },
    errors: { types: [CircularSupervision] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'collaborativeAgreement' }, async (tx) => {
        const { input } = args;
        const clinicId = fromId('clinic', input.clinicId);
        const [supervisorId, superviseeId] = [fromId('practitioner', input.supervisorId), fromId('practitioner', input.superviseeId)];
        if (!ctx.actor.places('agreement:draft').includes(clinicId)) throw new NotFound();
        // An entity is a place of an officer's too, and no clinic.
        if ((await tx.tenancyClinic.findFirst({ where: { clinicId } })) === null) throw new NotFound();
        const credentials: string[] = [];
        for (const id of [supervisorId, superviseeId]) {
          const person = await tx.practitioner.findUnique({ where: { id } });
          if (person === null || (await placeAmong(tx, ctx, id, [clinicId])) === null) throw new NotFound();
          credentials.push(person.credential);
        }
        await refuseCircle(tx, supervisorId, superviseeId, ctx.now());
        const { state, cadenceDays, digest } = input;
        const terms = { supervisorId, superviseeId, state, startsOn: storedDay(input.startsOn), endsOn: storedDay(input.endsOn) };
        const issues = credentialIssues(credentials);
        issues.push(
          ...(await termIssues(tx, { supervisorId, superviseeId, state, startsOn: input.startsOn, endsOn: input.endsOn }, ctx.now())),
        );
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

function credentialIssues([supervisor = '', supervisee = '']: readonly string[]): InputIssue[] {
  const issues: InputIssue[] = [];
  // Supervision runs one way only, from physicians to others.
  if (supervisor !== 'MD' && supervisor !== 'DO') issues.push({ path: 'input.supervisorId', message: 'A physician supervises.' });
  if (supervisee !== 'NP' && supervisee !== 'PA') {
    issues.push({ path: 'input.superviseeId', message: 'An agreement is for a nurse practitioner or a physician assistant.' });
  }
  return issues;
}
