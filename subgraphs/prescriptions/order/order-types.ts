import { fromId } from '#kernel/ids.ts';
import { differenceKinds } from '#rules/difference-facts.ts';
import { builder, graph } from '../builder.ts';
import { DifferenceKindEnum } from '../difference/difference-input.ts';
import { Finding, findingVisibleTo } from '../exam/exam-chart.ts';
import { codedRow } from '../exam/decision/finding-coding.ts';
import { DosageType } from '../dose/dosage-type.ts';
import type { FrozenDrug, FrozenIngredient } from '../document/order-document.ts';
import type { DifferenceOfOrder } from './order-content.ts';
import { orderStatuses } from './order-status.ts';

/** States as the graph shows them. */
export const OrderStatusEnum = builder.enumType('OrderStatus', {
  description: 'Where an order stands. What the pharmacy does with it is the fulfillment’s status.',
  values: orderStatuses,
});

const OrderedIngredient = builder.objectRef<FrozenIngredient>('OrderedIngredient').implement({
  description: 'One active ingredient of an ordered drug.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its established name, the salt included.' }),
    strength: t.exposeString('strength', { description: 'Its strength with unit.' }),
    strengthRatio: t.field({
      type: graph.Ratio,
      nullable: true,
      resolve: (ingredient) => ingredient.strengthRatio ?? null,
      description: 'The strength as two amounts with UCUM units; empty when the formulary had none.',
    }),
    unii: t.exposeString('unii', { nullable: true, description: 'Its UNII, where there is one.' }),
    rxcui: t.string({
      nullable: true,
      resolve: (ingredient) => ingredient.rxcui ?? null,
      description: 'Its RxNorm concept, where it was looked up.',
    }),
  }),
});

/** The drug as ordered. */
export const OrderedDrug = builder.objectRef<FrozenDrug>('OrderedDrug').implement({
  description: 'The drug as ordered: from the signature on, as signed.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The preparation’s name.' }),
    dosageForm: t.exposeString('dosageForm', { description: 'Final dosage form.' }),
    dosageFormCode: t.field({
      type: graph.Coding,
      nullable: true,
      resolve: (drug) => drug.dosageFormCode ?? null,
      description: 'The dosage form as a code of the NCI Thesaurus; empty where no published mapping gives one.',
    }),
    route: t.exposeString('route', { description: 'Route of administration.' }),
    routeCode: t.field({
      type: graph.Coding,
      nullable: true,
      resolve: (drug) => drug.routeCode ?? null,
      description: 'The route as a code of the NCI Thesaurus; empty where no published mapping gives one.',
    }),
    ingredients: t.field({ type: [OrderedIngredient], resolve: (drug) => [...drug.ingredients], description: 'Each active ingredient.' }),
    excipients: t.field({
      type: [graph.Excipient],
      nullable: true,
      resolve: (drug) => (drug.excipients ? [...drug.excipients] : null),
      description: 'Each inactive ingredient; empty when the pharmacy has not recorded them, which is unknown and not none.',
    }),
    comparators: t.field({
      type: [graph.ApprovedProduct],
      nullable: true,
      resolve: (drug) => (drug.comparators ? [...drug.comparators] : null),
      description:
        'The FDA-approved products it stood beside when it was drafted; empty when the pharmacy had not recorded them, which is unknown and not none.',
    }),
    presentation: t.field({
      type: graph.Presentation,
      nullable: true,
      resolve: (drug) => drug.presentation ?? null,
      description: 'How it is packed; empty when the pharmacy has not recorded it.',
    }),
    excludedExcipients: t.exposeStringList('excludedExcipients', { description: 'UNIIs of what this patient must not get.' }),
    sig: t.exposeString('sig', { description: 'Directions for the patient.' }),
    dosage: t.field({
      type: [DosageType],
      nullable: true,
      resolve: (drug) => (drug.dosage ? [...drug.dosage] : null),
      description: 'The dose as data, one step after the other; null where it was given in words that could not be read.',
    }),
    sigGenerated: t.exposeString('sigGenerated', {
      nullable: true,
      description: 'The directions that follow from the dosage; null without one.',
    }),
    sigOverridden: t.boolean({
      resolve: (drug) => drug.sigOverrideReason !== null,
      description: 'Whether the sig has words of its own beside the dosage.',
    }),
    sigOverrideReason: t.exposeString('sigOverrideReason', {
      nullable: true,
      description: 'Why the sig has words of its own; null where it says the dosage.',
    }),
    quantity: t.field({ type: graph.Quantity, resolve: (drug) => drug.quantity, description: 'How much is dispensed.' }),
    daysSupply: t.exposeInt('daysSupply', { description: 'How many days that lasts.' }),
    refills: t.exposeInt('refills', { description: 'How often it may be filled again.' }),
    storage: t.field({ type: graph.Storage, nullable: true, resolve: (drug) => drug.storage as never, description: 'How it is kept.' }),
    beyondUseDays: t.exposeInt('beyondUseDays', {
      nullable: true,
      description: 'How long it may be used after compounding, by its formula.',
    }),
  }),
});

/** Why the patient needs the compound. */
export const ClinicalDifference = builder.objectRef<DifferenceOfOrder>('ClinicalDifference').implement({
  description: 'Why this patient needs a compound where a commercial drug exists (21 USC 353a(b)(2)).',
  fields: (t) => ({
    statement: t.exposeString('statement', { description: 'What is changed for this patient, and why it matters.' }),
    kind: t.field({
      type: DifferenceKindEnum,
      // Documents of gf-order/1 have no kind.
      resolve: ({ kind }) => differenceKinds.find((one) => one === kind) ?? 'UNSPECIFIED',
      description: 'What kind of difference it is.',
    }),
    comparator: t.string({
      nullable: true,
      resolve: ({ comparator }) => comparator ?? null,
      description: 'The commercial product it is compared with, in words; null when none is named.',
    }),
    change: t.string({
      nullable: true,
      resolve: ({ change }) => change ?? null,
      description: 'What is changed against it, in words; null when the statement says it.',
    }),
    finding: t.field({
      type: Finding,
      // Of a signed order nothing is shown that its document does not say: it has the finding's text and code, and no measure.
      resolve: async ({ finding, order: { clinicId, patientId, examId, document } }, _args, ctx) => {
        const id = fromId('finding', finding.id);
        const row = document === null ? await ctx.load<typeof Finding.$inferType>('finding', id, findingVisibleTo(ctx)) : null;
        return { ...(row ?? codedRow(finding.code)), id, text: finding.text, position: 0, clinicId, patientId, examId };
      },
      description: 'The finding of the exam that it rests on; of a signed order as its document has it, by its words and its code.',
    }),
  }),
});

/** Both signatures of an order. */
export const OrderSignature = builder
  .objectRef<{ jws: string; keyIds: readonly string[]; documentDigest: string }>('OrderSignature')
  .implement({
    description: 'The signed document. Anyone with the document keys can check it, offline too.',
    fields: (t) => ({
      jws: t.exposeString('jws', { description: 'The document with both signatures: JWS General JSON serialisation (RFC 7515).' }),
      keyIds: t.field({
        type: ['String'],
        resolve: (signature) => [...signature.keyIds],
        description: 'Ids of the prescriber’s key and of the platform’s, in that order.',
      }),
      documentDigest: t.exposeString('documentDigest', { description: 'SHA-256 of the document, hex.' }),
    }),
  });
