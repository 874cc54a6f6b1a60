import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { type CallPart, callParts, videoProvider } from './video-provider.ts';

/** For how long a pass lets somebody in, in minutes: whoever comes back later asks for another, and is asked about anew. */
export const PASS_MINUTES = 5;

export const CallPartEnum = builder.enumType('CallPart', {
  description: 'As what somebody is in a call: the patient, the exam’s own examiner, or somebody of the clinic’s staff who looks on.',
  values: callParts,
});

/** Leave to join. Shown only to whoever it was given to, in the answer of `joinCall`. */
export const CallPass = builder.prismaObject('CallPass', {
  description: 'Leave to join the call of one exam, for one person and five minutes.',
  authScopes: { may: 'call:join' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('callPass', row.id), description: 'Id of the pass.' }),
    part: t.field({ type: CallPartEnum, resolve: (row) => row.part as CallPart, description: 'As what.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it lets somebody in. Who is in stays in.' }),
    url: t.string({
      nullable: true,
      resolve: (_row, _args, ctx) => videoProvider(ctx).url,
      description: 'Where to connect (wss). Empty where rooms are a record alone: the front end carries picture and sound itself.',
    }),
    token: t.string({
      nullable: true,
      // Derived and never stored; a retry that comes too late is shown the pass and no token.
      resolve: (row, _args, ctx) => {
        if (row.issuedTo !== ctx.actor.sub || row.expiresAt <= ctx.now()) return null;
        return videoProvider(ctx).tokenFor({
          passId: toId('callPass', row.id),
          room: toId('exam', row.examId),
          part: row.part as CallPart,
          person: row.person,
          issuedAt: row.issuedAt,
          expiresAt: row.expiresAt,
          now: ctx.now(),
        });
      },
      description: 'What to join with, and what to tell of the call with. Empty once the pass has run out.',
    }),
  }),
});
