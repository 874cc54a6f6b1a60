import { NCI_THESAURUS } from '#kernel/shared-formula.ts';
import { type UnitCode, unitCodes, unitCodeSource } from '#rules/unit-codes.ts';
import { builder, graph } from '../builder.ts';

const UnitCodeType = builder.objectRef<UnitCode>('UnitCode').implement({
  description: 'A unit by its UCUM code, which orders are written in, and by its NCI Thesaurus code, which SCRIPT messages carry.',
  authScopes: { may: 'formulary:read' },
  fields: (t) => ({
    ucum: t.exposeString('ucum', {
      nullable: true,
      description: 'The case-sensitive UCUM code; empty for what only SCRIPT counts, such as a kit.',
    }),
    meaning: t.exposeString('meaning', { description: 'What it is.' }),
    dimension: t.exposeString('dimension', {
      nullable: true,
      description: 'What it measures: units of different dimensions never convert, arbitrary units not even into each other.',
    }),
    ncit: t.field({
      type: graph.Coding,
      nullable: true,
      resolve: ({ nci }) => (nci === null ? null : { system: NCI_THESAURUS, code: nci }),
      description: 'The NCI Thesaurus code that means the same; empty where no mapping is on record.',
    }),
    ncitMeaning: t.exposeString('nciMeaning', { nullable: true, description: 'What the NCI Thesaurus calls it.' }),
    confidence: t.exposeString('confidence', {
      nullable: true,
      description:
        'How sure the mapping is: `verified` (a source was opened), `known` (not opened) or `uncertain`; empty without a mapping.',
    }),
    source: t.string({ resolve: () => unitCodeSource.source, description: 'Where unit and mapping come from.' }),
    asOf: t.field({ type: 'Date', resolve: () => new Date(unitCodeSource.asOf), description: 'The day of the table.' }),
  }),
});

builder.queryField('unitCodes', (t) =>
  t.field({
    type: [UnitCodeType],
    authScopes: { may: 'formulary:read' },
    description: 'Every unit that an order or a formula may be written in, with its mapping to the NCI Thesaurus where one is on record.',
    resolve: () => [...unitCodes],
  }),
);
