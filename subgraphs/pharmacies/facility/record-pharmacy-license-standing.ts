import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/pharmacies/client.ts';
import { addMonths } from '#rules/dates.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';
import { covers, inRecordedOrder, isSanction, severityOf } from './license-history.ts';
import { LicensingSource, PharmacyLicenseStanding, PharmacyLicenseStatus } from './pharmacy-license-standing.ts';
import { lineOrNone } from './plain-text.ts';
import { LONGEST_TERM_MONTHS } from './record-pharmacy-license.ts';
import { holdStanding } from './standing-lock.ts';

const Input = builder.inputType('RecordPharmacyLicenseStandingInput', {
  description: 'What a pharmacy’s licence is or was.',
  fields: (t) => ({
    licenseId: t.id({ required: true, description: 'The licence.' }),
    status: t.field({ type: PharmacyLicenseStatus, required: true, description: 'What it is or was.' }),
    effectiveFrom: t.field({ type: 'Date', required: true, description: 'The first day, at most a year ahead.' }),
    effectiveTo: t.field({ type: 'Date', description: 'The last day; left out for what has no end.' }),
    expiresOn: t.field({ type: 'Date', description: 'The last day of a new term, when it was renewed.' }),
    source: t.field({ type: LicensingSource, description: 'Where it was looked up; left out for what was only heard of.' }),
    reference: t.string({ description: 'Where to read it again: an address or a docket number, at most 300 characters.' }),
    note: t.string({
      description: 'What colleagues should know, at most 500 characters. Whoever reads the register sees it: nothing of a patient.',
    }),
  }),
  validate: z.object({ reference: lineOrNone('The reference', 300), note: lineOrNone('The note', 500) }).loose(),
});

type Told = typeof Input.$inferInput;
type License = Prisma.PharmacyLicenseGetPayload<{ include: { standings: true } }>;

/** Everything that speaks against believing a report. */
function issuesOf(told: Told, license: License, sub: string, now: Date): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (field: keyof Told, message: string) => issues.push({ path: `input.${field}`, message });
  const today = dayOf(now);
  const { status, effectiveFrom, effectiveTo, expiresOn, source, reference } = told;
  if (effectiveFrom > addMonths(today, 12)) add('effectiveFrom', `At most a year ahead, which is ${addMonths(today, 12)}.`);
  if (effectiveTo != null && effectiveTo < effectiveFrom) add('effectiveTo', 'The last day is not before the first.');
  if (expiresOn != null) {
    if (status !== 'ACTIVE') add('expiresOn', 'Only a licence that is good is renewed.');
    if (expiresOn < effectiveFrom) add('expiresOn', 'A term does not end before it begins.');
    if (expiresOn > addMonths(today, LONGEST_TERM_MONTHS)) add('expiresOn', 'No licence is given for more than ten years.');
  }
  if (status === 'ACTIVE' && source == null) add('source', 'Only who gave a licence can say that it is good: say where it was looked up.');
  if (status === 'ACTIVE' && license.recordedBy === sub) add('status', 'Somebody else than who recorded it says that it is good.');
  if (isSanction(status) && source == null)
    add('source', 'Say where this was looked up. What was only heard of is UNVERIFIED, which stops the same work.');
  const last = license.standings.findLast((one) => covers(one, effectiveFrom < today ? effectiveFrom : today))?.status ?? license.status;
  const takesBack = [last, license.status].some((was) => isSanction(was) && severityOf(was) > severityOf(status));
  if (takesBack && (source == null || reference == null)) add('reference', 'This takes a sanction back: say where the order can be read.');
  return issues;
}

async function record(tx: Tx, ctx: Ctx, license: License, told: Told) {
  const now = ctx.now();
  const last = license.standings.at(-1);
  // History has one direction: a clock that was set back must not write under what was known.
  if (last && last.recordedAt > now) throw new Conflict('Something was recorded of this licence at a later moment than now.');
  const { status, effectiveTo, source, reference, note } = told;
  const expiresOn = told.expiresOn == null ? null : storedDay(told.expiresOn);
  const standing = await tx.pharmacyLicenseStanding.create({
    data: {
      ...{ id: ctx.newId(), licenseId: license.id, pharmacyId: license.pharmacyId, status },
      ...{ effectiveFrom: storedDay(told.effectiveFrom), effectiveTo: effectiveTo == null ? null : storedDay(effectiveTo), expiresOn },
      ...{
        recordedAt: now,
        recordedBy: ctx.actor.sub,
        source: source ?? null,
        reference: reference?.trim() ?? null,
        note: note?.trim() ?? null,
      },
    },
  });
  await tx.pharmacyLicense.updateMany({
    where: { id: license.id },
    data: {
      ...(covers(standing, dayOf(now)) && { status, ...(source != null && { verifiedAt: now }) }),
      ...(expiresOn !== null && { expiresOn }),
    },
  });
  await audit(tx, ctx, {
    ...{
      action: 'pharmacy-license.standing-recorded',
      tenantId: license.pharmacyId,
      subjectKind: 'pharmacyLicense',
      subjectId: license.id,
    },
    detail: {
      standingId: standing.id,
      was: license.status,
      status,
      effectiveFrom: told.effectiveFrom,
      expiresOn: told.expiresOn ?? null,
      source: source ?? null,
    },
  });
  return standing;
}

builder.mutationField('recordPharmacyLicenseStanding', (t) =>
  t.field({
    description:
      'Records what a pharmacy’s licence is or was, also for days gone by. A sanction is taken back only with the place where its order can be read. What was known before stays on record.',
    type: PharmacyLicenseStanding,
    authScopes: { may: 'facility:keep' },
    args: { input: t.arg({ type: Input, required: true, description: 'What it is or was.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'pharmacyLicenseStanding' }, async (tx) => {
        const id = fromId('pharmacyLicense', args.input.licenseId);
        const own = await tx.pharmacyLicense.findFirst({ where: { id, pharmacyId: { in: [...ctx.actor.places('facility:keep')] } } });
        if (own === null) throw new NotFound();
        ctx.requireStepUp();
        await holdStanding(tx, own.pharmacyId);
        await tx.$queryRawUnsafe('select 1 from pharmacy_license where id = $1::uuid for update', id);
        const license = await tx.pharmacyLicense.findUniqueOrThrow({ where: { id }, include: { standings: inRecordedOrder } });
        const issues = issuesOf(args.input, license, ctx.actor.sub, ctx.now());
        if (issues.length > 0) throw new InvalidInput(issues);
        return record(tx, ctx, license, args.input);
      }),
  }),
);
