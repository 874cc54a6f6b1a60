import { z } from 'zod';
import { NotFound, Unavailable } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { listPage } from '#kernel/list-page.ts';
import type { Prisma } from '#prisma/generated/clinics/client.ts';
import { builder, type Ctx } from '../builder.ts';
import { dayText, today } from '../business-day.ts';
import { placeIn } from '../member/roles.ts';
import { inForceOn } from '../mso/management-agreement.ts';
import { clinicsOf, Mso } from '../mso/mso.ts';
import { type ClinicRecord, clinicRecords } from '../readiness/clinic-record.ts';
import { oversightOf } from '../readiness/oversight.ts';
import { authorityPapers } from './authority-papers.ts';
import type { KnownClinic } from './one-paper.ts';
import { Expirable, listed, type Listed } from './expirable.ts';
import { endingOrder, expiring } from './expiring.ts';
import { ownPapers } from './own-papers.ts';
import { pharmacyPapers } from './pharmacy-papers.ts';
import { askPapers } from './told.ts';

const SILENT = 'The papers of the clinics could not be read whole, so it is not known what expires. Try again.';

interface Asked {
  readonly withinDays: number;
  readonly kinds?: readonly string[] | null | undefined;
}

/** What ends at some clinics, with what its end would close. Half a list would look like good news, so without every answer there is none. */
async function listOf(
  ctx: Ctx,
  clinics: readonly ClinicRecord[],
  where: Prisma.ManagementAgreementWhereInput,
  asked: Asked,
): Promise<Listed[]> {
  const agreements = await ctx.db.managementAgreement.findMany({
    where: { AND: [where, inForceOn(today(ctx))] },
    include: { entity: true },
  });
  const named = clinics.map(({ id, name, state }) => ({ id: toId('clinic', id), name, state }));
  const ids = named.map(({ id }) => id);
  const told = await askPapers(ctx, ids);
  const oversight = await Promise.all(ids.map((id) => oversightOf(ctx, id)));
  if (told === null || oversight.includes(null)) throw new Unavailable(SILENT);
  const known = new Map(
    clinics.map((record, index): [string, KnownClinic] => [ids[index] as string, { record, oversight: oversight[index] ?? null }]),
  );
  const papers = [...ownPapers(clinics, agreements), ...authorityPapers(told.papers, named), ...pharmacyPapers(told.supply, named)];
  return expiring(papers, dayText(ctx.now()), asked.withinDays)
    .filter(({ kind }) => asked.kinds == null || asked.kinds.includes(kind))
    .map((paper) => listed(paper, known, ctx.now().toISOString()));
}

const withinDaysArg = {
  required: true,
  description: 'From 0 to 3650.',
  validate: z.number().min(0, 'Days are counted from today on.').max(3650, 'At most ten years ahead.'),
} as const;

/** One name for the list, wherever it is. */
const ExpirableConnection = builder.connectionObject(
  { type: Expirable, name: 'ExpirableConnection', description: 'A page of what ends.' },
  { name: 'ExpirableEdge' },
);

builder.objectField(Mso, 'expirables', (t) =>
  t.connection(
    {
      type: Expirable,
      nullable: true,
      description:
        'What ends within so many days at the clinics it manages today, soonest first, together with what has ended and was not replaced.',
      authScopes: { may: 'expirable:read' },
      args: { withinDays: t.arg.int(withinDaysArg) },
      resolve: async (mso, { withinDays, ...args }, ctx) => {
        const reached = { id: { in: [...ctx.actor.places('expirable:read')] } };
        const clinics = await clinicRecords(ctx.db, { AND: [clinicsOf(mso, ctx), reached] });
        return listPage(await listOf(ctx, clinics, { msoId: mso.id }, { withinDays }), args, endingOrder);
      },
    },
    ExpirableConnection,
  ),
);

/** The clinics a list is about: all that the caller's right reaches, or those of one place. Another's place answers like one that is not there. */
function clinicsAt(ctx: Ctx, at: string | null | undefined): Prisma.ClinicWhereInput {
  const places = [...ctx.actor.places('expirable:read')];
  if (at == null) return { id: { in: places } };
  const place = placeIn(at);
  if (place === null || !places.includes(place.id)) throw new NotFound();
  if (place.kind === 'mso') return { AND: [clinicsOf(place, ctx), { id: { in: places } }] };
  return place.kind === 'clinic' ? { id: place.id } : { entityId: place.id };
}

builder.queryField('expirables', (t) =>
  t.connection(
    {
      type: Expirable,
      nullable: true,
      description:
        'What ends within so many days at the caller’s clinics: papers of the sites, of everybody who works or is engaged there, protocols, ' +
        'delegations, attestations, pharmacies that fill for them. Soonest first, together with what has ended and was not replaced.',
      authScopes: { may: 'expirable:read' },
      args: {
        at: t.arg.id({ description: 'Only at this clinic, or at the clinics of this entity or organisation.' }),
        withinDays: t.arg.int(withinDaysArg),
        kinds: t.arg.stringList({
          description: 'Only these kinds, for example LICENSE or DELEGATION: at most 40, in capitals.',
          validate: z.array(z.string().regex(/^[A-Z][A-Z_]{1,39}$/, 'Kinds are written in capitals.')).max(40, 'There are fewer kinds.'),
        }),
      },
      resolve: async (_root, { at, withinDays, kinds, ...args }, ctx) => {
        const clinics = await clinicRecords(ctx.db, clinicsAt(ctx, at));
        const own = { entityId: { in: [...new Set(clinics.map(({ entityId }) => entityId))] } };
        return listPage(await listOf(ctx, clinics, own, { withinDays, kinds }), args, endingOrder);
      },
    },
    ExpirableConnection,
  ),
);
