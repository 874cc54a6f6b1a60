import { bulkStatus } from '#rules/substance-table.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { FormularyPrice, Money, priceOn } from './formulary-price.ts';
import { approvedOf, excipientsOf, presentationOf, ratioColumns, ratioOf, thesaurusCode } from './formula-parts.ts';
import { BeyondUseBasis, isOffered } from './offered.ts';

const BulkStatus = builder.enumType('BulkStatus', {
  description:
    'What the bulk-substance table says of an ingredient under section 503A. Shown for information: signing asks the whole rule.',
  values: ['ELIGIBLE', 'CONDITIONAL', 'NOT_ELIGIBLE', 'UNKNOWN'] as const,
});

const FormulaIngredient = builder.prismaObject('FormulaIngredient', {
  description: 'One active ingredient of a formula.',
  authScopes: { may: 'formulary:read' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name.' }),
    strength: t.exposeString('strength', { description: 'Its strength with the unit, for example 2.5 mg/mL.' }),
    strengthRatio: t.field({
      type: graph.Ratio,
      nullable: true,
      select: ratioColumns,
      resolve: (row) => ratioOf(row),
      description: 'The same as two amounts with UCUM units; empty when the pharmacy has not recorded it so.',
    }),
    rxcui: t.exposeString('rxcui', {
      nullable: true,
      description: 'RxNorm concept of the ingredient or its salt, where it was looked up.',
    }),
    unii: t.exposeString('unii', { nullable: true, description: 'FDA substance identifier, at the level of the salt.' }),
    csSchedule: t.exposeString('csSchedule', { nullable: true, description: 'Its schedule, when it is a controlled substance.' }),
    status503A: t.field({
      type: BulkStatus,
      select: { name: true, unii: true },
      resolve: (row, _args, ctx) => bulkStatus(row, ctx.now().toISOString()),
      description: 'Whether a 503A pharmacy may compound it.',
    }),
  }),
});

/** The formulary is a register, like the pharmacies that offer it. */
export function visibleTo(ctx: Ctx) {
  return ctx.actor.everywhere('formulary:read') ? {} : { pharmacyId: { in: [...ctx.actor.places('fulfillment:read')] } };
}

export const FormularyItem = builder.prismaObject('FormularyItem', {
  description: 'A compounded preparation that a pharmacy offers.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'formulary:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Ctx) => {
          const uuid = tryId('formularyItem', id);
          return uuid === null ? null : ctx.load('formularyItem', uuid, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('formularyItem', row.id), description: 'Id of the item.' }),
    name: t.exposeString('name', { description: 'How the pharmacy calls it.' }),
    dosageForm: t.string({
      select: { formula: { select: { dosageForm: true } } },
      resolve: (row) => row.formula.dosageForm,
      description: 'Its dosage form.',
    }),
    route: t.string({
      select: { formula: { select: { route: true } } },
      resolve: (row) => row.formula.route,
      description: 'How it is given.',
    }),
    dosageFormCode: t.field({
      type: graph.Coding,
      nullable: true,
      select: { formula: { select: { dosageFormCode: true } } },
      resolve: (row) => thesaurusCode(row.formula.dosageFormCode),
      description: 'Its dosage form as a code of the NCI Thesaurus; empty where no published mapping gives one.',
    }),
    routeCode: t.field({
      type: graph.Coding,
      nullable: true,
      select: { formula: { select: { routeCode: true } } },
      resolve: (row) => thesaurusCode(row.formula.routeCode),
      description: 'How it is given as a code of the NCI Thesaurus; empty where no published mapping gives one.',
    }),
    sterile: t.boolean({
      select: { formula: { select: { sterile: true } } },
      resolve: (row) => row.formula.sterile,
      description: 'Whether it is a sterile preparation.',
    }),
    preparationType: t.string({
      select: { formula: { select: { preparationType: true } } },
      resolve: (row) => row.formula.preparationType,
      description: 'The kind of preparation by which USP limits its beyond-use date.',
    }),
    ingredients: t.field({
      type: [FormulaIngredient],
      select: (_args, _ctx, nested) => ({ formula: { select: { ingredients: nested({ orderBy: { position: 'asc' } }) } } }),
      resolve: (row) => row.formula.ingredients,
      description: 'Its active ingredients, in the order of the formula.',
    }),
    excipients: t.field({
      type: [graph.Excipient],
      nullable: true,
      select: { formula: { select: { excipientsRecordedAt: true, excipients: true } } },
      resolve: (row) => excipientsOf(row.formula),
      description:
        'Its inactive ingredients, in the order of the formula; empty when the pharmacy has not recorded them, which is unknown and not none.',
    }),
    approvedAlternatives: t.field({
      type: [graph.ApprovedProduct],
      nullable: true,
      select: { formula: { select: { approvedRecordedAt: true, approved: true } } },
      resolve: (row) => approvedOf(row.formula),
      description:
        'The FDA-approved products beside this choice, as the pharmacy recorded them. Empty when it has not, which is unknown and not none; an empty list is none.',
    }),
    presentation: t.field({
      type: graph.Presentation,
      nullable: true,
      select: { packValue: true, packUnit: true, container: true, device: true, doseVariant: true },
      resolve: (row) => presentationOf(row),
      description: 'How it is packed; empty when the pharmacy has not recorded it.',
    }),
    ndc: t.exposeString('ndc', {
      nullable: true,
      description: 'Its national drug code as it is packed, ten digits with hyphens; empty where none is recorded.',
    }),
    beyondUseDays: t.exposeInt('beyondUseDays', {
      description: 'The most days from compounding to the beyond-use date, by the formula’s stability data.',
    }),
    storage: t.field({ type: graph.Storage, resolve: (row) => row.storage as 'FROZEN', description: 'How it is kept.' }),
    requiresClinicalDifference: t.boolean({
      select: { formula: { select: { requiresClinicalDifference: true } } },
      resolve: (row) => row.formula.requiresClinicalDifference,
      description: 'Whether an order for it must state what is different for this patient from the commercial product.',
    }),
    active: t.boolean({
      select: { active: true, effectiveFrom: true, effectiveTo: true },
      resolve: (row, _args, ctx) => isOffered(row, ctx.now()),
      description: 'Whether it is offered now.',
    }),
    effectiveFrom: t.expose('effectiveFrom', {
      type: 'Date',
      nullable: true,
      description: 'The first day it is offered, where one was set.',
    }),
    effectiveTo: t.expose('effectiveTo', { type: 'Date', nullable: true, description: 'The last day it is offered, where one was set.' }),
    beyondUseBasis: t.field({
      type: BeyondUseBasis,
      nullable: true,
      resolve: (row) => row.beyondUseBasis as 'USP_DEFAULT' | null,
      description: 'What its beyond-use limit rests on; empty when the pharmacy has not recorded it.',
    }),
    beyondUseSource: t.exposeString('beyondUseSource', { nullable: true, description: 'Where that can be read.' }),
    leadTimeDays: t.exposeInt('leadTimeDays', {
      nullable: true,
      description: 'Working days from claim to shipment; empty when not recorded.',
    }),
    shipsTo: t.field({
      type: [graph.UsState],
      resolve: (row) => row.shipsTo,
      description: 'The states it is shipped to; an empty list is wherever the pharmacy is licensed.',
    }),
    price: t.field({
      type: Money,
      nullable: true,
      select: (_args, ctx) => ({ prices: { ...priceOn(ctx.now()), take: 1 } }),
      resolve: (row) => row.prices[0] ?? null,
      description: 'What one pack costs today; empty when the pharmacy has not recorded it.',
    }),
    prices: t.field({
      type: [FormularyPrice],
      select: { prices: { orderBy: [{ effectiveFrom: 'asc' }, { recordedAt: 'asc' }, { id: 'asc' }] } },
      resolve: (row) => row.prices,
      description: 'Every price it had or will have, by the day from which it counts; of one day the last counts.',
    }),
    pharmacy: t.relation('pharmacy', { description: 'Who offers it.' }),
  }),
});
