import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId, tryId } from '#kernel/ids.ts';
import { failed } from '#rules/results.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { requirePass } from '../decided.ts';
import { noteAppointment } from '../notice/note-appointment.ts';
import { settingsOf } from '../schedule/settings-of.ts';
import { requireShown, ShownTimeInput } from '../schedule/shown-time.ts';
import { sittingAt } from '../schedule/slots.ts';
import { reserve, settle, takenBetween } from '../slot/claims.ts';
import { obstacles, type SlotObstacle, type TimeWanted } from '../slot/obstacles.ts';
import { SlotTaken } from '../slot/slot-taken.ts';
import { GoodFaithExam } from './exam.ts';
import { decideAgreed, recordDecision } from './exam-gate.ts';
import { patientTold, lockPatient, requireIntake } from './exam-rows.ts';
import { examChanged } from './exam-updated.ts';
import { askGateFacts, type NeighbourFacts } from './gate-facts.ts';
import { requirePatientFree } from './patient-time.ts';

const SqueezeInExamInput = builder.inputType('SqueezeInExamInput', {
  description: 'A patient who is to be examined at a time that is no slot.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    patientId: t.id({ required: true, description: 'The patient.' }),
    intakeId: t.id({ required: true, description: 'An intake of the patient for the service.' }),
    service: t.string({ required: true, description: 'Code of the service.' }),
    patientState: t.field({ type: graph.UsState, required: true, description: 'Where the patient will be during the exam.' }),
    examinerId: t.id({ required: true, description: 'Who is to hold it: the caller, or for a director anybody of the clinic’s panel.' }),
    startsAt: t.field({ type: 'DateTime', required: true, description: 'When it is to begin; as long as the clinic’s settings say.' }),
    modality: t.field({ type: graph.Modality, required: true, description: 'How it is to be held.' }),
    shownAs: t.field({ type: ShownTimeInput, description: 'The time as it was shown to the caller.' }),
    reason: t.string({ required: true, description: 'Why, in words: 10 to 500 characters. Only whoever opens the chart reads it.' }),
  }),
  validate: z.looseObject({
    reason: z.string().trim().min(10, 'Say why, in 10 characters or more.').max(500, 'A reason has at most 500 characters.'),
  }),
});

builder.mutationField('squeezeInExam', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'Books an exam where no slot is: outside hours, between slots, too soon, or within what is kept clear. Never over another exam, the examiner’s or the patient’s, and with licence, consent, panel and rules asked as of every booking. By the examiner for themselves, or by a medical director.',
    authScopes: { may: 'exam:squeeze' },
    args: { input: t.arg({ type: SqueezeInExamInput, required: true, description: 'The time, the patient and the reason.' }) },
    errors: { types: [SlotTaken] },
    resolve: async (_root, args, ctx, info) => {
      const { service, startsAt, modality, reason } = args.input;
      const plan = {
        ...{ clinicId: fromId('clinic', args.input.clinicId), examinerId: fromId('practitioner', args.input.examinerId) },
        ...{ service, startsAt, modality, patientState: String(args.input.patientState) },
      };
      const patientId = fromId('patient', args.input.patientId);
      const mine = ctx.actor.places('exam:squeeze').includes(plan.clinicId);
      const facts = mine ? await askGateFacts(ctx, [plan.examinerId], [plan.clinicId]) : null;
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        if (facts === null) throw new NotFound();
        if ((await tx.patient.count({ where: { id: patientId, clinicId: plan.clinicId } })) === 0) throw new NotFound();
        if (startsAt <= ctx.now()) throw new InvalidInput([{ path: 'input.startsAt', message: 'lies in the past' }]);
        requireShown(startsAt, args.input.shownAs);
        const own = requireMaySqueeze(ctx, plan);
        await lockPatient(tx, patientId, 'no key update');
        const intake = await requireIntake(tx, ctx, args.input.intakeId, patientId, service);
        const decision = decideAgreed(plan, facts, await patientTold(tx, patientId), ctx.now());
        requirePass(decision);
        const { endsAt, overrode } = await overridden(tx, ctx, plan, facts, own);
        await requirePatientFree(tx, { patientId, startsAt, endsAt });
        const exam = { id: ctx.newId(), clinicId: plan.clinicId, patientId };
        const hold = { id: ctx.newId(), expiresAt: new Date(ctx.now().getTime() + 60_000), heldAt: ctx.now(), heldBy: ctx.actor.sub };
        // createMany, since whoever examines writes the hold of their own exam and reads none.
        await tx.slotHold.createMany({ data: [{ ...plan, ...hold, patientId, endsAt }] });
        const row = await tx.goodFaithExam.create({
          data: {
            ...{ ...plan, ...exam, endsAt, status: 'BOOKED', intakeId: intake.id, holdId: hold.id },
            ...{ requestedAt: ctx.now(), requestedBy: ctx.actor.sub },
          },
        });
        const squeezed = { reason: reason.trim(), overrode, squeezedAt: ctx.now(), squeezedBy: ctx.actor.sub };
        const { id: examId, clinicId } = exam;
        await tx.examSqueezeIn.create({ data: { id: ctx.newId(), clinicId, patientId, examId, holdId: hold.id, ...squeezed } });
        await recordDecision(tx, ctx, exam, 'BOOK', decision);
        await audit(tx, ctx, {
          ...{ action: 'exam.squeezed-in', tenantId: clinicId, subjectKind: 'exam', subjectId: examId, patientId },
          detail: { examiner: plan.examinerId, startsAt: startsAt.toISOString(), overrode },
        });
        await examChanged(tx, ctx, examId);
        await noteAppointment(tx, ctx, row, 'BOOKED');
        // Last: the calendar stays locked from here to the commit.
        const wanted = { ownerId: hold.id, examinerId: plan.examinerId, startsAt, endsAt, expiresAt: hold.expiresAt };
        if (!(await reserve(tx, wanted, ctx)) || !(await settle(tx, hold.id, ctx.now()))) throw new SlotTaken(plan, facts);
        return row;
      });
    },
  }),
);

/** Whether it is the caller's own time. Throws RuleBlocked for somebody else's, unless the caller is a director there. */
function requireMaySqueeze(ctx: Ctx, plan: { readonly clinicId: string; readonly examinerId: string }): boolean {
  const own = tryId('practitioner', ctx.actor.sub) === plan.examinerId;
  if (own || ctx.actor.places('exam:decide').includes(plan.clinicId)) return own;
  const remedy = 'Name yourself, or ask a medical director of the clinic.';
  throw new RuleBlocked([failed('exam.squeezeIn', 'An examiner squeezes exams into their own time alone', remedy)]);
}

/** Until when it lasts, and what is overridden. Throws for another exam, for what is never overridden, and when nothing is to be. */
async function overridden(
  tx: Tx,
  ctx: Ctx,
  plan: Omit<TimeWanted, 'endsAt'>,
  facts: NeighbourFacts,
  own: boolean,
): Promise<{ readonly endsAt: Date; readonly overrode: SlotObstacle[] }> {
  const { rule } = await settingsOf(tx, plan.clinicId, plan.service);
  const sitting = sittingAt(plan.startsAt.getTime(), rule);
  const endsAt = new Date(sitting.to);
  const taken = await takenBetween(tx, [plan.examinerId], plan.startsAt, endsAt, ctx.now());
  if (taken.some((exam) => exam.from < sitting.to && sitting.from < exam.to)) throw new SlotTaken(plan, facts);
  const overrode = await obstacles(tx, { ...plan, endsAt }, { sitting, rule, now: ctx.now(), taken });
  if (overrode.includes('NOT_ON_PANEL')) {
    const remedy = 'Have the examiner put on the panel with setExaminerPanel, or name one who is on it.';
    throw new RuleBlocked([failed('exam.panel', 'The clinic does not ask this examiner to take the service for patients there', remedy)]);
  }
  if (overrode.includes('TIME_OFF') && !own) {
    const remedy = 'Ask the examiner to squeeze it in themselves, or name another.';
    throw new RuleBlocked([failed('exam.timeOff', 'Nobody else squeezes an exam into an examiner’s time off', remedy)]);
  }
  if (overrode.length === 0)
    throw new InvalidInput([{ path: 'input.startsAt', message: 'is an ordinary free slot: hold it with holdSlot and book it' }]);
  return { endsAt, overrode };
}
