import type { FacilityLicense as FacilityLicenseRow } from '#prisma/generated/clinics/client.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import type { Reference } from '../references.ts';

/** A site's licence; reached through what expires. */
export const FacilityLicense = builder.prismaObject('FacilityLicense', {
  description: 'A licence or certificate of a clinic’s site.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'expirable:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: (reference: Reference, ctx: Ctx): Promise<FacilityLicenseRow | null> | null => {
          const id = tryId('facilityLicense', reference.id);
          return id === null
            ? null
            : ctx.load<FacilityLicenseRow>('facilityLicense', id, { clinicId: { in: [...ctx.actor.places('expirable:read')] } });
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (license) => toId('facilityLicense', license.id), description: 'Id of the licence.' }),
    kind: t.exposeString('kind', { description: 'What it is, for example CLIA_WAIVER.' }),
    number: t.exposeString('number', { description: 'Its number.' }),
    status: t.exposeString('status', { description: 'ACTIVE, SUSPENDED or REVOKED. That it expired is in `expiresOn`.' }),
    statusSince: t.field({
      type: 'Date',
      nullable: true,
      resolve: (license) => license.statusSince,
      description: 'From which day the status is what it is, by the authority’s word; null while it is as recorded.',
    }),
    expiresOn: t.field({ type: 'Date', resolve: (license) => license.expiresOn, description: 'Last day on which it is good.' }),
    clinic: t.relation('clinic', { description: 'The site.' }),
  }),
});
