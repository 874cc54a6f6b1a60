import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '#prisma/generated/prescriptions/client.ts';
import { toFederated } from '#kernel/builder.ts';
import type { SubgraphDefinition } from '#kernel/subgraph.ts';
import { builder, type Tx } from './builder.ts';
import './references.ts';
import './own-refusals.ts';
// Patients
import './patient/patient.ts';
import './patient/patients.ts';
import './patient/register-patient.ts';
import './patient/amend-patient.ts';
import './intake/questionnaire.ts';
import './intake/intake.ts';
import './intake/submit-intake.ts';
import './consent/consent.ts';
import './consent/give-consent.ts';
import './slot/exam-slots.ts';
import './slot/slot-hold.ts';
import './slot/hold-slot.ts';
// Orders

/** The clinical side: the only place with charts. */
export const prescriptions: SubgraphDefinition<Tx> = {
  name: 'prescriptions',
  ...toFederated(builder),
  createClient: (adapter: PrismaPg) => new PrismaClient({ adapter }),
  recordModels: ['patient', 'intake', 'consent', 'slotHold', 'goodFaithExam', 'finding', 'examDecision'],
};
