import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { deaProblem, deaRegistrant } from '#kernel/identifiers.ts';
import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { AlreadyOnRecord } from './already-on-record.ts';
import { DeaRegistration } from './dea-registration.ts';
import { keptByName } from './keeper.ts';
import { registrationIssues } from './schedules.ts';

const RecordDeaRegistrationInput = builder.inputType('RecordDeaRegistrationInput', {
  description: 'A DEA registration, as its holder shows it.',
  fields: (t) => ({
    practitionerId: t.id({ required: true, description: 'Who holds it.' }),
    number: t.string({ required: true, description: 'The DEA number: two capitals and seven digits, the last a check digit.' }),
    state: t.field({ type: graph.UsState, required: true, description: 'The state it is good in.' }),
    schedules: t.stringList({ required: true, description: 'The schedules it covers: II, IIN, III, IIIN, IV, V.' }),
    expiresOn: t.field({ type: 'Date', required: true, description: 'The last day it is good: today or later.' }),
  }),
  validate: z.object({ schedules: z.array(z.string()).min(1, 'Name a schedule.').max(6, 'There are six to name.') }).loose(),
});

builder.mutationField('recordDeaRegistration', (t) =>
  t.field({
    description:
      'Records a DEA registration that somebody holds. It is UNVERIFIED, and carries nothing, until somebody else has looked it up at the DEA: see recordCredentialCheck.',
    type: DeaRegistration,
    authScopes: { may: 'credential:record' },
    args: { input: t.arg({ type: RecordDeaRegistrationInput, required: true, description: 'The registration.' }) },
    errors: { types: [AlreadyOnRecord] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'deaRegistration' }, async (tx) => {
        const { practitioner, place } = await keptByName(tx, ctx, args.input.practitionerId);
        const { number, state, schedules, expiresOn } = args.input;
        const issues = [...numberIssues(number, practitioner.credential), ...registrationIssues(args.input, dayIn(ctx.now()))];
        if (issues.length > 0) throw new InvalidInput(issues);
        const added = await tx.deaRegistration.createMany({
          data: {
            ...{ id: ctx.newId(), practitionerId: practitioner.id, number, state, schedules: [...schedules], status: 'UNVERIFIED' },
            ...{ expiresOn: storedDay(expiresOn), recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
          },
          skipDuplicates: true,
        });
        // Whoever holds it may be out of the caller's sight, so the row's key answers and not a search; whose it is stays untold.
        const kept = await tx.deaRegistration.findUnique({ where: { number } });
        if (kept === null || added.count === 0) {
          throw new AlreadyOnRecord('This number', kept?.practitionerId === practitioner.id ? toId('deaRegistration', kept.id) : null);
        }
        await audit(tx, ctx, {
          ...{ action: 'dea-registration.recorded', tenantId: place, subjectKind: 'deaRegistration', subjectId: kept.id },
          detail: { practitionerId: practitioner.id, state, schedules, expiresOn },
        });
        return kept;
      }),
  }),
);

/** The first letter says what somebody is registered as: those below a physician have M (DEA registration record layout). */
function numberIssues(number: string, credential: string): InputIssue[] {
  const path = 'input.number';
  const problem = number.includes('-') ? 'is of an institution: a person has one without a hyphen' : deaProblem(number);
  if (problem !== null) return [{ path, message: `A DEA number ${problem}.` }];
  if (credential === 'RN')
    return [{ path: 'input.practitionerId', message: 'A registered nurse prescribes nothing and has no DEA number.' }];
  const physician = credential === 'MD' || credential === 'DO';
  if (deaRegistrant(number) === (physician ? 'practitioner-or-institution' : 'mid-level-practitioner')) return [];
  return [{ path, message: physician ? 'A physician’s DEA number begins with A, B, F or G.' : 'Theirs begins with M.' }];
}
