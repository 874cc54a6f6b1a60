import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';

/** A further term of a licence. Terms are only ever added, so which one was known at a moment can be read at any later one. */
export const LicenseRenewal = builder.prismaObject('LicenseRenewal', {
  description: 'A further term of a licence, as somebody learned of it at some moment. Never changed once recorded.',
  authScopes: { may: 'practitioner:read' },
  fields: (t) => ({
    id: t.id({ resolve: (renewal) => toId('licenseRenewal', renewal.id), description: 'The renewal’s id.' }),
    formerLastDay: t.expose('formerLastDay', { type: 'Date', description: 'What its last day was on record until then.' }),
    startsOn: t.expose('startsOn', { type: 'Date', description: 'The first day of the new term.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day of the new term.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it became known here.' }),
  }),
});
