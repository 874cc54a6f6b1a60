import type { modalities } from '#kernel/shared-types.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { Practitioner, practitionerOf } from '../references.ts';

/** How long a hold lasts: enough to sign two consents, short enough that an abandoned one blocks nobody. */
export const HOLD_MINUTES = 10;

/** A time kept for a patient until it is booked or runs out. */
export const SlotHold = builder.prismaObject('SlotHold', {
  description: 'A time kept for a patient for ten minutes.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'exam:book' },
  extensions: { apollo: { subgraph: { resolveReference } } },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('slotHold', row.id), description: 'Id of the hold.' }),
    startsAt: t.expose('startsAt', { type: 'DateTime', description: 'When the exam would begin.' }),
    endsAt: t.expose('endsAt', { type: 'DateTime', description: 'When it would end.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it can be booked.' }),
    modality: t.field({
      type: graph.Modality,
      resolve: (row) => row.modality as (typeof modalities)[number],
      description: 'How the exam would be held.',
    }),
    examiner: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.examinerId),
      description: 'Who would hold it.',
    }),
  }),
});

/** The holds of the clinics for which the caller books. */
export function holdVisibleTo(ctx: Pick<Ctx, 'actor'>) {
  return { clinicId: { in: [...ctx.actor.places('exam:book')] } };
}

async function resolveReference(reference: { id: string }, ctx: Ctx) {
  const id = tryId('slotHold', reference.id);
  return id === null ? null : ctx.load('slotHold', id, holdVisibleTo(ctx));
}
