import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Context } from '../builder.ts';
import { statusOn } from '../lapse.ts';
import { credentialsVisibleTo } from './credentials.ts';

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

/** Whether a policy covers anything. */
export const PolicyStatus = builder.enumType('PolicyStatus', {
  description: 'What an insurance policy counts as today.',
  values: {
    ACTIVE: { description: 'It covers.' },
    CANCELLED: { description: 'It was ended early.' },
    UNVERIFIED: { description: 'No certificate of insurance was confirmed with the carrier.' },
    EXPIRED: { description: 'Its last day is over.' },
  },
});

/** The status to show: a policy past its last day is EXPIRED, whatever the row says. */
export function shownPolicyStatus(
  policy: { readonly status: string; readonly expiresOn: Date },
  now: Date,
): typeof PolicyStatus.$inferType {
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
        resolveReference: ({ id }: { id: string }, ctx: Context) => {
          const uuid = tryId('insurancePolicy', id);
          return uuid === null ? null : ctx.load('insurancePolicy', uuid, { practitioner: credentialsVisibleTo(ctx) });
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
    practitioner: t.relation('practitioner', { description: 'Whose work it covers.' }),
  }),
});
