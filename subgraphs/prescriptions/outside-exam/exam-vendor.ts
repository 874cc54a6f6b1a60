import { NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import type { Moves } from '#kernel/states.ts';
import type { ExamVendor as ExamVendorRow } from '#prisma/generated/prescriptions/client.ts';
import type { OutsideProvenance } from '#rules/facts.ts';
import { builder, type Ctx } from '../builder.ts';
import { Clinic, clinicOf } from '../references.ts';
import { vendorSecret } from './vendor-secret.ts';

/** Where a vendor stands. A suspended one reports nothing and carries nothing; an ended one never comes back. */
export const vendorStatuses = ['ACTIVE', 'SUSPENDED', 'ENDED'] as const;

/** Every move of a vendor. */
export const vendorMoves: Moves<(typeof vendorStatuses)[number]> = {
  ACTIVE: ['SUSPENDED', 'ENDED'],
  SUSPENDED: ['ACTIVE', 'ENDED'],
  ENDED: [],
};

const ExamVendorStatus = builder.enumType('ExamVendorStatus', {
  description: 'Where a vendor stands. A suspended one reports nothing and its reports are not confirmed; an ended one never comes back.',
  values: vendorStatuses,
});

/** How an exam held elsewhere comes to count, as vendors and rules name it. */
export const OutsideExamProvenance = builder.enumType('OutsideExamProvenance', {
  description: 'How the result of an exam held elsewhere came here.',
  values: {
    EXTERNAL_VERIFIED: { description: 'A registered vendor reported it and signed the report.' },
    EXTERNAL_ATTESTED: {
      description: 'It came on paper, in a file or from a vendor, and counts once a clinician of the clinic attests it.',
    },
  } as const satisfies Record<OutsideProvenance, object>,
});

const seen = { may: ['patient:read', 'exam-vendor:arrange'] } as const;

/** Who holds exams elsewhere for a clinic and reports them. */
export const ExamVendor = builder.prismaObject('ExamVendor', {
  description: 'Somebody who holds exams elsewhere for one clinic and reports their results, signed.',
  authScopes: seen,
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('examVendor', row.id), description: 'Id of the vendor.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      resolve: (row) => clinicOf(row.clinicId),
      description: 'For which clinic it reports.',
    }),
    services: t.exposeStringList('services', { description: 'Codes of the services it may report.' }),
    provenance: t.field({
      type: OutsideExamProvenance,
      resolve: (row) => row.provenance as OutsideProvenance,
      description: 'What its reports count as.',
    }),
    status: t.field({ type: ExamVendorStatus, resolve: (row) => row.status as 'ACTIVE', description: 'Where it stands.' }),
    statusSince: t.expose('statusSince', { type: 'DateTime', description: 'Since when.' }),
    registeredAt: t.expose('registeredAt', { type: 'DateTime', description: 'When it was registered.' }),
    mapping: t.field({
      type: 'JSON',
      nullable: true,
      authScopes: { may: 'exam-vendor:arrange' },
      resolve: (row, _args, ctx) => (ctx.actor.places('exam-vendor:arrange').includes(row.clinicId) ? row.mapping : null),
      description: 'Where in its reports our fields stand: for those who arrange vendors.',
    }),
  }),
});

/** A vendor with the secret it was just given. Derived from the row, so that a retry under the same Idempotency-Key shows the same. */
export const ExamVendorSecret = builder.objectRef<ExamVendorRow>('ExamVendorSecret').implement({
  description: 'A vendor with the secret it was just given. It is shown here and nowhere else: hand it over, and do not keep it.',
  authScopes: { may: 'exam-vendor:arrange' },
  fields: (t) => ({
    vendor: t.field({ type: ExamVendor, resolve: (row) => row, description: 'The vendor.' }),
    secret: t.string({
      resolve: (row, _args, ctx) => vendorSecret(ctx, row),
      description: 'What it signs its reports with (Standard Webhooks): `whsec_` and base64.',
    }),
    path: t.string({
      resolve: (row) => `/webhooks/exams?vendor=${toId('examVendor', row.id)}`,
      description: 'Where it sends them: a path at the gateway’s address, by POST.',
    }),
  }),
});

/** The vendor if the caller arranges vendors at its clinic; throws NotFound otherwise. */
export async function arrangedVendor(tx: Pick<Ctx['db'], 'examVendor'>, ctx: Pick<Ctx, 'actor'>, id: string): Promise<ExamVendorRow> {
  const where = { id: fromId('examVendor', id), clinicId: { in: [...ctx.actor.places('exam-vendor:arrange')] } };
  const vendor = await tx.examVendor.findFirst({ where });
  if (vendor === null) throw new NotFound();
  return vendor;
}

builder.queryField('examVendors', (t) =>
  t.prismaConnection({
    type: 'ExamVendor',
    cursor: 'id',
    description: 'Who holds exams elsewhere for a clinic and reports them, ended ones included, newest first.',
    authScopes: seen,
    args: { clinicId: t.arg.id({ required: true, description: 'The clinic.' }) },
    resolve: (query, _root, args, ctx) => {
      const clinicId = fromId('clinic', args.clinicId);
      const places = [...ctx.actor.places('patient:read'), ...ctx.actor.places('exam-vendor:arrange')];
      if (!places.includes(clinicId)) throw new NotFound();
      return ctx.db.examVendor.findMany({ ...query, where: { clinicId }, orderBy: { id: 'desc' } });
    },
  }),
);
