import type { ScreeningWaiver as WaiverRow } from '#prisma/generated/prescriptions/client.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import type { FrozenScreen } from '../document/order-document.ts';
import { Practitioner, practitionerOf } from '../references.ts';

/** Kinds of screening, in the graph. */
export const DrugScreeningKindEnum = builder.enumType('DrugScreeningKind', {
  description: 'What an ordered drug is screened for.',
  values: {
    ALLERGY: { description: 'Recorded allergies, against each ingredient and excipient.' },
    DUPLICATE_THERAPY: { description: 'Other orders and medicines of the patient with the same ingredient, or one of its class.' },
    CONTRAINDICATION: { description: 'Answers of the patient that a screening rule picked out.' },
    PREGNANCY: { description: 'Pregnancy, the wish for it, and breast-feeding.' },
    INTERACTION: { description: 'Other medicines of the patient.' },
  } as const,
});

/** A finding as the record of a waiver keeps it. */
export const DrugScreeningFinding = builder.objectRef<FrozenScreen['findings'][number]>('DrugScreeningFinding').implement({
  description: 'One thing that screening a drug found, or could not say.',
  fields: (t) => ({
    substance: t.exposeString('substance', { nullable: true, description: 'The ingredient or excipient; null of the drug as a whole.' }),
    unii: t.exposeString('unii', { nullable: true, description: 'Its UNII, where there is one.' }),
    about: t.exposeString('about', {
      nullable: true,
      description: 'What it was held against, as recorded: an allergy, a medicine, the id of an order, the question of an intake.',
    }),
    outcome: t.field({
      type: graph.Outcome,
      resolve: ({ outcome }) => outcome,
      description: 'FAIL stands against it, UNKNOWN could not be said, PASS is only shown.',
    }),
    message: t.exposeString('message', { description: 'The finding in words.' }),
  }),
});

/** That the prescriber goes on with a draft. */
export const ScreeningWaiver = builder.prismaObject('ScreeningWaiver', {
  description:
    'That the prescriber goes on with a draft in spite of what screening its drug found, with the reason. It holds for those findings, those answers of the patient and that drug, and never changes.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('screeningWaiver', row.id), description: 'Id of the waiver.' }),
    kind: t.field({ type: DrugScreeningKindEnum, resolve: (row) => row.kind as 'ALLERGY', description: 'The kind of screening.' }),
    reason: t.exposeString('reason', { description: 'Why, in the prescriber’s words.' }),
    credential: t.exposeString('credential', { description: 'The prescriber’s credential then.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    prescriber: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.prescriberId),
      description: 'Who waived it.',
    }),
    findings: t.field({
      type: [DrugScreeningFinding],
      resolve: (row) => row.findings as unknown as FrozenScreen['findings'],
      description: 'What was waived, as it was shown then.',
    }),
  }),
});

/** A waiver by its public id, for whoever opens charts at its clinic. */
export function waiverOf(ctx: Ctx, id: string): Promise<WaiverRow | null> {
  return ctx.load<WaiverRow>('screeningWaiver', fromId('screeningWaiver', id), { clinicId: { in: [...ctx.actor.places('chart:read')] } });
}
