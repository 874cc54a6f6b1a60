import { InvalidInput } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import type { Moves } from '#kernel/states.ts';
import type { CallPass, GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx, Tx } from '../builder.ts';
import { lockForCall } from './call-rows.ts';
import { videoProvider } from './video-provider.ts';

/** What can happen to a participant next. `SIGN` is that they were still there. Coming back without having gone is possible: a drop that nobody told of. */
export const callMoves: Moves<'NEVER' | 'JOINED' | 'REJOINED' | 'LEFT' | 'DROPPED' | 'SIGN'> = {
  NEVER: ['JOINED'],
  JOINED: ['SIGN', 'LEFT', 'DROPPED', 'REJOINED'],
  REJOINED: ['SIGN', 'LEFT', 'DROPPED', 'REJOINED'],
  LEFT: ['REJOINED'],
  DROPPED: ['REJOINED'],
  SIGN: [],
};

/** Something told of a call: by whom, in which exam, and where they stood before. */
export interface Told {
  readonly pass: CallPass;
  readonly exam: GoodFaithExam;
  /** What was told of them last; `NEVER` before they joined. */
  readonly state: string;
  /** The last moment at which they are known to have been there. */
  readonly lastAt: Date | null;
}

/** The pass a token was made for, by id; null for any other text. */
export async function passIdOf(ctx: Pick<Ctx, 'secretFor'>, token: string): Promise<string | null> {
  const publicId = await videoProvider(ctx).passOf(token);
  return publicId === null ? null : tryId('callPass', publicId);
}

/** Whose call this is told of, with their own telling kept to this transaction. Throws for a token that was not given to the caller. */
export async function told(tx: Tx, ctx: Pick<Ctx, 'actor' | 'now'>, passId: string | null): Promise<Told> {
  const own = { issuedTo: ctx.actor.sub, clinicId: { in: [...ctx.actor.places('call:join')] } };
  const pass = passId === null ? null : await tx.callPass.findFirst({ where: { id: passId, ...own } });
  if (pass === null) throw new InvalidInput([{ path: 'input.token', message: 'is no token that you were given' }]);
  const { examId, part, person } = pass;
  const exam = await lockForCall(tx, ctx, examId);
  // What two clients of one person tell at once comes one after the other.
  await tx.$queryRawUnsafe(
    `select pg_advisory_xact_lock(hashtextextended('call:' || $1 || ':' || $2 || ':' || $3, 0))::text`,
    examId,
    part,
    person,
  );
  const event = await tx.callEvent.findFirst({ where: { examId, part, person }, orderBy: [{ recordedAt: 'desc' }, { id: 'desc' }] });
  const sample = await tx.callSample.findFirst({ where: { examId, part, person }, orderBy: [{ at: 'desc' }, { id: 'desc' }] });
  const lastAt = [event?.at, sample?.at].filter((at) => at !== undefined).toSorted((a, b) => b.getTime() - a.getTime())[0];
  return { pass, exam, state: event?.kind ?? 'NEVER', lastAt: lastAt ?? null };
}
