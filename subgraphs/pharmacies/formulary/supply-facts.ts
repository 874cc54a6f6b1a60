import { toId, tryId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/pharmacies/client.ts';
import { bulkStatus } from '#rules/substance-table.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { facilityPapers, isControlled, isHazardous } from '../facility/facility-facts.ts';
import { inRecordedOrder, statusToday } from '../facility/license-history.ts';
import { EvidenceFacts, FindingFacts } from '../facility/papers-told.ts';
import { FacilityClass } from '../pharmacy/pharmacy.ts';
import { SourceFacts, tellSources } from '../ingredient-source/sources-told.ts';
import { AccountFacts } from '../account/account-told.ts';
import { isOffered, offeredOn } from './offered.ts';
import { approvedOf, excipientsOf, presentationOf, ratioOf, thesaurusCode } from './formula-parts.ts';

/** Facts for the gates of the other subgraphs. Plain shapes, apart from the types people see, so that those can change. */
export const wanted = {
  formula: {
    include: {
      ingredients: { orderBy: { position: 'asc' } },
      excipients: { orderBy: { position: 'asc' } },
      approved: { orderBy: { position: 'asc' } },
    },
  },
  pharmacy: { include: { licenses: { include: { standings: inRecordedOrder }, orderBy: { id: 'asc' } }, ...facilityPapers } },
} as const satisfies Prisma.FormularyItemInclude;

/** An item with all that is told of it. */
export type Item = Prisma.FormularyItemGetPayload<{ include: typeof wanted }>;
type License = Item['pharmacy']['licenses'][number];

const LicenseFacts = builder.objectRef<License>('PharmacyLicenseFacts').implement({
  description: 'A pharmacy’s licence or permit, for the other subgraphs.',
  authScopes: { may: 'supply-facts:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('pharmacyLicense', row.id), description: 'Id of the licence.' }),
    state: t.exposeString('state', { description: 'The state that gave it.' }),
    number: t.exposeString('number', { description: 'Its number.' }),
    kind: t.exposeString('kind', { description: 'PHARMACY, NON_RESIDENT, STERILE or OUTSOURCING: as the routing gate asks.' }),
    resident: t.boolean({ resolve: (row) => row.kind === 'PHARMACY', description: 'Whether it is the licence of the state it stands in.' }),
    sterilePermit: t.boolean({
      resolve: (row) => row.kind === 'STERILE',
      description: 'Whether it is a separate permit for sterile compounds.',
    }),
    status: t.string({
      resolve: (row, _args, ctx) => statusToday(row, row.standings, ctx.now()),
      description: 'As last read at the board, and as recorded of today.',
    }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day on which it is good.' }),
    verifiedAt: t.expose('verifiedAt', { type: 'DateTime', nullable: true, description: 'When it was last checked at the board.' }),
  }),
});

/** A pharmacy with its licences, for gates elsewhere. */
export const PharmacyFacts = builder.objectRef<Item['pharmacy']>('PharmacyFacts').implement({
  description: 'A pharmacy, for the other subgraphs.',
  authScopes: { may: 'supply-facts:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('pharmacy', row.id), description: 'Id of the pharmacy.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    npi: t.exposeString('npi', { description: 'National Provider Identifier.' }),
    facilityClass: t.field({ type: FacilityClass, resolve: (row) => row.facilityClass as 'PHARMACY_503A', description: '503A or 503B.' }),
    status: t.exposeString('status', { description: 'Only ACTIVE may be sent orders.' }),
    homeState: t.exposeString('homeState', { description: 'Where it stands.' }),
    licenses: t.field({ type: [LicenseFacts], resolve: (row) => row.licenses, description: 'All its licences and permits.' }),
    evidence: t.field({
      type: [EvidenceFacts],
      resolve: (row) => row.evidence,
      description: 'Its papers that were not withdrawn, lapsed ones too.',
    }),
    openFindings: t.field({
      type: [FindingFacts],
      resolve: (row) => row.findings,
      description: 'Findings of inspections that are not closed.',
    }),
    accountsOf: t.field({
      type: [AccountFacts],
      args: { clinicIds: t.arg.idList({ required: true, description: 'The clinics.' }) },
      resolve: ({ id: pharmacyId }, { clinicIds }, ctx) =>
        ctx.db.clinicPharmacyAccount.findMany({
          where: { pharmacyId, clinicId: { in: clinicIds.flatMap((id) => tryId('clinic', id) ?? []) } },
          orderBy: { id: 'asc' },
        }),
      description: 'How the accounts of these clinics stand with it; a clinic without one is left out.',
    }),
    activeItems: t.int({
      resolve: ({ id }, _args, ctx) => ctx.db.formularyItem.count({ where: { pharmacyId: id, ...offeredOn(ctx.now()) } }),
      description: 'How many items it offers now.',
    }),
  }),
});

const IngredientFacts = builder.objectRef<Item['formula']['ingredients'][number]>('IngredientFacts').implement({
  description: 'An active ingredient, for the other subgraphs.',
  authScopes: { may: 'supply-facts:read' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name.' }),
    unii: t.exposeString('unii', { nullable: true, description: 'FDA substance identifier.' }),
    rxcui: t.exposeString('rxcui', { nullable: true, description: 'RxNorm concept, where it was looked up.' }),
    strength: t.exposeString('strength', { description: 'With its unit.' }),
    strengthRatio: t.field({
      type: graph.Ratio,
      nullable: true,
      resolve: (row) => ratioOf(row),
      description: 'As two amounts; empty when not recorded so.',
    }),
    csSchedule: t.exposeString('csSchedule', { nullable: true, description: 'Its schedule, when it is a controlled substance.' }),
    status503A: t.string({
      resolve: (row, _args, ctx) => bulkStatus(row, ctx.now().toISOString()),
      description: 'As the bulk-substance table has it today.',
    }),
  }),
});

/** A preparation for gates elsewhere. */
export const FormularyItemFacts = builder.objectRef<Item>('FormularyItemFacts').implement({
  description: 'A formulary item with its formula and pharmacy, for the other subgraphs.',
  authScopes: { may: 'supply-facts:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('formularyItem', row.id), description: 'Id of the item.' }),
    name: t.exposeString('name', { description: 'How the pharmacy calls it.' }),
    ndc: t.string({ nullable: true, resolve: () => null, description: 'Always empty: a compounded preparation has no NDC.' }),
    dosageForm: t.string({ resolve: (row) => row.formula.dosageForm, description: 'Its dosage form.' }),
    route: t.string({ resolve: (row) => row.formula.route, description: 'How it is given.' }),
    dosageFormCode: t.field({
      type: graph.Coding,
      nullable: true,
      resolve: (row) => thesaurusCode(row.formula.dosageFormCode),
      description: 'NCI Thesaurus; empty where no published mapping gives one.',
    }),
    routeCode: t.field({
      type: graph.Coding,
      nullable: true,
      resolve: (row) => thesaurusCode(row.formula.routeCode),
      description: 'NCI Thesaurus; empty where no published mapping gives one.',
    }),
    excipients: t.field({
      type: [graph.Excipient],
      nullable: true,
      resolve: (row) => excipientsOf(row.formula),
      description: 'Inactive ingredients; empty when the pharmacy has not recorded them: unknown, not none.',
    }),
    comparators: t.field({
      type: [graph.ApprovedProduct],
      nullable: true,
      resolve: (row) => approvedOf(row.formula),
      description: 'Approved products it is compared with; empty when the pharmacy has not recorded them: unknown, not none.',
    }),
    presentation: t.field({
      type: graph.Presentation,
      nullable: true,
      resolve: (row) => presentationOf(row),
      description: 'How it is packed; empty when not recorded.',
    }),
    sterile: t.boolean({ resolve: (row) => row.formula.sterile, description: 'Whether it is a sterile preparation.' }),
    preparationType: t.string({
      resolve: (row) => row.formula.preparationType,
      description: 'The kind of preparation, as the beyond-use table names it.',
    }),
    storage: t.field({ type: graph.Storage, resolve: (row) => row.storage as 'FROZEN', description: 'How it is kept.' }),
    beyondUseDays: t.exposeInt('beyondUseDays', { description: 'The formula’s own limit.' }),
    requiresClinicalDifference: t.boolean({
      resolve: (row) => row.formula.requiresClinicalDifference,
      description: 'Whether it is essentially a copy of a commercial drug.',
    }),
    active: t.boolean({ resolve: (row, _args, ctx) => isOffered(row, ctx.now()), description: 'Whether it is offered now.' }),
    shipsTo: t.exposeStringList('shipsTo', { description: 'The states it is shipped to; none is wherever the pharmacy is licensed.' }),
    hazardous: t.boolean({
      resolve: (row) => isHazardous(row.formula.ingredients),
      description: 'Whether an ingredient is on the list of hazardous drugs.',
    }),
    controlled: t.boolean({
      resolve: (row) => isControlled(row.formula.ingredients),
      description: 'Whether an ingredient is in a schedule.',
    }),
    ingredients: t.field({
      type: [IngredientFacts],
      resolve: (row) => row.formula.ingredients,
      description: 'In the order of the formula.',
    }),
    sources: t.field({
      type: [SourceFacts],
      nullable: true,
      resolve: ({ pharmacyId, pharmacy: { facilityClass }, formula: { ingredients } }, _args, ctx) =>
        tellSources(ctx, { pharmacyId, facilityClass, ingredients }),
      description: 'The materials its pharmacy stands by; empty where no rule asks for them today.',
    }),
    pharmacy: t.field({ type: PharmacyFacts, resolve: (row) => row.pharmacy, description: 'Who compounds it.' }),
  }),
});

async function itemOf(ctx: Ctx, id: string): Promise<Item | null> {
  const uuid = tryId('formularyItem', id);
  return uuid === null ? null : ctx.db.formularyItem.findFirst({ where: { id: uuid }, include: wanted });
}

builder.queryField('formularyItemFacts', (t) =>
  t.field({
    description: 'For the other subgraphs: what an order for this item would be, and who would fill it. Empty for an unknown id.',
    type: FormularyItemFacts,
    nullable: true,
    authScopes: { may: 'supply-facts:read' },
    args: { id: t.arg.id({ required: true, description: 'Id of the item.' }) },
    resolve: (_root, { id }, ctx) => itemOf(ctx, id),
  }),
);

builder.queryField('formularyItemsFacts', (t) =>
  t.field({
    description: 'For the other subgraphs: several items, each as `formularyItemFacts` tells it. Unknown ids are left out.',
    type: [FormularyItemFacts],
    authScopes: { may: 'supply-facts:read' },
    args: { ids: t.arg.idList({ required: true, description: 'Ids of the items.' }) },
    resolve: (_root, { ids }, ctx) =>
      ctx.db.formularyItem.findMany({
        where: { id: { in: ids.flatMap((id) => tryId('formularyItem', id) ?? []) } },
        include: wanted,
        orderBy: { id: 'asc' },
      }),
  }),
);

builder.queryField('pharmacyFacts', (t) =>
  t.field({
    description: 'For the other subgraphs: pharmacies and their licences. Unknown ids are left out.',
    type: [PharmacyFacts],
    authScopes: { may: 'supply-facts:read' },
    args: { ids: t.arg.idList({ required: true, description: 'Ids of the pharmacies.' }) },
    resolve: (_root, { ids }, ctx) =>
      ctx.db.pharmacy.findMany({
        where: { id: { in: ids.flatMap((id) => tryId('pharmacy', id) ?? []) } },
        include: wanted.pharmacy.include,
        orderBy: { id: 'asc' },
      }),
  }),
);
