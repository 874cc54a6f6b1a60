import type { Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { needIntact } from '../document/intact.ts';
import type { FrozenScreen, FrozenScreening } from '../document/order-document.ts';
import { readChart } from '../order/chart.ts';
import { documentOf } from '../order/order-content.ts';
import { Order } from '../order/order.ts';
import { mayReadContent } from '../order/visible-to.ts';
import { screened } from './frozen-screening.ts';
import { askInteractions } from './interaction-port.ts';
import { DrugScreeningFinding, DrugScreeningKindEnum, ScreeningWaiver, waiverOf } from './screening-waiver.ts';

const InteractionScreening = builder.enumType('InteractionScreening', {
  description: 'Whether a drug was screened for interactions.',
  values: {
    SCREENED: { description: 'A screener answered.' },
    NOT_SCREENED: { description: 'Nobody was asked, or nobody answered: it blocks unless it is waived.' },
    NOTHING_TO_SCREEN: { description: 'The patient takes nothing else, as far as they said.' },
  } as const,
});

const InteractionScreener = builder.objectRef<FrozenScreening['interactions']>('InteractionScreener').implement({
  description: 'Who screened for interactions, and with what knowledge.',
  fields: (t) => ({
    outcome: t.field({ type: InteractionScreening, resolve: ({ outcome }) => outcome, description: 'Whether it was screened.' }),
    screener: t.exposeString('screener', { description: 'Its name; “embedded” where there is none.' }),
    version: t.exposeString('version', { description: 'The version of what it screened with.' }),
    asOf: t.string({ nullable: true, resolve: ({ asOf }) => asOf, description: 'The day of its knowledge, YYYY-MM-DD, where it says so.' }),
  }),
});

const DrugScreen = builder.objectRef<FrozenScreen>('DrugScreen').implement({
  description: 'What screening for one kind came to.',
  fields: (t) => ({
    kind: t.field({ type: DrugScreeningKindEnum, resolve: ({ kind }) => kind, description: 'The kind.' }),
    outcome: t.field({
      type: graph.Outcome,
      resolve: ({ outcome }) => outcome,
      description: 'The gravest of its findings, whatever was waived.',
    }),
    passes: t.exposeBoolean('passes', { description: 'Whether it stands in nobody’s way: nothing was found, or it was waived.' }),
    findings: t.field({
      type: [DrugScreeningFinding],
      resolve: ({ findings }) => [...findings],
      description: 'Each thing found, passes included.',
    }),
    waiver: t.field({
      type: ScreeningWaiver,
      nullable: true,
      authScopes: { may: 'chart:read' },
      resolve: ({ waiver }, _args, ctx) => (waiver === null ? null : waiverOf(ctx, waiver.id)),
      description: 'The waiver that covers all of it; null where there is none.',
    }),
  }),
});

const DrugHandling = builder.objectRef<FrozenScreening['handling'][number]>('DrugHandling').implement({
  description: 'A hazardous ingredient: what its handlers and its label must be told.',
  fields: (t) => ({
    substance: t.exposeString('substance', { description: 'The ingredient.' }),
    unii: t.exposeString('unii', { nullable: true, description: 'Its UNII, where there is one.' }),
    statement: t.exposeString('statement', { description: 'On which list it stands, and how sure that is.' }),
  }),
});

const OrderScreening = builder.objectRef<FrozenScreening>('OrderScreening').implement({
  description: 'An ordered drug screened for its patient.',
  fields: (t) => ({
    kinds: t.field({
      type: [DrugScreen],
      resolve: ({ kinds }) => [...kinds],
      description: 'Each kind, in the order in which signing asks.',
    }),
    interactions: t.field({
      type: InteractionScreener,
      resolve: ({ interactions }) => interactions,
      description: 'Who screened for interactions.',
    }),
    excipientsRecorded: t.boolean({
      resolve: ({ excipients }) => excipients === 'RECORDED',
      description: 'Whether the pharmacy has recorded what else the preparation holds: else no allergy can be screened against it.',
    }),
    handling: t.field({
      type: [DrugHandling],
      resolve: ({ handling }) => [...handling],
      description: 'Hazardous ingredients; empty where none is known.',
    }),
    screenedWith: t.string({
      resolve: ({ screenedWith }) => `${screenedWith.name} ${screenedWith.version}`,
      description: 'The names, families and classes it was screened with.',
    }),
  }),
});

builder.objectField(Order, 'screening', (t) =>
  t.field({
    type: OrderScreening,
    nullable: true,
    authScopes: { may: ['chart:read', 'order:verify'] },
    resolve: (order, _args, ctx) => (mayReadContent(ctx, order) ? screeningOf(ctx, order) : null),
    description:
      'What its drug was screened for and what was found: of a draft as it would be found now, from the signature on as signed. Null of an order signed before drugs were screened.',
  }),
);

async function screeningOf(ctx: Ctx, order: OrderRow): Promise<FrozenScreening | null> {
  await needIntact(ctx, order);
  const document = documentOf(order);
  if (document !== null) return document.screening;
  // A pharmacy sees no draft.
  if (order.status !== 'DRAFT' || !ctx.actor.places('chart:read').includes(order.clinicId)) return null;
  const interactions = await askInteractions(ctx, order);
  return screened(await readChart(ctx, order), interactions, ctx.now()).onDraft;
}
