import { PAGE_SIZE } from '#kernel/builder.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import type {
  AccountAnswer as AnswerRow,
  AccountEvent as EventRow,
  AccountRequirement as RequirementRow,
} from '#prisma/generated/pharmacies/client.ts';
import { builder, type Ctx } from '../builder.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';
import { Clinic, clinicOf } from '../references.ts';
import { accountReasons, accountStatuses } from './account-moves.ts';

export const AccountStatusEnum = builder.enumType('AccountStatus', {
  description: 'How a clinic’s account with a pharmacy stands. Only what is APPROVED is filled for.',
  values: accountStatuses,
});

export const AccountReasonEnum = builder.enumType('AccountReason', {
  description: 'Why an account does not stand.',
  values: accountReasons,
});

/** A pharmacy sees the accounts with it, a clinic its own. */
export function visibleTo(ctx: Ctx) {
  const places = [...ctx.actor.places('account:read')];
  return { OR: [{ pharmacyId: { in: places } }, { clinicId: { in: places } }] };
}

const Requirement = builder.objectRef<RequirementRow>('AccountRequirement').implement({
  description: 'What a pharmacy asks a clinic for before it opens an account.',
  authScopes: { may: 'pharmacy:read' },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'How it is answered, for example CLINIC_LICENSE.' }),
    text: t.exposeString('text', { description: 'What is asked for.' }),
    required: t.exposeBoolean('required', { description: 'Whether an application without it is refused.' }),
  }),
});

const Answer = builder.objectRef<AnswerRow>('AccountAnswer').implement({
  description: 'What a clinic answered to a requirement.',
  authScopes: { may: 'account:read' },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The requirement’s code.' }),
    answer: t.exposeString('answer', { description: 'The answer.' }),
    answeredAt: t.expose('answeredAt', { type: 'DateTime', description: 'When.' }),
  }),
});

const Step = builder.objectRef<EventRow>('AccountStep').implement({
  description: 'What an account became, and why.',
  authScopes: { may: 'account:read' },
  fields: (t) => ({
    status: t.field({ type: AccountStatusEnum, resolve: (row) => row.status as 'APPLIED', description: 'What it became.' }),
    reasonCode: t.field({
      type: AccountReasonEnum,
      nullable: true,
      resolve: (row) => row.reasonCode as 'OTHER' | null,
      description: 'Why, as a code.',
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, in words.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

export const ClinicPharmacyAccount = builder.prismaObject('ClinicPharmacyAccount', {
  description: 'Whether a pharmacy fills for a clinic, and why not. For both of them.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'account:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Ctx) => {
          const uuid = tryId('clinicPharmacyAccount', id);
          return uuid === null ? null : ctx.load('clinicPharmacyAccount', uuid, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('clinicPharmacyAccount', row.id), description: 'Its id.' }),
    pharmacy: t.relation('pharmacy', { description: 'The pharmacy.' }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      select: { clinicId: true },
      resolve: (row) => clinicOf(row.clinicId),
      description: 'The clinic.',
    }),
    status: t.field({ type: AccountStatusEnum, resolve: (row) => row.status as 'APPLIED', description: 'How it stands.' }),
    reasonCode: t.field({
      type: AccountReasonEnum,
      nullable: true,
      resolve: (row) => row.reasonCode as 'OTHER' | null,
      description: 'Why it stands so, as a code; empty while it is applied for or approved.',
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'The same in the pharmacy’s words.' }),
    responsiblePhysicianId: t.id({
      nullable: true,
      resolve: (row) => (row.responsiblePhysicianId === null ? null : toId('practitioner', row.responsiblePhysicianId)),
      description: 'The physician who answers for what the clinic orders.',
    }),
    appliedAt: t.expose('appliedAt', { type: 'DateTime', nullable: true, description: 'When the clinic last applied.' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When the pharmacy last decided.' }),
    answers: t.field({
      type: [Answer],
      select: { answers: { orderBy: [{ answeredAt: 'asc' }, { id: 'asc' }] } },
      resolve: (row) => [...new Map(row.answers.map((one) => [one.code, one])).values()],
      description: 'What the clinic answered, each requirement’s last answer.',
    }),
    steps: t.field({
      type: [Step],
      select: { events: { orderBy: [{ at: 'asc' }, { id: 'asc' }] } },
      resolve: (row) => row.events,
      description: 'What it has been, the first step first.',
    }),
  }),
});

builder.prismaObjectFields(Pharmacy, (t) => ({
  accountRequirements: t.field({
    type: [Requirement],
    authScopes: { may: 'pharmacy:read' },
    resolve: ({ id }, _args, ctx) =>
      ctx.db.accountRequirement.findMany({ where: { pharmacyId: id, endedAt: null }, orderBy: { code: 'asc' } }),
    description: 'What it asks a clinic for before it opens an account.',
  }),
  accounts: t.prismaConnection({
    description: 'The clinics’ accounts with it, the last decided first. For its own people; a clinic sees its own.',
    type: ClinicPharmacyAccount,
    cursor: 'id',
    defaultSize: PAGE_SIZE.default,
    maxSize: PAGE_SIZE.max,
    authScopes: { may: 'account:read' },
    args: { status: t.arg({ type: [AccountStatusEnum], description: 'Only those that stand so.' }) },
    resolve: (query, { id }, { status }, ctx) =>
      ctx.db.clinicPharmacyAccount.findMany({
        ...query,
        where: { AND: [visibleTo(ctx), { pharmacyId: id }, status ? { status: { in: status } } : {}] },
        orderBy: { id: 'desc' },
      }),
  }),
}));

builder.queryField('clinicAccounts', (t) =>
  t.field({
    type: [ClinicPharmacyAccount],
    description: 'A clinic’s accounts with pharmacies, and why one does not stand.',
    authScopes: { may: 'account:read' },
    args: { clinicId: t.arg.id({ required: true, description: 'The clinic.' }) },
    resolve: (_root, { clinicId }, ctx) => {
      const id = fromId('clinic', clinicId);
      if (!ctx.actor.places('account:read').includes(id)) throw new NotFound();
      return ctx.db.clinicPharmacyAccount.findMany({ where: { AND: [visibleTo(ctx), { clinicId: id }] }, orderBy: { id: 'asc' } });
    },
  }),
);
