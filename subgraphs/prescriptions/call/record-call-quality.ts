import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { toId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import { builder } from '../builder.ts';
import { CallPartEnum } from './call-pass.ts';
import { callMoves, passIdOf, told } from './call-told.ts';
import type { CallPart } from './video-provider.ts';

const CallConnection = builder.enumType('CallConnection', {
  description: 'How good a participant’s connection is, in LiveKit’s words.',
  values: ['EXCELLENT', 'GOOD', 'POOR', 'LOST'] as const,
});

/** How a call was for one participant at one moment. */
export const CallSample = builder.prismaObject('CallSample', {
  description: 'How the call was for one participant at one moment; also the sign that they were still there.',
  authScopes: { may: 'exam:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('callSample', row.id), description: 'Id of the sample.' }),
    part: t.field({ type: CallPartEnum, resolve: (row) => row.part as CallPart, description: 'For whom, by their part.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    connection: t.field({
      type: CallConnection,
      resolve: (row) => row.connection as typeof CallConnection.$inferType,
      description: 'How good the connection was.',
    }),
    audio: t.exposeBoolean('audio', { description: 'Whether they heard the other side and were heard.' }),
    video: t.exposeBoolean('video', { description: 'Whether they saw the other side and were seen.' }),
    roundTripMs: t.exposeInt('roundTripMs', { nullable: true, description: 'Round trip in milliseconds, as the client measured it.' }),
    lossPercent: t.exposeFloat('lossPercent', { nullable: true, description: 'Packets lost, in percent, as the client measured it.' }),
  }),
});

const RecordCallQualityInput = builder.inputType('RecordCallQualityInput', {
  description: 'How the call is for one participant now.',
  fields: (t) => ({
    token: t.string({ required: true, description: 'The token they joined with.' }),
    connection: t.field({ type: CallConnection, required: true, description: 'How good the connection is.' }),
    audio: t.boolean({ required: true, description: 'Whether they hear the other side and are heard.' }),
    video: t.boolean({ required: true, description: 'Whether they see the other side and are seen.' }),
    roundTripMs: t.int({ description: 'Round trip in milliseconds.' }),
    lossPercent: t.float({ description: 'Packets lost, in percent.' }),
  }),
  validate: z.looseObject({
    token: z.string().min(1, 'The token is missing.').max(4_000, 'Is no token.'),
    roundTripMs: z.int().min(0, 'Is negative.').max(600_000, 'Is longer than ten minutes.').nullish(),
    lossPercent: z.number().min(0, 'Is negative.').max(100, 'Is more than all.').nullish(),
  }),
});

builder.mutationField('recordCallQuality', (t) =>
  t.field({
    type: CallSample,
    description:
      'Tells how the call is for a participant who is in it. To be sent about each minute: time in the call counts only between two such signs at most two minutes apart.',
    authScopes: { may: 'call:join' },
    args: { input: t.arg({ type: RecordCallQualityInput, required: true, description: 'For whom, and how it is.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { token, connection, audio, video, roundTripMs, lossPercent } = args.input;
      const passId = await passIdOf(ctx, token);
      return ctx.write({ info, args, answer: 'callSample' }, async (tx) => {
        const { pass, exam, state } = await told(tx, ctx, passId);
        requireMove(callMoves, state, 'SIGN');
        const { id: examId, clinicId, patientId } = exam;
        const sample = await tx.callSample.create({
          data: {
            ...{ id: ctx.newId(), clinicId, patientId, examId, passId: pass.id, part: pass.part, person: pass.person, at: ctx.now() },
            ...{ connection, audio, video, roundTripMs, lossPercent, recordedBy: ctx.actor.sub },
          },
        });
        const subject = { tenantId: clinicId, subjectKind: 'exam', subjectId: examId, patientId } as const;
        await audit(tx, ctx, { action: 'call.sampled', ...subject, detail: { part: pass.part, connection } });
        return sample;
      });
    },
  }),
);
