import type { ClinicLegs } from '#rules/clinic-facts.ts';
import type { ExamAgreedFacts, ExamBookingFacts, Modality } from '#rules/facts.ts';
import { facilityFacts, oversightFacts } from '#rules/oversight-facts.ts';
import type { SlotFacts } from '#rules/slot-rules.ts';
import { keepReliance } from '../affected/keep-reliance.ts';
import type { Ctx, Tx } from '../builder.ts';
import { type Decided, decideAt, keptAs } from '../decided.ts';
import { attestedFacts } from '../neighbour/clinic.ts';
import { practitionerFact } from '../neighbour/practitioner.ts';
import type { NeighbourFacts, StandingClinic } from './gate-facts.ts';

/** The exam that is to be held, as far as a gate looks at it. */
export interface ExamPlan {
  readonly clinicId: string;
  readonly service: string;
  readonly patientState: string;
  readonly modality: string;
  readonly startsAt: Date;
  readonly examinerId: string;
}

/** What gates are told of the patient. */
export interface PatientTold {
  /** Kinds of consent in force. */
  readonly consents: readonly string[];
  /** Left out, nobody's age is asked. */
  readonly birthDate?: string;
}

/** The facts of the booking rules about a clinic and a patient's state, before it is known when, how and with whom. */
export function clinicSlotFacts(
  plan: Pick<ExamPlan, 'clinicId' | 'service' | 'patientState'>,
  facts: NeighbourFacts,
): Omit<SlotFacts, 'examiner'> {
  const clinic = facts.clinics.get(plan.clinicId);
  return {
    clinicServices: clinic?.services ?? null,
    patientState: plan.patientState,
    service: plan.service,
    ...attestedFacts(clinic),
    legs: legsOf(clinic),
  };
}

/** The same with the examiner as known at a moment. */
export function slotFacts(
  plan: Pick<ExamPlan, 'clinicId' | 'service' | 'patientState' | 'examinerId'>,
  facts: NeighbourFacts,
  at: Date,
): SlotFacts {
  return { ...clinicSlotFacts(plan, facts), examiner: practitionerFact(facts.practitioners.get(plan.examinerId), at) };
}

function legsOf(clinic: StandingClinic | undefined): ClinicLegs | null {
  if (clinic === undefined) return null;
  const { address, oversight, facilityLicenses } = clinic;
  return { state: address.state, ...oversightFacts(oversight), facilityLicences: facilityFacts(facilityLicenses) };
}

/** The facts of the booking rules for one plan. */
export function bookingFacts(plan: ExamPlan, facts: NeighbourFacts, at: Date): ExamBookingFacts {
  return { ...slotFacts(plan, facts, at), modality: plan.modality as Modality, startsAt: plan.startsAt.toISOString() };
}

/** The same, with the kinds of consent in force: from booking on the patient must have agreed. */
export function agreedFacts(plan: ExamPlan, facts: NeighbourFacts, told: PatientTold, at: Date): ExamAgreedFacts {
  return { ...bookingFacts(plan, facts, at), ...bornOn(told.birthDate), consents: told.consents };
}

/** May this exam be held: asked before the patient has agreed to anything. */
export function decideBooking(plan: ExamPlan, facts: NeighbourFacts, at: Date, birthDate?: string): Decided {
  return decideAt({ gate: 'exam-booking', ...bookingFacts(plan, facts, at), ...bornOn(birthDate) }, at);
}

// What is not asked is left out: in a decision that is kept, null would be an unknown.
function bornOn(birthDate: string | undefined): Pick<ExamBookingFacts, 'patientBirthDate'> {
  return birthDate === undefined ? {} : { patientBirthDate: birthDate };
}

/** May this exam be held, now that these kinds of consent are in force? */
export function decideAgreed(plan: ExamPlan, facts: NeighbourFacts, told: PatientTold, at: Date): Decided {
  return decideAt({ gate: 'exam-start', ...agreedFacts(plan, facts, told, at) }, at);
}

/** Keeps a decision with the exam it let pass, and which licences it stood on. */
export async function recordDecision(
  tx: Tx,
  ctx: Pick<Ctx, 'newId'>,
  exam: { readonly id: string; readonly clinicId: string; readonly patientId: string },
  gate: 'BOOK' | 'REQUEST' | 'RESCHEDULE' | 'CLAIM' | 'START' | 'COMPLETE' | 'DECIDE',
  decided: Decided,
): Promise<void> {
  const { id: examId, clinicId, patientId } = exam;
  // createMany, since a plain create reads the row back, and a front desk may write decisions but not read them.
  await tx.examDecision.createMany({ data: [{ id: ctx.newId(), clinicId, patientId, examId, gate, ...keptAs(decided) }] });
  await keepReliance(tx, ctx, { clinicId, kind: 'EXAM', subjectId: examId, gate }, decided);
}
