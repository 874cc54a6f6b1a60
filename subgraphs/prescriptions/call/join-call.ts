import { audit } from '#kernel/audit.ts';
import { Forbidden, IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import type { GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import { callOpen, callParticipant } from '#rules/call.ts';
import type { Modality } from '#rules/facts.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { type Decided, decideAt, keptAs, requirePass } from '../decided.ts';
import { loadExam } from '../exam/exam.ts';
import { agreedFacts } from '../exam/exam-gate.ts';
import { patientTold } from '../exam/exam-rows.ts';
import { askGateFacts, type NeighbourFacts } from '../exam/gate-facts.ts';
import { CallPartEnum, CallPass, PASS_MINUTES } from './call-pass.ts';
import { lockForCall } from './call-rows.ts';
import { type CallPart, videoProvider } from './video-provider.ts';

const JoinCallInput = builder.inputType('JoinCallInput', {
  description: 'Whose call, and as what.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam.' }),
    as: t.field({
      type: CallPartEnum,
      required: true,
      description:
        'EXAMINER for the exam’s own examiner. PATIENT for a front desk that lets the clinic’s patient in. OBSERVER for staff whom the examiner has invited.',
    }),
  }),
});

builder.mutationField('joinCall', (t) =>
  t.field({
    type: CallPass,
    description:
      'Leave to join the call of a live exam, from 15 minutes before it until 30 minutes after its end. Asks again whether this examiner may hold the exam where the patient is.',
    authScopes: { may: 'call:join' },
    args: { input: t.arg({ type: JoinCallInput, required: true, description: 'The exam, and as what.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const examId = fromId('exam', args.input.examId);
      const part = args.input.as;
      const seen = await loadExam(ctx, examId);
      const facts = seen?.examinerId == null ? null : await askGateFacts(ctx, [seen.examinerId], [seen.clinicId]);
      return ctx.write({ info, args, answer: 'callPass' }, async (tx) => {
        const exam = await lockForCall(tx, ctx, examId);
        if (part === 'PATIENT' && !ctx.actor.places('exam:book').includes(exam.clinicId)) throw new Forbidden('exam:book');
        if (!['HELD', 'BOOKED', 'IN_PROGRESS'].includes(exam.status)) throw new IllegalTransition(exam.status, 'IN_PROGRESS');
        if (facts === null) throw new NotFound();
        const at = ctx.now();
        const decision = await mayBeHeld(tx, exam, facts, at);
        const own = await mayJoin(tx, ctx, exam, part, at);
        requirePass({ ...decision, results: [...own, ...decision.results] });
        const { id, clinicId, patientId } = exam;
        await tx.examDecision.createMany({
          // Kept for those who make the exam; an observer decides nothing and may write no decision.
          data: part === 'OBSERVER' ? [] : [{ id: ctx.newId(), clinicId, patientId, examId: id, gate: 'JOIN', ...keptAs(decision) }],
        });
        const pass = await tx.callPass.create({
          data: {
            ...{ id: ctx.newId(), clinicId, patientId, examId: id, part },
            person: part === 'PATIENT' ? toId('patient', patientId) : ctx.actor.sub,
            provider: videoProvider(ctx).name,
            issuedTo: ctx.actor.sub,
            issuedAt: at,
            expiresAt: new Date(at.getTime() + PASS_MINUTES * 60_000),
          },
        });
        const subject = { tenantId: clinicId, subjectKind: 'exam', subjectId: id, patientId } as const;
        await audit(tx, ctx, { action: 'call.pass-given', ...subject, detail: { part, pass: pass.id } });
        return pass;
      });
    },
  }),
);

/** The gate of the start, now. Whether the service is open at its clinic is asked until the exam begins; one under way is brought to its end. */
async function mayBeHeld(tx: Tx, exam: GoodFaithExam, facts: NeighbourFacts, at: Date): Promise<Decided> {
  const plan = { ...exam, examinerId: exam.examinerId ?? '', startsAt: at };
  const { legs, ...agreed } = agreedFacts(plan, facts, await patientTold(tx, exam.patientId), at);
  return decideAt({ gate: 'exam-start', ...agreed, ...(exam.status === 'IN_PROGRESS' ? {} : { legs }) }, at);
}

async function mayJoin(tx: Tx, ctx: Pick<Ctx, 'actor'>, exam: GoodFaithExam, part: CallPart, at: Date) {
  const isInvited = (await tx.callInvitation.count({ where: { examId: exam.id, person: ctx.actor.sub } })) > 0;
  const isExaminer = exam.examinerId !== null && toId('practitioner', exam.examinerId) === ctx.actor.sub;
  return [callParticipant({ part, isExaminer, isInvited }), ...callOpen({ ...exam, modality: exam.modality as Modality }, at)];
}
