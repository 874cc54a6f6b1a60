import { audit } from '#kernel/audit.ts';
import { Unavailable } from '#kernel/errors.ts';
import { isBlocked } from '#rules/results.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import type { Decided } from '../decided.ts';
import { QueueEmpty } from '../own-refusals.ts';
import { GoodFaithExam } from './exam.ts';
import { decideBooking, recordDecision } from './exam-gate.ts';
import { moveExam } from './exam-rows.ts';
import { examChanged } from './exam-updated.ts';
import { askGateFacts } from './gate-facts.ts';

/** What waits, as far as it decides who may take it: every exam of one kind is allowed or none is. */
interface Kind {
  readonly clinicId: string;
  readonly service: string;
  readonly patientState: string;
  readonly modality: string;
}

builder.mutationField('claimNextExam', (t) =>
  t.field({
    type: GoodFaithExam,
    description: 'Gives an examiner the exam that has waited longest of those they may take. Nobody else gets the same one.',
    authScopes: { may: 'exam:conduct' },
    errors: { types: [QueueEmpty] },
    resolve: async (_root, args, ctx, info) => {
      const examinerId = actingPractitioner(ctx);
      const allowed = await allowedKinds(ctx, examinerId);
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        // Thrown here and not where it was noticed: a retry of a claim that was made is answered before it comes to this.
        if (allowed === null) throw new Unavailable();
        const id = await oldestOf(
          tx,
          allowed.map(([kind]) => kind),
        );
        if (id === null) throw new QueueEmpty();
        const exam = await tx.goodFaithExam.findUniqueOrThrow({ where: { id } });
        const claimed = await moveExam(tx, exam, 'HELD', { examinerId, claimedAt: ctx.now() });
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
  const kinds = await ctx.db.goodFaithExam.findMany({
    where: { status: 'REQUESTED', clinicId: { in: [...ctx.actor.places('exam:conduct')] } },
    distinct: ['clinicId', 'service', 'patientState', 'modality'],
    select: { clinicId: true, service: true, patientState: true, modality: true },
  });
  if (kinds.length === 0) return [];
  const facts = await askGateFacts(ctx, [examinerId], [...new Set(kinds.map((kind) => kind.clinicId))]);
  if (!facts.answered) return null;
  return kinds
    .map((kind): [Kind, Decided] => [kind, decideBooking({ ...kind, examinerId, startsAt: ctx.now() }, facts, ctx.now())])
    .filter(([, decision]) => !isBlocked(decision.results));
}

/** The oldest waiting exam of these kinds that no other examiner is taking at this moment, locked. */
async function oldestOf(tx: Tx, kinds: readonly Kind[]): Promise<string | null> {
  if (kinds.length === 0) return null;
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `select id::text from good_faith_exam
     where status = 'REQUESTED'
       and (clinic_id, service, patient_state, modality) in (select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]))
     order by requested_at, id limit 1 for update skip locked`,
    kinds.map((kind) => kind.clinicId),
    kinds.map((kind) => kind.service),
    kinds.map((kind) => kind.patientState),
    kinds.map((kind) => kind.modality),
  );
  return rows[0]?.id ?? null;
}

function keyOf(kind: Kind): string {
  return [kind.clinicId, kind.service, kind.patientState, kind.modality].join('/');
}
