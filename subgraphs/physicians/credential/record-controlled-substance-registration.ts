import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { asKept, LicenseNumberShape, NUMBER, NUMBER_IN_WORDS, requireNumberShape } from '../license/license-number.ts';
import { AlreadyOnRecord } from './already-on-record.ts';
import { ControlledSubstanceRegistration } from './controlled-substance-registration.ts';
import { keptByName } from './keeper.ts';
import { lineOf } from './plain-text.ts';
import { registrationIssues } from './schedules.ts';

const RecordControlledSubstanceRegistrationInput = builder.inputType('RecordControlledSubstanceRegistrationInput', {
  description: 'A state’s own registration for controlled substances, as its holder shows it.',
  fields: (t) => ({
    practitionerId: t.id({ required: true, description: 'Who holds it.' }),
    state: t.field({ type: graph.UsState, required: true, description: 'The state that gave it.' }),
    number: t.string({ required: true, description: 'Its number at the state, at most 30 characters; kept in capitals.' }),
    schedules: t.stringList({ required: true, description: 'The schedules it covers: II, IIN, III, IIIN, IV, V.' }),
    expiresOn: t.field({ type: 'Date', required: true, description: 'The last day it is good: today or later.' }),
  }),
  validate: z
    .object({
      number: lineOf('The number', 100),
      schedules: z.array(z.string()).min(1, 'Name a schedule.').max(6, 'There are six to name.'),
    })
    .loose(),
});

builder.mutationField('recordControlledSubstanceRegistration', (t) =>
  t.field({
    description:
      'Records a state’s registration for controlled substances. It is UNVERIFIED, and carries nothing, until somebody else has looked it up at the state: see recordCredentialCheck.',
    type: ControlledSubstanceRegistration,
    authScopes: { may: 'credential:record' },
    args: { input: t.arg({ type: RecordControlledSubstanceRegistrationInput, required: true, description: 'The registration.' }) },
    errors: { types: [AlreadyOnRecord, LicenseNumberShape] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'controlledSubstanceRegistration' }, async (tx) => {
        const { practitioner, place } = await keptByName(tx, ctx, args.input.practitionerId);
        const { state, schedules, expiresOn } = args.input;
        const number = asKept(args.input.number);
        const issues = registrationIssues(args.input, dayIn(ctx.now()));
        if (!NUMBER.test(number)) issues.push({ path: 'input.number', message: NUMBER_IN_WORDS });
        if (practitioner.credential === 'RN') {
          issues.push({ path: 'input.practitionerId', message: 'A registered nurse prescribes nothing and has no such registration.' });
        }
        if (issues.length > 0) throw new InvalidInput(issues);
        requireNumberShape({ state, kind: 'CONTROLLED_SUBSTANCES', credential: practitioner.credential, number });
        const added = await tx.controlledSubstanceRegistration.createMany({
          data: {
            ...{ id: ctx.newId(), practitionerId: practitioner.id, state, number, schedules: [...schedules], status: 'UNVERIFIED' },
            ...{ expiresOn: storedDay(expiresOn), recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
          },
          skipDuplicates: true,
        });
        // Whoever holds it may be out of the caller's sight, so the row's key answers and not a search.
        const kept = await tx.controlledSubstanceRegistration.findUnique({ where: { state_number: { state, number } } });
        if (kept === null || added.count === 0) {
          const own = kept?.practitionerId === practitioner.id;
          throw new AlreadyOnRecord('This number', own ? toId('controlledSubstanceRegistration', kept.id) : null);
        }
        await audit(tx, ctx, {
          action: 'controlled-substance-registration.recorded',
          ...{ tenantId: place, subjectKind: 'controlledSubstanceRegistration', subjectId: kept.id },
          detail: { practitionerId: practitioner.id, state, schedules, expiresOn },
        });
        return kept;
      }),
  }),
);
