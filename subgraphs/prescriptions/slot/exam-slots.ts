import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { modalities } from '#kernel/shared-types.ts';
import { builder, graph } from '../builder.ts';
import { Practitioner, practitionerOf } from '../references.ts';
import type { Slot } from '../schedule/slots.ts';
import { offeredSlots } from './offered-slots.ts';
import { neededFor, slotPage } from './slot-page.ts';

/** The longest window one question may be about: a page a month is what a calendar shows. */
const MOST_DAYS = 31;
const DAY_MS = 86_400_000;

export const ExamSlot = builder.objectRef<Slot>('ExamSlot').implement({
  description: 'A time at which an exam can be booked. It is nobody’s until it is held.',
  authScopes: { may: ['exam:book', 'exam:squeeze'] },
  fields: (t) => ({
    startsAt: t.field({ type: 'DateTime', resolve: (slot) => new Date(slot.from), description: 'When it begins.' }),
    endsAt: t.field({ type: 'DateTime', resolve: (slot) => new Date(slot.to), description: 'When it ends.' }),
    modality: t.field({
      type: graph.Modality,
      resolve: (slot) => slot.modality as (typeof modalities)[number],
      description: 'How the exam is held.',
    }),
    examiner: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (slot) => practitionerOf(slot.examinerId),
      description: 'Who holds it.',
    }),
  }),
});

builder.queryField('examSlots', (t) =>
  t.connection({
    type: ExamSlot,
    description:
      'Free times with examiners who may examine for this service where the patient is, earliest first. At most 31 days at once.',
    authScopes: { may: 'exam:book' },
    args: {
      clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
      service: t.arg.string({ required: true, description: 'Code of the service.' }),
      patientState: t.arg({ type: graph.UsState, required: true, description: 'Where the patient will be.' }),
      from: t.arg({ type: 'DateTime', required: true, description: 'From this moment on; what has passed is left out.' }),
      to: t.arg({ type: 'DateTime', required: true, description: 'Until this moment.' }),
    },
    resolve: async (_root, args, ctx) => {
      const clinicId = fromId('clinic', args.clinicId);
      if (!ctx.actor.places('exam:book').includes(clinicId)) throw new NotFound();
      if (args.to <= args.from) throw new InvalidInput([{ path: 'to', message: 'must be later than from' }]);
      if (args.to.getTime() - args.from.getTime() > MOST_DAYS * DAY_MS)
        throw new InvalidInput([{ path: 'to', message: `must be at most ${MOST_DAYS} days after from` }]);
      const slots = await offeredSlots(ctx, {
        clinicId,
        service: args.service,
        patientState: String(args.patientState),
        from: args.from,
        to: args.to,
        enough: neededFor(args),
      });
      return slotPage(slots, args);
    },
  }),
);
