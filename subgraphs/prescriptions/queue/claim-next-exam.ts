import { audit } from '#kernel/audit.ts';
import { Unavailable } from '#kernel/errors.ts';
import { isBlocked } from '#rules/results.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder, type Ctx } from '../builder.ts';
import type { Decided } from '../decided.ts';
import { GoodFaithExam } from '../exam/exam.ts';
import { decideBooking, recordDecision } from '../exam/exam-gate.ts';
import { moveExam } from '../exam/exam-rows.ts';
import { examChanged } from '../exam/exam-updated.ts';
import { askGateFacts } from '../exam/gate-facts.ts';
import { QueueEmpty } from '../own-refusals.ts';
import { putBack } from './claim-return.ts';
import { type Kind, keyOf, kindsWaiting, takeOldest } from './lines.ts';

builder.mutationField('claimNextExam', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'Gives an examiner the exam that has waited longest of those they may take: where rules allow it, and the clinic’s panel asks them to. Nobody else gets the same one. Keep it with keepClaim until it begins.',
    authScopes: { may: 'exam:conduct' },
    errors: { types: [QueueEmpty] },
    resolve: async (_root, args, ctx, info) => {
      const examinerId = actingPractitioner(ctx);
      const allowed = await allowedKinds(ctx, examinerId);
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        // Thrown here and not where it was noticed: a retry of a claim that was made is answered before it comes to this.
        if (allowed === null) throw new Unavailable();
        const kinds = allowed.map(([kind]) => kind);
        const id = await takeOldest(tx, { examinerId, kinds, now: ctx.now() });
        if (id === null) throw new QueueEmpty();
        const found = await tx.goodFaithExam.findUniqueOrThrow({ where: { id } });
        // Whoever had it has gone silent: that stands in its history before the next claim does.
        const exam = found.status === 'HELD' ? await putBack(tx, ctx, found, 'SILENT') : found;
        const claimed = await moveExam(tx, exam, 'HELD', { examinerId, claimedAt: ctx.now(), claimKeptAt: ctx.now() });
        const decision = allowed.find(([kind]) => keyOf(kind) === keyOf(exam))?.[1];
        if (decision === undefined) throw new Error('An exam was claimed that no decision let pass.');
        await recordDecision(tx, ctx, exam, 'CLAIM', decision);
        const subject = { tenantId: exam.clinicId, subjectKind: 'exam', subjectId: exam.id, patientId: exam.patientId } as const;
        await audit(tx, ctx, { action: 'exam.claimed', ...subject, detail: { examiner: examinerId } });
        await examChanged(tx, ctx, exam.id);
        return claimed;
      });
    },
  }),
);

/** The kinds that wait and that this examiner may take now; null when that cannot be read, which is not an empty queue. */
async function allowedKinds(ctx: Ctx, examinerId: string): Promise<[Kind, Decided][] | null> {
  const kinds = await kindsWaiting(ctx.db, { examinerId, clinics: ctx.actor.places('exam:conduct'), now: ctx.now() });
  if (kinds.length === 0) return [];
  const facts = await askGateFacts(ctx, [examinerId], [...new Set(kinds.map((kind) => kind.clinicId))]);
  if (!facts.answered) return null;
  return kinds
    .map((kind): [Kind, Decided] => [kind, decideBooking({ ...kind, examinerId, startsAt: ctx.now() }, facts, ctx.now())])
    .filter(([, decision]) => !isBlocked(decision.results));
}
