import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { npiProblem } from '#kernel/identifiers.ts';
import { toId } from '#kernel/ids.ts';
import { addMonths } from '#rules/dates.ts';
import { builder } from '../builder.ts';
import { AlreadyOnRecord } from '../credential/already-on-record.ts';
import { placeOfKeeper } from '../credential/keeper.ts';
import { lineOf } from '../credential/plain-text.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { Credential, Practitioner } from './practitioner.ts';

const EARLIEST_BIRTH = '1900-01-01';
const ADULT_MONTHS = 18 * 12;
const MOST_SPECIALTIES = 10;

const RegisterPractitionerInput = builder.inputType('RegisterPractitionerInput', {
  description: 'Somebody who is to examine, prescribe, direct or assist.',
  fields: (t) => ({
    npi: t.string({ required: true, description: 'National Provider Identifier of a person: ten digits, the last a check digit.' }),
    credential: t.field({ type: Credential, required: true, description: 'The credential they practise under.' }),
    givenName: t.string({ required: true, description: 'Given name, at most 100 characters.' }),
    familyName: t.string({ required: true, description: 'Family name, at most 100 characters.' }),
    specialties: t.stringList({ description: 'What they specialise in, at most ten.' }),
    bornOn: t.field({
      type: 'Date',
      description:
        'When they were born: kept apart, read by nobody, only to tell them from namesakes on lists of excluded persons. May be left out.',
    }),
  }),
  validate: z
    .object({
      givenName: lineOf('The given name', 100),
      familyName: lineOf('The family name', 100),
      specialties: z.array(lineOf('A specialty', 100)).max(MOST_SPECIALTIES, `At most ${MOST_SPECIALTIES} specialties.`).nullish(),
    })
    .loose(),
});

type Told = typeof RegisterPractitionerInput.$inferInput;

builder.mutationField('registerPractitioner', (t) =>
  t.field({
    description:
      'Puts somebody on the register, with a second factor. The register is nobody’s, so any compliance officer may; nothing is permitted by it. Whoever registered them records their credentials until they belong to a place.',
    type: Practitioner,
    authScopes: { may: 'credential:record' },
    args: { input: t.arg({ type: RegisterPractitionerInput, required: true, description: 'Who it is.' }) },
    errors: { types: [AlreadyOnRecord] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'practitioner' }, async (tx) => {
        ctx.requireStepUp();
        const { npi, credential, bornOn } = args.input;
        const issues = issuesOf(args.input, dayIn(ctx.now()));
        if (issues.length > 0) throw new InvalidInput(issues);
        await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('npi:' || $1, 0))::text`, npi);
        const known = await tx.practitioner.findUnique({ where: { npi } });
        if (known !== null) throw new AlreadyOnRecord('This NPI', toId('practitioner', known.id));

        const [givenName, familyName] = [args.input.givenName.trim(), args.input.familyName.trim()];
        const practitioner = await tx.practitioner.create({
          data: {
            ...{ id: ctx.newId(), npi, credential, givenName, familyName, displayName: `${givenName} ${familyName}, ${credential}` },
            ...{ specialties: (args.input.specialties ?? []).map((specialty) => specialty.trim()) },
            ...{ registeredBy: ctx.actor.sub, registeredAt: ctx.now() },
          },
        });
        if (bornOn != null) {
          // Without reading it back: nobody who asks the graph does.
          await tx.practitionerBirth.createMany({ data: { practitionerId: practitioner.id, bornOn: storedDay(bornOn) } });
        }
        await audit(tx, ctx, {
          ...{ action: 'practitioner.registered', tenantId: placeOfKeeper(ctx), subjectKind: 'practitioner', subjectId: practitioner.id },
          detail: { npi, credential },
        });
        return practitioner;
      }),
  }),
);

function issuesOf({ npi, specialties, bornOn }: Told, today: string): InputIssue[] {
  const issues: InputIssue[] = [];
  const problem = npiProblem(npi);
  if (problem !== null) issues.push({ path: 'input.npi', message: `An NPI ${problem}.` });
  if (new Set(specialties?.map((each) => each.trim())).size < (specialties?.length ?? 0)) {
    issues.push({ path: 'input.specialties', message: 'A specialty is named twice.' });
  }
  if (bornOn != null && (bornOn < EARLIEST_BIRTH || addMonths(bornOn, ADULT_MONTHS) > today)) {
    issues.push({ path: 'input.bornOn', message: 'That is nobody’s birthday who could hold a licence today.' });
  }
  return issues;
}
