import { RuleBlocked } from '#kernel/errors.ts';
import { evaluateBooking } from '#rules/exam-booking.ts';
import type { ExamBookingFacts, Modality } from '#rules/facts.ts';
import { failed, isBlocked, notKnown, passed, type RuleResult } from '#rules/results.ts';
import { packVersion } from '#rules/version.ts';
import type { Ctx, Tx } from '../builder.ts';
import type { ClinicFact, GateFacts } from './gate-facts.ts';

/** The exam that is to be held, as far as a gate looks at it. */
export interface ExamPlan {
  readonly clinicId: string;
  readonly service: string;
  readonly patientState: string;
  readonly modality: string;
  readonly startsAt: Date;
  readonly examinerId: string;
}

/** What a gate was told and what it answered. */
export interface Decision {
  readonly facts: object;
  readonly results: readonly RuleResult[];
}

/** The facts of the booking rules for one plan. */
export function bookingFacts(plan: ExamPlan, facts: GateFacts): ExamBookingFacts {
  const clinic = facts.clinics.get(plan.clinicId);
  return {
    patientState: plan.patientState,
    modality: plan.modality as Modality,
    service: plan.service,
    startsAt: plan.startsAt.toISOString(),
    examiner: facts.practitioners.get(plan.examinerId) ?? null,
    attestations: clinic?.attestations ?? null,
    entityName: clinic?.entityName ?? null,
  };
}

/** Asks the booking rules, and whether the clinic offers the service this way. */
export function decideBooking(plan: ExamPlan, facts: GateFacts, now: Date): Decision {
  const told = bookingFacts(plan, facts);
  return { facts: told, results: [...offered(plan, facts.clinics.get(plan.clinicId)), ...evaluateBooking(told, now.toISOString())] };
}

/** Whether the clinic offers the service, and examines for it this way. */
export function offered(plan: Pick<ExamPlan, 'service' | 'modality'>, clinic: ClinicFact | undefined): RuleResult[] {
  if (clinic === undefined)
    return [notKnown('service.offered', 'It is not known what the clinic offers', 'Try again; if it lasts, check the clinic record.')];
  const service = clinic.services.find((one) => one.code === plan.service);
  if (service === undefined)
    return [failed('service.offered', 'The clinic does not offer this service', 'Choose a service of the clinic.')];
  if (!service.modalities.includes(plan.modality)) {
    return [
      failed(
        'service.modality',
        `The clinic does not examine for this service as ${plan.modality}`,
        `Choose one of ${service.modalities.join(', ')}.`,
      ),
    ];
  }
  return [passed('service.offered', 'The clinic offers the service, examined this way')];
}

/** Throws RuleBlocked with everything that was asked, passes included, when anything stands in the way. */
export function requirePass(decision: Decision): void {
  if (isBlocked(decision.results)) throw new RuleBlocked(decision.results);
}

/** Keeps a decision with the exam it let pass. */
export async function recordDecision(
  tx: Tx,
  ctx: Pick<Ctx, 'newId' | 'now'>,
  exam: { readonly id: string; readonly clinicId: string; readonly patientId: string },
  gate: 'BOOK' | 'REQUEST' | 'RESCHEDULE' | 'CLAIM' | 'START' | 'COMPLETE',
  decision: Decision,
): Promise<void> {
  // createMany, since a plain create reads the row back, and a front desk may write decisions but not read them.
  await tx.examDecision.createMany({
    data: [
      {
        id: ctx.newId(),
        clinicId: exam.clinicId,
        patientId: exam.patientId,
        examId: exam.id,
        gate,
        at: ctx.now(),
        facts: plain(decision.facts),
        results: plain(decision.results),
        packVersion,
      },
    ],
  });
}

// Facts hold no functions or dates, but undefined where a neighbour left something out: JSON has no such thing.
function plain(value: object): object {
  return JSON.parse(JSON.stringify(value));
}
