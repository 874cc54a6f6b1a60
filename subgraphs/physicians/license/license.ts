import { toId, tryId } from '#kernel/ids.ts';
import { builder, graph, type Context } from '../builder.ts';
import { numberWarning } from './license-number.ts';
import { LicenseRenewal } from './license-renewal.ts';
import { type licenseStatuses, shownLicenseStatus } from './license-status.ts';
import { inRecordedOrder } from './standing.ts';

/** Licences are a public register, so whoever may look up a practitioner sees them all. */
export const LicenseStatus = builder.enumType('LicenseStatus', {
  description: 'What a licence counts as today.',
  values: {
    ACTIVE: { description: 'Good, unrestricted, and checked at its board within 30 days.' },
    RESTRICTED: { description: 'The board has limited it.' },
    SUSPENDED: { description: 'The board has suspended it.' },
    REVOKED: { description: 'The board has revoked it.' },
    EXPIRED: { description: 'Its last day is over.' },
    UNVERIFIED: { description: 'It was never confirmed at its board.' },
    STALE: { description: 'It was last confirmed more than 30 days ago, so whether it is good today is unknown.' },
  } satisfies Record<(typeof licenseStatuses)[number], object>,
});

/** What a state gives out. */
export const LicenseType = builder.enumType('LicenseType', {
  description: 'What kind of permission it is.',
  values: {
    PHYSICIAN: { description: 'To practise medicine (MD or DO).' },
    NURSE_PRACTITIONER: { description: 'To practise as an advanced practice registered nurse.' },
    PHYSICIAN_ASSISTANT: { description: 'To practise as a physician assistant or associate.' },
    REGISTERED_NURSE: { description: 'To practise as a registered nurse.' },
    TELEHEALTH_REGISTRATION: { description: 'To see this state’s patients by telehealth only.' },
  },
});

/** A state licence. */
export const License = builder.prismaObject('License', {
  description: 'A state’s permission to practise.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'practitioner:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Context) => {
          const uuid = tryId('license', id);
          return uuid === null ? null : ctx.load('license', uuid);
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (license) => toId('license', license.id), description: 'The licence’s id.' }),
    state: t.field({ type: graph.UsState, resolve: (license) => license.state, description: 'The state that gave it.' }),
    number: t.exposeString('number', { description: 'Its number at the board.' }),
    numberWarning: t.string({
      nullable: true,
      select: { practitioner: { select: { credential: true } } },
      resolve: ({ state, type, number, practitioner }) => numberWarning({ state, kind: type, credential: practitioner.credential, number }),
      description: 'What to look at twice in the number: it is unusual in its state, as far as anybody wrote down. Empty when nothing is.',
    }),
    type: t.field({
      type: LicenseType,
      resolve: (license) => license.type as typeof LicenseType.$inferType,
      description: 'What it permits.',
    }),
    status: t.field({
      type: LicenseStatus,
      select: { standings: inRecordedOrder },
      resolve: (license, _args, ctx) => shownLicenseStatus(license, ctx.now()),
      description: 'What it counts as today.',
    }),
    verifiedAt: t.expose('verifiedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last checked at its board; empty when never.',
    }),
    issuedOn: t.expose('issuedOn', { type: 'Date', description: 'The day it was given.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day it is good.' }),
    standings: t.relation('standings', {
      query: inRecordedOrder,
      description: 'Everything that was recorded of it, in the order of recording: what was known at a moment is what stands before it.',
    }),
    renewals: t.field({
      type: [LicenseRenewal],
      select: { renewals: { orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }] } },
      resolve: ({ renewals }) => renewals,
      description: 'Every further term that was recorded of it, in the order of recording.',
    }),
    practitioner: t.relation('practitioner', { description: 'Who holds it.' }),
  }),
});
