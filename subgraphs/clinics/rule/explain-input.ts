import { z } from 'zod';
import { builder, graph } from '../builder.ts';

const service = z.string().max(100, 'A service is a code of the clinic’s list.').nullish();

const PlannedExam = builder.inputType('PlannedExam', {
  description: 'An exam that somebody thinks of booking. What is left out is unknown.',
  fields: (t) => ({
    patientState: t.field({ type: graph.UsState, description: 'Where the patient will be.' }),
    service: t.string({ description: 'Code of the service.' }),
    modality: t.field({ type: graph.Modality, description: 'How it is to be held.' }),
    examinerId: t.id({ description: 'Who is to hold it.' }),
    startsAt: t.field({ type: 'DateTime', description: 'When. Licences must be good then too.' }),
  }),
  validate: z.object({ service }).loose(),
});

const PlannedOrder = builder.inputType('PlannedOrder', {
  description: 'An order that somebody thinks of signing, for a patient who is not named. What is left out is unknown.',
  fields: (t) => ({
    patientState: t.field({ type: graph.UsState, description: 'Where the patient is, lives and was examined.' }),
    service: t.string({ description: 'Code of the service.' }),
    prescriberId: t.id({ description: 'Who is to sign.' }),
    examinerId: t.id({ description: 'Who held the exam.' }),
    modality: t.field({ type: graph.Modality, description: 'How the exam was held.' }),
    protocolVersionId: t.id({ description: 'Under which protocol.' }),
    formularyItemId: t.id({ description: 'What is to be compounded, and by whom.' }),
    examCompletedOn: t.field({ type: 'Date', description: 'When the exam was completed.' }),
    clinicalDifference: t.string({ description: 'Why the patient needs the compound where a commercial drug exists; none when left out.' }),
  }),
  validate: z
    .object({ service, clinicalDifference: z.string().max(2_000, 'The statement has at most 2,000 characters.').nullish() })
    .loose(),
});

const PlannedRouting = builder.inputType('PlannedRouting', {
  description: 'An order that somebody thinks of sending to a pharmacy. What is left out is unknown.',
  fields: (t) => ({
    shipToState: t.field({ type: graph.UsState, description: 'Where it is to go.' }),
    formularyItemId: t.id({ description: 'What is to be compounded, and by whom.' }),
  }),
});

const PlannedDelegation = builder.inputType('PlannedDelegation', {
  description: 'An act that a physician thinks of delegating at this clinic. What is left out is unknown.',
  fields: (t) => ({
    service: t.string({ description: 'Code of the service.' }),
    delegateId: t.id({ description: 'Who is to do it.' }),
    delegatorId: t.id({ description: 'The physician who answers for it.' }),
  }),
  validate: z.object({ service }).loose(),
});

/** Exactly one of four. */
export const ExplainInput = builder.inputType('ExplainInput', {
  description: 'What somebody thinks of doing: exactly one of these. No patient is named in it.',
  isOneOf: true,
  fields: (t) => ({
    exam: t.field({ type: PlannedExam, description: 'Booking an exam.' }),
    order: t.field({ type: PlannedOrder, description: 'Signing an order.' }),
    routing: t.field({ type: PlannedRouting, description: 'Sending an order to a pharmacy.' }),
    delegation: t.field({ type: PlannedDelegation, description: 'Delegating an act.' }),
  }),
});

/** A planned exam as it was asked about. */
export type ExamPlan = typeof PlannedExam.$inferInput;
/** A planned order. */
export type OrderPlan = typeof PlannedOrder.$inferInput;
/** A planned sending. */
export type RoutingPlan = typeof PlannedRouting.$inferInput;
/** A planned delegation. */
export type DelegationPlan = typeof PlannedDelegation.$inferInput;
