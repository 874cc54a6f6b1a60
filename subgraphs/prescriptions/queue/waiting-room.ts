import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { GoodFaithExam } from '../exam/exam.ts';
import { IntakeStatus } from '../intake/intake.ts';
import { Clinic, clinicOf } from '../references.ts';
import { QUEUE_TOPIC } from './queue-changed.ts';
import { type InRoom, MOST_SHOWN, type Room, readWaitingRoom } from './read-waiting-room.ts';

const InWaitingRoom = builder.objectRef<InRoom>('InWaitingRoom').implement({
  description: 'One patient in a waiting room, or expected in it.',
  authScopes: { may: 'exam:read' },
  fields: (t) => ({
    exam: t.field({
      type: GoodFaithExam,
      resolve: ({ exam }) => exam,
      description:
        'The exam they are here for. It says who they are, who has claimed it, how long it may take, whether they arrived and how late.',
    }),
    since: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ since }) => since,
      description: 'Since when they wait: their place in the queue, or when a booked patient was checked in; none for who is not here yet.',
    }),
    position: t.int({
      nullable: true,
      resolve: ({ position }) => position,
      description: 'Place among the clinic’s walk-ins that wait, from 1; none for who was claimed, and for who is booked.',
    }),
    isReady: t.boolean({
      resolve: ({ missing }) => missing.length === 0,
      description: 'Whether intake and consents are such that the exam can begin.',
    }),
    missing: t.field({
      type: [graph.RuleResult],
      resolve: ({ missing }) => [...missing],
      description: 'What of the intake and the consents stands in the way, with what would put it right; empty when ready.',
    }),
    intakeStatus: t.field({
      type: IntakeStatus,
      nullable: true,
      resolve: ({ intake }) => (intake?.status ?? null) as 'CLEARED' | null,
      description: 'How the intake came out: what is to be reviewed does not keep the exam from beginning.',
    }),
  }),
});

/** A clinic’s waiting room. */
export const WaitingRoom = builder.objectRef<Room>('WaitingRoom').implement({
  description: 'Who is in a clinic’s waiting room, real or virtual, and who is expected in it.',
  authScopes: { may: 'exam:read' },
  fields: (t) => ({
    clinic: t.field({ type: Clinic, nullable: true, resolve: ({ clinicId }) => clinicOf(clinicId), description: 'The clinic.' }),
    at: t.field({ type: 'DateTime', resolve: ({ at }) => at, description: 'The moment as of which it was read.' }),
    waiting: t.field({
      type: [InWaitingRoom],
      resolve: ({ waiting }) => [...waiting],
      description: `Walk-ins that wait, and those that an examiner has claimed and not begun; longest waiting first. At most ${MOST_SHOWN}.`,
    }),
    expected: t.field({
      type: [InWaitingRoom],
      resolve: ({ expected }) => [...expected],
      description: `Booked patients whose exam has not begun, from an hour before its time until four hours after it; earliest first. At most ${MOST_SHOWN}.`,
    }),
  }),
});

function roomOf(ctx: Ctx, clinicId: string): Promise<Room> {
  if (!ctx.actor.places('exam:read').includes(clinicId)) throw new NotFound();
  return readWaitingRoom(ctx, clinicId);
}

builder.queryField('waitingRoom', (t) =>
  t.field({
    type: WaitingRoom,
    description: 'The waiting room of a clinic as it is now, for its own people.',
    authScopes: { may: 'exam:read' },
    args: { clinicId: t.arg.id({ required: true, description: 'The clinic.' }) },
    resolve: (_root, args, ctx) => roomOf(ctx, fromId('clinic', args.clinicId)),
  }),
);

builder.subscriptionField('queueUpdated', (t) =>
  t.field({
    type: WaitingRoom,
    description:
      'The waiting room of a clinic as it is now, and again each time an exam of the clinic has changed or somebody has waited long. Time alone tells nothing: ask again for estimates.',
    authScopes: { may: 'exam:read' },
    args: { clinicId: t.arg.id({ required: true, description: 'The clinic.' }) },
    subscribe: (_root, args, ctx) => {
      const clinicId = fromId('clinic', args.clinicId);
      if (!ctx.actor.places('exam:read').includes(clinicId)) throw new NotFound();
      return ctx.events.subscribe(QUEUE_TOPIC, clinicId, ctx.ended);
    },
    // Read anew for each event, under the rights the follower has then.
    resolve: (clinicId, _args, ctx) => roomOf(ctx, clinicId),
  }),
);
