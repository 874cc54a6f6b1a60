import { toId } from '#kernel/ids.ts';
import type { ClinicPharmacyAccount } from '#prisma/generated/pharmacies/client.ts';
import { builder } from '../builder.ts';

/** An account, for gates elsewhere. */
export const AccountFacts = builder.objectRef<ClinicPharmacyAccount>('ClinicPharmacyAccountFacts').implement({
  description: 'How a clinic’s account with a pharmacy stands, for the other subgraphs.',
  authScopes: { may: 'supply-facts:read' },
  fields: (t) => ({
    clinicId: t.id({ resolve: (row) => toId('clinic', row.clinicId), description: 'The clinic.' }),
    status: t.exposeString('status', { description: 'Only APPROVED is filled for.' }),
    reasonCode: t.exposeString('reasonCode', { nullable: true, description: 'The code of why it stands so.' }),
  }),
});
