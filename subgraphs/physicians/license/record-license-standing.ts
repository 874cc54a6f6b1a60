import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder, type Context, type Tx } from '../builder.ts';
import { CredentialSource } from '../credential/credential-check.ts';
import { registrarsPlace } from '../credential/keeper.ts';
import { isSanction } from './license-standing.ts';
import { placeSharedWith } from './shared-place.ts';
import { BoardStatus, inRecordedOrder, LicenseStanding } from './standing.ts';
import { issuesOf, type StandingReport } from './standing-report.ts';
import { type LockedLicense, writeStanding } from './write-standing.ts';
import { clinicsOf } from '../verification/clinics-of.ts';

type Recorded = Prisma.LicenseGetPayload<{ include: { renewals: true } }>;

const line = (what: string, longest: number) =>
  z.string().trim().min(1, `${what} is empty.`).max(longest, `${what} has at most ${longest} characters.`).nullish();

const RecordLicenseStandingInput = builder.inputType('RecordLicenseStandingInput', {
  description: 'What a licence is or was.',
  fields: (t) => ({
    licenseId: t.id({ required: true, description: 'The licence.' }),
    status: t.field({ type: BoardStatus, required: true, description: 'What it is or was.' }),
    effectiveFrom: t.field({ type: 'Date', required: true, description: 'The first day: not before it was given, at most a year ahead.' }),
    effectiveTo: t.field({ type: 'Date', description: 'The last day; left out for what has no end.' }),
    source: t.field({ type: CredentialSource, description: 'Where it was looked up; left out for what was only heard of.' }),
    reference: t.string({ description: 'Where to read it again: an address or a docket number, at most 300 characters.' }),
    note: t.string({
      description: 'What colleagues should know, at most 500 characters. Whoever reads the register sees it: nothing of a patient.',
    }),
  }),
  validate: z.object({ reference: line('The reference', 300), note: line('The note', 500) }).loose(),
});

builder.mutationField('recordLicenseStanding', (t) =>
  t.field({
    description:
      'Records what a licence is or was. It may become stricter at once, also for days gone by; a sanction is taken back only on its board’s word, with a reference. What was known before stays on record.',
    type: LicenseStanding,
    authScopes: { may: 'license:record' },
    args: { input: t.arg({ type: RecordLicenseStandingInput, required: true, description: 'What it is or was.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'licenseStanding' }, async (tx) => {
        const id = fromId('license', args.input.licenseId);
        const seen = await tx.license.findUnique({ where: { id } });
        const place = seen && (await placeOf(tx, ctx, seen.practitionerId));
        if (!place) throw new NotFound();
        ctx.requireStepUp();
        await tx.$queryRawUnsafe('select 1 from license where id = $1::uuid for update', id);
        const license = await tx.license.findUniqueOrThrow({ where: { id }, include: { standings: inRecordedOrder, renewals: true } });
        const { status, effectiveFrom, effectiveTo, source, reference, note } = args.input;
        const report = {
          status,
          effectiveFrom,
          effectiveTo: effectiveTo ?? null,
          source: source ?? null,
          reference: reference?.trim() ?? null,
        };
        const issues = [
          ...issuesOf(report, license, ctx.now()),
          ...(status === 'ACTIVE' ? confirmedByAnother(license, ctx.actor.sub) : []),
        ];
        if (issues.length > 0) throw new InvalidInput(issues);
        return record(tx, ctx, license, report, { note: note?.trim() ?? null, place });
      }),
  }),
);

/** Where it is told: a place that the caller shares with the person, or the caller's own where they have just registered somebody. */
async function placeOf(tx: Tx, ctx: Context, practitionerId: string): Promise<string | null> {
  const shared = await placeSharedWith(tx, ctx, practitionerId, 'license:record');
  if (shared !== null) return shared;
  const practitioner = await tx.practitioner.findUnique({ where: { id: practitionerId } });
  return practitioner && registrarsPlace(tx, ctx, practitioner);
}

/** Whoever brought a licence or its last term onto the record does not confirm it, nor does its holder. */
function confirmedByAnother({ practitionerId, recordedBy, renewals }: Recorded, sub: string): InputIssue[] {
  const last = renewals.toSorted((one, other) => other.recordedAt.getTime() - one.recordedAt.getTime())[0];
  const own = sub === toId('practitioner', practitionerId);
  if (!own && recordedBy !== sub && last?.recordedBy !== sub) return [];
  return [{ path: 'input.status', message: 'Somebody else than its holder, and than who recorded it, says that it is good.' }];
}

/** Writes the standing, the look at its source, and what the licence is today from now on. */
async function record(
  tx: Tx,
  ctx: Context,
  license: LockedLicense,
  report: StandingReport,
  { note, place }: { readonly note: string | null; readonly place: string },
) {
  const standing = await writeStanding(tx, ctx, license, report, { note, verifiedAt: report.source === 'STATE_BOARD' ? ctx.now() : null });
  if (report.source !== null) {
    // Without reading it back: who records a licence need not be one who reads credentials.
    await tx.credentialCheck.createMany({
      data: {
        ...{ id: ctx.newId(), practitionerId: license.practitionerId, licenseId: license.id },
        ...{ source: report.source, at: ctx.now(), result: resultOf(report), note },
      },
    });
  }
  // It holds for every clinic where they work: each is told, and at which of them it was recorded.
  for (const tenantId of await clinicsOf(tx, license.practitionerId, ctx.now(), place)) {
    await audit(tx, ctx, {
      ...{ action: 'license.standing-recorded', tenantId, subjectKind: 'license', subjectId: license.id },
      detail: { standingId: standing.id, was: license.status, ...pick(report), at: place },
    });
  }
  return standing;
}

const pick = ({ status, effectiveFrom, effectiveTo, source }: StandingReport) => ({ status, effectiveFrom, effectiveTo, source });

/** What a look at a source has found, as checks say it. */
function resultOf({ status }: StandingReport): string {
  if (status === 'ACTIVE') return 'CONFIRMED';
  if (status === 'UNVERIFIED') return 'NOT_FOUND';
  return isSanction(status) ? 'DISCIPLINE' : 'MISMATCH';
}
