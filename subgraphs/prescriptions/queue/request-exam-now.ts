import { audit } from '#kernel/audit.ts';
import { Conflict, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { blockers } from '#rules/results.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { requirePass } from '../decided.ts';
import { examinersOf } from '../schedule/hours-of-clinic.ts';
import { GoodFaithExam } from '../exam/exam.ts';
import { decideAgreed, decideBooking, type ExamPlan, recordDecision } from '../exam/exam-gate.ts';
import { patientTold, lockPatient, requireIntake } from '../exam/exam-rows.ts';
import { examChanged } from '../exam/exam-updated.ts';
import { askGateFacts, type NeighbourFacts } from '../exam/gate-facts.ts';

const RequestExamNowInput = builder.inputType('RequestExamNowInput', {
  description: 'A patient who wants to be examined as soon as somebody is free.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    patientId: t.id({ required: true, description: 'The patient.' }),
    service: t.string({ required: true, description: 'Code of the service.' }),
    patientState: t.field({ type: graph.UsState, required: true, description: 'Where the patient is.' }),
    intakeId: t.id({ required: true, description: 'An intake of the patient for the service.' }),
    modality: t.field({ type: graph.Modality, required: true, description: 'How the exam is to be held.' }),
  }),
});

builder.mutationField('requestExamNow', (t) =>
  t.field({
    type: GoodFaithExam,
    description: 'Puts a patient into the queue. It is refused at once when no examiner of the clinic would be allowed to take the exam.',
    authScopes: { may: 'exam:book' },
    args: { input: t.arg({ type: RequestExamNowInput, required: true, description: 'The patient and what for.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const plan = {
        clinicId: fromId('clinic', args.input.clinicId),
        service: args.input.service,
        patientState: String(args.input.patientState),
        modality: args.input.modality,
        startsAt: ctx.now(),
      };
      const patientId = fromId('patient', args.input.patientId);
      const best = ctx.actor.places('exam:book').includes(plan.clinicId) ? await bestPlan(ctx, plan) : null;
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        if (best === null) throw new NotFound();
        if ((await tx.patient.count({ where: { id: patientId, clinicId: plan.clinicId } })) === 0) throw new NotFound();
        // For update: of two requests for one patient, the second sees the first.
        await lockPatient(tx, patientId, 'update');
        const { clinicId, service, patientState, modality } = plan;
        const waiting = await tx.goodFaithExam.count({ where: { patientId, service, status: { in: ['REQUESTED', 'HELD'] } } });
        if (waiting > 0) throw new Conflict('The patient already waits for an exam for this service.');
        const intake = await requireIntake(tx, ctx, args.input.intakeId, patientId, service);
        const decision = decideAgreed(best.plan, best.facts, await patientTold(tx, patientId), ctx.now());
        requirePass(decision);
        const exam = { id: ctx.newId(), clinicId, patientId };
        const row = await tx.goodFaithExam.create({
          data: {
            ...exam,
            service,
            patientState,
            modality,
            status: 'REQUESTED',
            intakeId: intake.id,
            requestedAt: ctx.now(),
            requestedBy: ctx.actor.sub,
          },
        });
        await recordDecision(tx, ctx, exam, 'REQUEST', decision);
        await audit(tx, ctx, {
          action: 'exam.requested',
          tenantId: clinicId,
          subjectKind: 'exam',
          subjectId: exam.id,
          patientId,
          detail: { service },
        });
        await examChanged(tx, ctx, exam.id);
        return row;
      });
    },
  }),
);

/** The plan with the examiner whom the fewest rules stand against: the queue is open when it is open for one. Without any examiner, the rules are asked about nobody, which blocks. */
export async function bestPlan(ctx: Ctx, plan: Omit<ExamPlan, 'examinerId'>): Promise<{ plan: ExamPlan; facts: NeighbourFacts }> {
  const examiners = await examinersOf(ctx.db, plan.clinicId, plan.service, plan.patientState);
  const facts = await askGateFacts(ctx, examiners, [plan.clinicId]);
  const nobody = { ...plan, examinerId: '' };
  const plans = examiners.map((examinerId) => ({ ...plan, examinerId }));
  const against = new Map(plans.map((one) => [one, blockers(decideBooking(one, facts, ctx.now()).results).length]));
  const [best] = plans.toSorted((a, b) => (against.get(a) ?? 0) - (against.get(b) ?? 0));
  return { plan: best ?? nobody, facts };
}
