import { NotFound } from '#kernel/errors.ts';
import { readEnv } from '#kernel/env.ts';
import { toId } from '#kernel/ids.ts';
import type { CallEvent, CallSample, GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import type { LiveContactFacts } from '#rules/call-facts.ts';
import type { Ctx, Tx } from '../builder.ts';
import { type CallMark, contactFact } from './presence.ts';
import { asItStands } from '../queue/claim-standing.ts';
import type { CallPart } from './video-provider.ts';

/** An exam in whose call the caller may have a part, kept as it is until the transaction ends. Gates lock in the order patient, exam. */
export async function lockForCall(tx: Tx, ctx: Pick<Ctx, 'actor' | 'now'>, id: string): Promise<GoodFaithExam> {
  const where = { id, clinicId: { in: [...ctx.actor.places('call:join')] } };
  const seen = await tx.goodFaithExam.findFirst({ where });
  if (seen === null) throw new NotFound();
  await tx.$queryRawUnsafe(`select id::text from patient where id = $1::uuid for share`, seen.patientId);
  await tx.$queryRawUnsafe(`select id::text from good_faith_exam where id = $1::uuid for share`, id);
  const exam = await tx.goodFaithExam.findFirst({ where });
  if (exam === null) throw new NotFound();
  return asItStands(exam, ctx.now());
}

/** Everything known of who was in a call, in the order in which it happened. */
export async function marksOf(
  db: Tx,
  exam: Pick<GoodFaithExam, 'id' | 'modality'>,
): Promise<{ marks: CallMark[]; events: CallEvent[]; samples: CallSample[] }> {
  const [events, samples] = await Promise.all([
    db.callEvent.findMany({ where: { examId: exam.id }, orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }] }),
    db.callSample.findMany({ where: { examId: exam.id }, orderBy: [{ at: 'asc' }, { id: 'asc' }] }),
  ]);
  const marks = [...events, ...samples.filter((sample) => isSign(sample, exam.modality)).map((sample) => ({ ...sample, kind: 'SIGN' }))]
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || a.id.localeCompare(b.id))
    .map(({ part, person, kind, at }): CallMark => ({ part: part as CallPart, person, kind: kind as CallMark['kind'], at }));
  return { marks, events, samples };
}

/** Whether a moment of a call was one of the exam's kind: a video exam without a picture is not held by video at that moment. */
function isSign(sample: Pick<CallSample, 'connection' | 'audio' | 'video'>, modality: string): boolean {
  return sample.connection !== 'LOST' && sample.audio && (sample.video || modality !== 'SYNC_VIDEO');
}

/**
 * What the rule on live contact is told of an exam. Nothing, and it is not asked: nobody was ever given leave to join its call, and this
 * deployment does not require that live exams are held in its own.
 */
export async function liveContactOf(tx: Tx, exam: GoodFaithExam, now: Date): Promise<Pick<LiveContactFacts, 'liveContact'>> {
  const begun = (await tx.callPass.count({ where: { examId: exam.id, part: { in: ['PATIENT', 'EXAMINER'] } } })) > 0;
  if (!begun && !readEnv().video.required) return {};
  // What is told of a call after its exam was completed is no part of what was completed.
  const marks = (await marksOf(tx, exam)).marks.filter(({ at }) => at <= now);
  return { liveContact: contactFact(marks, exam.examinerId === null ? '' : toId('practitioner', exam.examinerId), now) };
}
