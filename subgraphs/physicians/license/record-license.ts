import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { addMonths } from '#rules/dates.ts';
import { practisesUnder } from '#rules/licence.ts';
import { builder, graph, type Tx } from '../builder.ts';
import { AlreadyOnRecord } from '../credential/already-on-record.ts';
import { keptByName } from '../credential/keeper.ts';
import { lineOf } from '../credential/plain-text.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { asKept, LicenseNumberShape, NUMBER, NUMBER_IN_WORDS, requireNumberShape } from './license-number.ts';
import { License, LicenseType } from './license.ts';

const EARLIEST_ISSUE = '1940-01-01';
/** No board gives a term of more than ten years: a later end is a slip. */
export const LONGEST_TERM_MONTHS = 120;

const RecordLicenseInput = builder.inputType('RecordLicenseInput', {
  description: 'A licence, as its holder shows it.',
  fields: (t) => ({
    practitionerId: t.id({ required: true, description: 'Who holds it.' }),
    state: t.field({ type: graph.UsState, required: true, description: 'The state that gave it.' }),
    type: t.field({ type: LicenseType, required: true, description: 'What it permits.' }),
    number: t.string({ required: true, description: 'Its number at the board, at most 30 characters; kept in capitals.' }),
    issuedOn: t.field({ type: 'Date', required: true, description: 'The day it was given: today or before.' }),
    expiresOn: t.field({ type: 'Date', required: true, description: 'The last day it is good, at most ten years from today.' }),
  }),
  validate: z.object({ number: lineOf('The number', 100) }).loose(),
});

type Told = typeof RecordLicenseInput.$inferInput;

builder.mutationField('recordLicense', (t) =>
  t.field({
    description:
      'Records a licence that somebody holds. It is UNVERIFIED, and carries nothing, until somebody else has asked its board: see recordLicenseStanding.',
    type: License,
    authScopes: { may: 'credential:record' },
    args: { input: t.arg({ type: RecordLicenseInput, required: true, description: 'The licence.' }) },
    errors: { types: [AlreadyOnRecord, LicenseNumberShape] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'license' }, async (tx) => {
        const { practitioner, place } = await keptByName(tx, ctx, args.input.practitionerId);
        const issues = issuesOf(args.input, practitioner.credential, dayIn(ctx.now()));
        if (issues.length > 0) throw new InvalidInput(issues);
        const { state, type } = args.input;
        const number = asKept(args.input.number);
        requireNumberShape({ state, kind: type, credential: practitioner.credential, number });
        await requireUnknown(tx, { state, type, number });

        const [issuedOn, expiresOn] = [storedDay(args.input.issuedOn), storedDay(args.input.expiresOn)];
        const recordedBy = ctx.actor.sub;
        const license = await tx.license.create({
          data: {
            ...{ id: ctx.newId(), practitionerId: practitioner.id, state, type, number, status: 'UNVERIFIED' },
            ...{ issuedOn, expiresOn, recordedBy },
          },
        });
        await tx.licenseStanding.create({
          data: {
            ...{ id: ctx.newId(), licenseId: license.id, practitionerId: practitioner.id, status: 'UNVERIFIED' },
            ...{ effectiveFrom: issuedOn, recordedAt: ctx.now(), recordedBy },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'license.recorded', tenantId: place, subjectKind: 'license', subjectId: license.id },
          detail: { practitionerId: practitioner.id, state, type, issuedOn: args.input.issuedOn, expiresOn: args.input.expiresOn },
        });
        return license;
      }),
  }),
);

/** A number is one whatever separators it is typed with. Two who record it at once take their turns. */
async function requireUnknown(tx: Tx, { state, type, number }: { readonly state: string; readonly type: string; readonly number: string }) {
  const plain = number.replace(/[^0-9A-Z]/g, '');
  await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('license:' || $1, 0))::text`, [state, type, plain].join(' '));
  const [known] = await tx.$queryRawUnsafe<{ id: string }[]>(
    `select id from license where state = $1 and type = $2 and regexp_replace(upper(number), '[^0-9A-Z]', '', 'g') = $3 limit 1`,
    ...[state, type, plain],
  );
  if (known !== undefined) throw new AlreadyOnRecord('This licence', toId('license', known.id));
}

function issuesOf({ type, number, issuedOn, expiresOn }: Told, credential: string, today: string): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (field: string, message: string) => issues.push({ path: `input.${field}`, message });
  // A nurse practitioner is a registered nurse besides.
  const holds = practisesUnder(credential, type) || (credential === 'NP' && type === 'REGISTERED_NURSE');
  if (!holds) add('type', `Somebody whose credential is ${credential} does not hold such a licence.`);
  if (!NUMBER.test(number.trim())) add('number', NUMBER_IN_WORDS);
  if (issuedOn > today) add('issuedOn', 'A licence that is on record was given today or before.');
  if (issuedOn < EARLIEST_ISSUE) add('issuedOn', 'Nobody who practises was licensed so long ago.');
  if (expiresOn < issuedOn) add('expiresOn', 'The last day is not before the day it was given.');
  if (expiresOn > addMonths(today, LONGEST_TERM_MONTHS)) add('expiresOn', 'No board gives a term of more than ten years.');
  return issues;
}
