import { audit } from '#kernel/audit.ts';
import { Conflict, type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { addDays, addMonths } from '#rules/dates.ts';
import { builder, type Context, type Tx } from '../builder.ts';
import { keptPractitioner } from '../credential/keeper.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { clinicsOf } from '../verification/clinics-of.ts';
import { License } from './license.ts';
import { LONGEST_TERM_MONTHS } from './record-license.ts';
import { inRecordedOrder } from './standing.ts';
import { partsThatTakeNothingBack, type StandingReport } from './standing-report.ts';
import { type LockedLicense, writeStanding } from './write-standing.ts';

const RenewLicenseInput = builder.inputType('RenewLicenseInput', {
  description: 'A further term of a licence.',
  fields: (t) => ({
    licenseId: t.id({ required: true, description: 'The licence.' }),
    startsOn: t.field({
      type: 'Date',
      description:
        'The first day of the new term. Left out: the day after the last one. Later than that only where the licence had lapsed meanwhile, and then today or before.',
    }),
    expiresOn: t.field({
      type: 'Date',
      required: true,
      description: 'The last day of the new term: later than the one on record, not over, and at most ten years from today.',
    }),
  }),
});

type Term = { readonly startsOn: string; readonly expiresOn: string };

builder.mutationField('renewLicense', (t) =>
  t.field({
    description:
      'Records a further term of a licence. From its first day the licence is UNVERIFIED until somebody else has asked its board; a sanction stays. What was known of the former term before stays on record.',
    type: License,
    authScopes: { may: 'credential:record' },
    args: { input: t.arg({ type: RenewLicenseInput, required: true, description: 'The new term.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'license' }, async (tx) => {
        const id = fromId('license', args.input.licenseId);
        const seen = await tx.license.findUnique({ where: { id } });
        if (seen === null) throw new NotFound();
        const { place } = await keptPractitioner(tx, ctx, seen.practitionerId, 'input.licenseId');
        await tx.$queryRawUnsafe('select 1 from license where id = $1::uuid for update', id);
        const license = await tx.license.findUniqueOrThrow({ where: { id }, include: { standings: inRecordedOrder, renewals: true } });
        if (license.renewals.some(({ recordedAt }) => recordedAt > ctx.now())) {
          throw new Conflict('Something was recorded of this licence at a later moment than now.');
        }
        const term = { startsOn: args.input.startsOn ?? addDays(dayIn(license.expiresOn), 1), expiresOn: args.input.expiresOn };
        const issues = issuesOf(term, dayIn(license.expiresOn), dayIn(ctx.now()));
        if (issues.length > 0) throw new InvalidInput(issues);
        const standingIds = await renew(tx, ctx, license, term);
        // It may stop work at every clinic where they work: each is told, and at which of them it was recorded.
        for (const tenantId of await clinicsOf(tx, license.practitionerId, ctx.now(), place)) {
          await audit(tx, ctx, {
            ...{ action: 'license.renewed', tenantId, subjectKind: 'license', subjectId: id },
            detail: { ...term, formerLastDay: dayIn(license.expiresOn), standingIds, at: place },
          });
        }
        return tx.license.findUniqueOrThrow({ where: { id } });
      }),
  }),
);

/** Writes the term, and that nobody has confirmed it: but for the days on which a board has acted, which a renewal does not take back. */
async function renew(tx: Tx, ctx: Context, license: LockedLicense, term: Term): Promise<string[]> {
  await tx.licenseRenewal.create({
    data: {
      ...{ id: ctx.newId(), licenseId: license.id, practitionerId: license.practitionerId, formerLastDay: license.expiresOn },
      ...{ startsOn: storedDay(term.startsOn), expiresOn: storedDay(term.expiresOn) },
      ...{ recordedAt: ctx.now(), recordedBy: ctx.actor.sub },
    },
  });
  await tx.license.updateMany({ where: { id: license.id }, data: { expiresOn: storedDay(term.expiresOn) } });
  const report: StandingReport = { status: 'UNVERIFIED', effectiveFrom: term.startsOn, effectiveTo: null, source: null, reference: null };
  const ids: string[] = [];
  for (const part of partsThatTakeNothingBack(report, license, ctx.now())) {
    ids.push((await writeStanding(tx, ctx, license, part, { note: null, verifiedAt: null })).id);
  }
  return ids;
}

function issuesOf({ startsOn, expiresOn }: Term, lastDay: string, today: string): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (field: keyof Term, message: string) => issues.push({ path: `input.${field}`, message });
  const next = addDays(lastDay, 1);
  if (startsOn < next) add('startsOn', `The term on record runs until ${lastDay}: a new one begins after it.`);
  if (startsOn > next && startsOn > today) add('startsOn', `A term that leaves days between begins today or before, else on ${next}.`);
  if (expiresOn <= lastDay) add('expiresOn', `The last day is later than the one on record, ${lastDay}.`);
  else if (expiresOn < startsOn) add('expiresOn', 'The last day is not before the first.');
  else if (expiresOn < today) add('expiresOn', 'That term is over too: record the one that runs.');
  if (expiresOn > addMonths(today, LONGEST_TERM_MONTHS)) add('expiresOn', 'No board gives a term of more than ten years.');
  return issues;
}
