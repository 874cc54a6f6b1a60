import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { statusOn } from '../lapse.ts';

/** Whether a certification stands. */
export const CertificationStatus = builder.enumType('CertificationStatus', {
  description: 'What a board certification counts as today.',
  values: {
    ACTIVE: { description: 'Its board confirmed it.' },
    SUSPENDED: { description: 'Its board has acted against it.' },
    UNVERIFIED: { description: 'Its board has not confirmed it, or no longer does.' },
    EXPIRED: { description: 'Its last day is over.' },
  },
});

/** The status to show: a certification past its last day is EXPIRED, whatever the row says. */
export function shownCertificationStatus(
  certification: { readonly status: string; readonly expiresOn: Date | null },
  now: Date,
): typeof CertificationStatus.$inferType {
  const record = { status: certification.status, lastDay: certification.expiresOn };
  return statusOn(record, { good: ['ACTIVE', 'UNVERIFIED'], ended: 'EXPIRED' }, now) as typeof CertificationStatus.$inferType;
}

/** A certificate is not a licence: it permits nothing, though some states ask for one of a director. */
export const BoardCertification = builder.prismaObject('BoardCertification', {
  description: 'A specialty board’s certification of a practitioner. It is no licence, and permits nothing.',
  authScopes: { may: 'credential:read' },
  fields: (t) => ({
    id: t.id({ resolve: (certification) => toId('boardCertification', certification.id), description: 'The certification’s id.' }),
    board: t.exposeString('board', { description: 'The board that certified.' }),
    specialty: t.exposeString('specialty', { description: 'The specialty certified.' }),
    status: t.field({
      type: CertificationStatus,
      resolve: (certification, _args, ctx) => shownCertificationStatus(certification, ctx.now()),
      description: 'What it counts as today.',
    }),
    certifiedOn: t.expose('certifiedOn', { type: 'Date', description: 'The first day of the certification.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', nullable: true, description: 'The last day; empty for a certification without end.' }),
  }),
});
