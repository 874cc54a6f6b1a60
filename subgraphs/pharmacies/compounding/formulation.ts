import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';

/** What goes in, as a formulation keeps it. */
export interface PlannedComponent {
  readonly name: string;
  readonly unii: string | null;
  readonly grade: string | null;
  readonly amount: { readonly value: string; readonly unit: string } | null;
}

/** What is tested or looked at before release. */
export interface QualityControl {
  readonly name: string;
  readonly requirement: string;
}

interface ShownComponent extends Omit<PlannedComponent, 'amount'> {
  readonly amount: string | null;
}

const Component = builder.objectRef<ShownComponent>('FormulationComponent').implement({
  authScopes: { may: 'fulfillment:read' },
  description: 'What goes into a preparation.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its established name.' }),
    unii: t.exposeString('unii', { nullable: true, description: 'FDA’s code of the substance.' }),
    grade: t.exposeString('grade', { nullable: true, description: 'The grade it has to be of, for example USP.' }),
    amount: t.exposeString('amount', {
      nullable: true,
      description: 'How much goes into one batch, with its unit; empty: as much as needed.',
    }),
  }),
});

const Control = builder.objectRef<QualityControl>('QualityControl').implement({
  authScopes: { may: 'fulfillment:read' },
  description: 'What is tested or looked at before a lot is released.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What is looked at.' }),
    requirement: t.exposeString('requirement', { description: 'What must be found.' }),
  }),
});

export const MasterFormulation = builder.prismaObject('MasterFormulation', {
  description: 'How an item is made, in one version (master formulation record, USP <795> and <797>).',
  authScopes: { may: 'fulfillment:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('masterFormulation', row.id), description: 'Id of the record.' }),
    item: t.relation('item', { description: 'What is made by it.' }),
    version: t.exposeInt('version', { description: 'Counts the versions of the item’s record, from 1. The highest is in force.' }),
    components: t.field({
      type: [Component],
      resolve: (row) =>
        (row.components as unknown as PlannedComponent[]).map(({ name, unii, grade, amount }) => ({
          ...{ name, unii, grade },
          amount: amount === null ? null : `${amount.value} ${amount.unit}`,
        })),
      description: 'What goes in, in order.',
    }),
    container: t.exposeString('container', { description: 'What it is put into.' }),
    instructions: t.exposeString('instructions', { description: 'How it is made.' }),
    equipment: t.exposeString('equipment', { description: 'What it is made with.' }),
    qualityControls: t.field({
      type: [Control],
      resolve: (row) => row.qualityControls as unknown as QualityControl[],
      description: 'What is tested or looked at before release.',
    }),
    beyondUseReference: t.exposeString('beyondUseReference', { description: 'What the beyond-use limit rests on.' }),
    directions: t.exposeString('directions', { nullable: true, description: 'Directions for use on a facility’s container.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was recorded.' }),
  }),
});
