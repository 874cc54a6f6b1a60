import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, InvalidInput } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import { builder } from '../builder.ts';
import { examChanged } from '../exam/exam-updated.ts';
import { CallPartEnum } from './call-pass.ts';
import { callMoves, passIdOf, type Told, told } from './call-told.ts';
import type { CallPart } from './video-provider.ts';

const CallEventKind = builder.enumType('CallEventKind', {
  description: 'What happened: LEFT is on purpose, DROPPED is not.',
  values: ['JOINED', 'LEFT', 'DROPPED', 'REJOINED'] as const,
});

type Kind = typeof CallEventKind.$inferType;

/** That somebody came into a call or went out of it. */
export const CallEvent = builder.prismaObject('CallEvent', {
  description: 'That somebody came into the call of an exam, or went out of it.',
  authScopes: { may: 'exam:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('callEvent', row.id), description: 'Id of the event.' }),
    part: t.field({ type: CallPartEnum, resolve: (row) => row.part as CallPart, description: 'Who it was, by their part.' }),
    kind: t.field({ type: CallEventKind, resolve: (row) => row.kind as Kind, description: 'What happened.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it happened.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was told.' }),
  }),
});

const RecordCallEventInput = builder.inputType('RecordCallEventInput', {
  description: 'What happened to one participant of a call.',
  fields: (t) => ({
    token: t.string({ required: true, description: 'The token they joined with: it says who, and in which call.' }),
    kind: t.field({ type: CallEventKind, required: true, description: 'What happened.' }),
    at: t.field({
      type: 'DateTime',
      description:
        'When, for LEFT and DROPPED that are told later than they were. Left out, LEFT is now and DROPPED is the last moment of which anything is known.',
    }),
  }),
  validate: z.looseObject({ token: z.string().min(1, 'The token is missing.').max(4_000, 'Is no token.') }),
});

builder.mutationField('recordCallEvent', (t) =>
  t.field({
    type: CallEvent,
    description: 'Tells that a participant came into the call of an exam or went out of it. Only whoever was given the token tells.',
    authScopes: { may: 'call:join' },
    args: { input: t.arg({ type: RecordCallEventInput, required: true, description: 'Who, what and when.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { token, kind, at } = args.input;
      const passId = await passIdOf(ctx, token);
      return ctx.write({ info, args, answer: 'callEvent' }, async (tx) => {
        const now = ctx.now();
        const about = await told(tx, ctx, passId);
        requireMove(callMoves, about.state, kind);
        const happened = kind === 'JOINED' || kind === 'REJOINED' ? comesIn(about, at, now) : goesOut(about, kind, at, now);
        const { id: examId, clinicId, patientId } = about.exam;
        const { id: pass, part, person } = about.pass;
        const event = await tx.callEvent.create({
          data: {
            ...{ id: ctx.newId(), clinicId, patientId, examId, passId: pass, part, person, kind },
            ...{ at: happened, recordedAt: now, recordedBy: ctx.actor.sub },
          },
        });
        const subject = { tenantId: clinicId, subjectKind: 'exam', subjectId: examId, patientId } as const;
        await audit(tx, ctx, { action: `call.${kind.toLowerCase()}`, ...subject, detail: { part, pass } });
        await examChanged(tx, ctx, examId);
        return event;
      });
    },
  }),
);

/** When somebody came in: as it is told, since a moment of one's own choosing could make a call longer than it was. */
function comesIn({ pass, exam }: Told, at: Date | null | undefined, now: Date): Date {
  if (!['HELD', 'BOOKED', 'IN_PROGRESS'].includes(exam.status)) throw new IllegalTransition(exam.status, 'IN_PROGRESS');
  if (at != null) throw new InvalidInput([{ path: 'input.at', message: 'goes with LEFT and DROPPED: who comes in is told as they do' }]);
  if (pass.expiresAt <= now) throw new InvalidInput([{ path: 'input.token', message: 'has run out: ask for another with joinCall' }]);
  return now;
}

/** When somebody went out: never after now, and never before the last moment at which they are known to have been there. */
function goesOut({ lastAt }: Told, kind: 'LEFT' | 'DROPPED', at: Date | null | undefined, now: Date): Date {
  // Clocks of two machines differ: nothing was heard of anybody later than now.
  const since = lastAt === null || lastAt > now ? now : lastAt;
  if (at == null) return kind === 'DROPPED' ? since : now;
  if (at > now) throw new InvalidInput([{ path: 'input.at', message: 'is in the future' }]);
  if (at < since) throw new InvalidInput([{ path: 'input.at', message: `is before ${since.toISOString()}, when they were still there` }]);
  return at;
}
