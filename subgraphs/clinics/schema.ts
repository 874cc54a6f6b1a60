import type { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '#prisma/generated/clinics/client.ts';
import { toFederated } from '#kernel/builder.ts';
import type { SubgraphDefinition } from '#kernel/subgraph.ts';
import { tenancyDeliveries } from '#kernel/tenancy-hand-off.ts';
import { builder, type Tx } from './builder.ts';
import { deliverReminder, remind, REMINDER_TOPIC } from './expirable/reminders.ts';
import { deliverLapse, LAPSE_TOPIC, noteLapses } from './lapse/note-lapses.ts';
import { readTenancy } from './facts/tenancy.ts';
import './references.ts';
import './viewer.ts';
import './clinic/clinic.ts';
import './clinic/service-offering.ts';
import './clinic/facility-license.ts';
import './clinic/device.ts';
import './clinic/open-clinic.ts';
import './clinic/offer-service.ts';
import './clinic/withdraw-service.ts';
import './clinic/record-facility-license.ts';
import './clinic/record-facility-license-status.ts';
import './clinic/register-device.ts';
import './clinic/retire-device.ts';
import './clinic/record-clinic-phone.ts';
import './professional-entity.ts';
import './attestation/attestation.ts';
import './attestation/attest-rule.ts';
import './attestation/revoke-attestation.ts';
import './rule/rule.ts';
import './rule/rule-changes.ts';
import './rule/rule-coverage.ts';
import './rule/explain.ts';
import './mso/mso.ts';
import './mso/management-agreement.ts';
import './readiness/readiness.ts';
import './expirable/expirables.ts';
import './lapse/lapse.ts';
import './facts/clinic-facts.ts';
import './member/invite-member.ts';
import './member/accept-invitation.ts';
import './member/register-program.ts';
import './member/withdraw-invitation.ts';
import './member/end-membership.ts';

/** The business side: who belongs where, and what each clinic may offer today. */
export const clinics: SubgraphDefinition<Tx> = {
  name: 'clinics',
  ...toFederated(builder),
  createClient: (adapter: PrismaPg) => new PrismaClient({ adapter }),
  // No patient is known here.
  recordModels: [],
  readTenancy,
  deliveries: { ...tenancyDeliveries, [REMINDER_TOPIC]: deliverReminder, [LAPSE_TOPIC]: deliverLapse },
  tasks: { remind, 'note-lapses': noteLapses },
  schedules: { remind: '41 * * * *', 'note-lapses': '* * * * *' },
};
