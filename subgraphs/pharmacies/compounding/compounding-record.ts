import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { Lot } from '../dispense/lot.ts';

/** One quality control as it came out. */
export interface QualityResult {
  readonly name: string;
  readonly result: string;
  readonly passed: boolean;
}

const Result = builder.objectRef<QualityResult>('QualityResult').implement({
  authScopes: { may: 'fulfillment:read' },
  description: 'One quality control as it came out.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What was looked at.' }),
    result: t.exposeString('result', { description: 'What was found.' }),
    passed: t.exposeBoolean('passed', { description: 'Whether it is what must be found.' }),
  }),
});

export const CompoundingRecord = builder.prismaObject('CompoundingRecord', {
  description: 'How one lot was made (compounding record, USP <795> and <797>).',
  authScopes: { may: 'fulfillment:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('compoundingRecord', row.id), description: 'Id of the record.' }),
    lot: t.relation('lot', { description: 'What was made.' }),
    formulation: t.relation('formulation', { description: 'How it was to be made.' }),
    madeBy: t.exposeString('madeBy', { description: 'The account of whoever made it.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was recorded.' }),
    yield: t.field({
      type: graph.Quantity,
      select: { yieldValue: true, yieldUnit: true },
      resolve: (row) => ({ value: row.yieldValue.toFixed(), unit: row.yieldUnit }),
      description: 'What came out of it.',
    }),
    quality: t.field({
      type: [Result],
      resolve: (row) => row.qualityResults as unknown as QualityResult[],
      description: 'Every quality control of the formulation as it came out.',
    }),
  }),
});

const LotComponent = builder.prismaObject('LotComponent', {
  description: 'One component that went into a lot.',
  authScopes: { may: 'fulfillment:read' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name.' }),
    unii: t.exposeString('unii', { nullable: true, description: 'FDA’s code of the substance.' }),
    supplier: t.exposeString('supplier', { description: 'Whose it was.' }),
    number: t.exposeString('number', { description: 'The supplier’s lot number.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day its supplier stands for.' }),
    amount: t.field({
      type: graph.Quantity,
      select: { amountValue: true, amountUnit: true },
      resolve: (row) => ({ value: row.amountValue.toFixed(), unit: row.amountUnit }),
      description: 'How much of it went in.',
    }),
  }),
});

const LotRelease = builder.prismaObject('LotRelease', {
  description: 'A pharmacist’s final check of a lot that another person made.',
  authScopes: { may: 'fulfillment:read' },
  fields: (t) => ({
    decision: t.exposeString('decision', { description: 'RELEASED or REFUSED.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was refused.' }),
    checkedBy: t.exposeString('checkedBy', { description: 'The account of whoever checked it.' }),
    checkedAt: t.expose('checkedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

builder.prismaObjectFields(Lot, (t) => ({
  compounding: t.relation('compounding', {
    nullable: true,
    type: CompoundingRecord,
    authScopes: { may: 'fulfillment:read' },
    description: 'How it was made; empty for a lot that was recorded with its first dispense. For the pharmacy’s own people.',
  }),
  components: t.relation('components', {
    type: LotComponent,
    authScopes: { may: 'fulfillment:read' },
    query: { orderBy: { position: 'asc' } },
    description: 'What went in, by its suppliers’ lots. For the pharmacy’s own people.',
  }),
  release: t.relation('release', {
    nullable: true,
    type: LotRelease,
    authScopes: { may: 'fulfillment:read' },
    description: 'Its final check; empty while it waits for it. For the pharmacy’s own people.',
  }),
}));
