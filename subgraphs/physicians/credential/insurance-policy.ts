import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Context } from '../builder.ts';
import { dayIn, statusOn } from '../lapse.ts';
import { credentialsSeenBy } from './keeper.ts';

/** What a policy insures against. */
export const PolicyKind = builder.enumType('PolicyKind', {
  description: 'What an insurance policy is for.',
  values: {
    PROFESSIONAL: { description: 'Malpractice.' },
    GENERAL: { description: 'General liability.' },
    PRODUCT: { description: 'Product liability.' },
    CYBER: { description: 'Data breach and attack.' },
  },
});

/** Which claims a policy answers for. */
export const PolicyBasis = builder.enumType('PolicyBasis', {
  description: 'Which claims an insurance policy answers for.',
  values: {
    CLAIMS_MADE: { description: 'Those made in its term: what ends needs a tail, or prior acts in the next one.' },
    OCCURRENCE: { description: 'Those about what happened in its term, whenever they are made.' },
  },
});

/** Whether a policy covers anything. */
export const PolicyStatus = builder.enumType('PolicyStatus', {
  description: 'What an insurance policy counts as today.',
  values: {
    ACTIVE: { description: 'It covers.' },
    CANCELLED: { description: 'It was ended early.' },
    UNVERIFIED: { description: 'The insurer has not confirmed it, or no longer does.' },
    UPCOMING: { description: 'Its first day is ahead: it covers nothing yet.' },
    EXPIRED: { description: 'Its last day is over.' },
  },
});

/** The status to show: a policy past its last day is EXPIRED and one before its first is UPCOMING, whatever the row says. */
export function shownPolicyStatus(
  policy: { readonly status: string; readonly effectiveFrom: Date; readonly expiresOn: Date },
  now: Date,
): typeof PolicyStatus.$inferType {
  if (policy.status === 'ACTIVE' && dayIn(policy.effectiveFrom) > dayIn(now)) return 'UPCOMING';
  const record = { status: policy.status, lastDay: policy.expiresOn };
  return statusOn(record, { good: ['ACTIVE', 'UNVERIFIED'], ended: 'EXPIRED' }, now) as typeof PolicyStatus.$inferType;
}

/** An insurance policy of a practitioner. */
export const InsurancePolicy = builder.prismaObject('InsurancePolicy', {
  description: 'An insurance policy that covers a practitioner’s work.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'credential:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: async ({ id }: { id: string }, ctx: Context) => {
          const uuid = tryId('insurancePolicy', id);
          return uuid === null ? null : ctx.load('insurancePolicy', uuid, { practitioner: await credentialsSeenBy(ctx) });
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (policy) => toId('insurancePolicy', policy.id), description: 'The policy’s id.' }),
    kind: t.field({ type: PolicyKind, resolve: (policy) => policy.kind as typeof PolicyKind.$inferType, description: 'What it is for.' }),
    carrier: t.exposeString('carrier', { description: 'The insurer.' }),
    policyNumber: t.exposeString('policyNumber', { description: 'Its number at the insurer.' }),
    status: t.field({
      type: PolicyStatus,
      resolve: (policy, _args, ctx) => shownPolicyStatus(policy, ctx.now()),
      description: 'What it counts as today.',
    }),
    perClaimLimit: t.exposeInt('perClaimLimit', { description: 'The most it pays for one claim, in whole US dollars.' }),
    aggregateLimit: t.exposeInt('aggregateLimit', { description: 'The most it pays in one term, in whole US dollars.' }),
    coversCompounding: t.exposeBoolean('coversCompounding', { description: 'Whether compounded drugs are covered.' }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'Date', description: 'The first day it covers.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day it covers.' }),
    basis: t.field({
      type: PolicyBasis,
      nullable: true,
      resolve: (policy) => policy.basis as typeof PolicyBasis.$inferType | null,
      description: 'Which claims it answers for; empty where nobody recorded it.',
    }),
    retroactiveOn: t.expose('retroactiveOn', {
      type: 'Date',
      nullable: true,
      description:
        'Of a claims-made policy: what was done before this day is not covered. Empty for full prior acts, or where there is none.',
    }),
    tailUntil: t.expose('tailUntil', {
      type: 'Date',
      nullable: true,
      description: 'Of a claims-made policy that ended: the last day on which claims of its term are taken. No work is covered by it.',
    }),
    certificateSha256: t.exposeString('certificateSha256', {
      nullable: true,
      description: 'SHA-256 of the certificate of insurance, in hex; empty where nobody recorded it.',
    }),
    cancelledOn: t.expose('cancelledOn', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which it covers nothing, of one that was ended early.',
    }),
    cancellationReason: t.exposeString('cancellationReason', { nullable: true, description: 'Why it was ended early.' }),
    practitioner: t.relation('practitioner', { description: 'Whose work it covers.' }),
  }),
});
