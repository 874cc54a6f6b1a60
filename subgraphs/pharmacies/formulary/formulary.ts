import { PAGE_SIZE } from '#kernel/builder.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';
import { offeredOn } from './offered.ts';
import { FormularyItem, visibleTo } from './formulary-item.ts';

/** A clinic that is not the caller's is answered like one that does not exist. */
function requireClinic(ctx: Ctx, clinicId: string): string {
  const uuid = fromId('clinic', clinicId);
  if (!ctx.actor.everywhere('clinic:read') && !ctx.actor.places('clinic:read').includes(uuid)) throw new NotFound();
  return uuid;
}

/** Offered by an active pharmacy with a current licence there. The sterile permit and everything else is asked when the order is routed. */
function licensedIn(state: string, today: Date) {
  const current = { state, status: 'ACTIVE', expiresOn: { gte: today } };
  return {
    status: 'ACTIVE',
    OR: [
      { facilityClass: 'PHARMACY_503A', licenses: { some: { ...current, kind: { in: ['PHARMACY', 'NON_RESIDENT'] } } } },
      { facilityClass: 'OUTSOURCING_503B', licenses: { some: { ...current, kind: 'OUTSOURCING' } } },
    ],
  };
}

// Percent and underscore are what was typed, not wildcards.
function named(search: string) {
  const contains = { contains: search.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' as const };
  return { OR: [{ name: contains }, { formula: { name: contains } }, { formula: { ingredients: { some: { name: contains } } } }] };
}

builder.queryField('formulary', (t) =>
  t.prismaConnection({
    description:
      'What can be ordered for a patient of this clinic in this state, by name. Items of outsourcing facilities are listed beside those of pharmacies.',
    type: FormularyItem,
    cursor: 'id',
    defaultSize: PAGE_SIZE.default,
    maxSize: PAGE_SIZE.max,
    authScopes: { may: 'formulary:read' },
    args: {
      clinicId: t.arg.id({ required: true, description: 'The clinic that would order.' }),
      shipTo: t.arg({ type: graph.UsState, required: true, description: 'Where it would be shipped.' }),
      search: t.arg.string({ description: 'Part of the name of the item, its formula or an ingredient.' }),
    },
    resolve: (query, _root, { clinicId, shipTo, search }, ctx) => {
      const clinic = requireClinic(ctx, clinicId);
      const text = search?.trim() ?? '';
      return ctx.db.formularyItem.findMany({
        ...query,
        where: {
          AND: [
            visibleTo(ctx),
            {
              ...offeredOn(ctx.now()),
              // Empty is wherever the pharmacy is licensed.
              OR: [{ shipsTo: { isEmpty: true } }, { shipsTo: { has: shipTo } }],
              pharmacy: {
                ...licensedIn(shipTo, storedDay(dayOf(ctx.now()))),
                accounts: { none: { clinicId: clinic, status: { not: 'APPROVED' } } },
              },
            },
            text === '' ? {} : named(text),
          ],
        },
        orderBy: [{ name: 'asc' }, { id: 'asc' }],
      });
    },
  }),
);
