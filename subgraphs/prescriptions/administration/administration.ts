import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { OfficeStockReceipt } from '../office-stock/office-stock-receipt.ts';
import { Patient } from '../patient/patient.ts';
import { Practitioner, practitionerOf } from '../references.ts';

export const VialKindEnum = builder.enumType('VialKind', {
  description: 'What a preparation is given from: it says how long it may be used once opened.',
  values: {
    SINGLE_DOSE: { description: 'A container for one dose.' },
    MULTIPLE_DOSE: { description: 'A container that is punctured more than once.' },
  } as const,
});

/** What was given, from which container of which lot. */
export const Administration = builder.prismaObject('Administration', {
  description: 'Something given to a patient in the clinic, from one container of one lot in its stock.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('administration', row.id), description: 'Id of the record.' }),
    receipt: t.relation('receipt', { type: OfficeStockReceipt, description: 'The lot, as it came to the clinic.' }),
    vial: t.exposeString('vial', { description: 'Which container of the lot, as the clinic marks it.' }),
    openedAt: t.expose('openedAt', { type: 'DateTime', description: 'When the container was first opened.' }),
    amount: t.field({
      type: graph.Quantity,
      resolve: (row) => ({ value: row.amountValue.toFixed(), unit: row.amountUnit }),
      description: 'How much was given.',
    }),
    site: t.exposeString('site', { nullable: true, description: 'Where on the body.' }),
    administeredBy: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.administeredBy),
      description: 'Who gave it.',
    }),
    administeredAt: t.expose('administeredAt', { type: 'DateTime', description: 'When it was given.' }),
  }),
});

builder.objectField(Patient, 'administrations', (t) =>
  t.field({
    type: [Administration],
    nullable: true,
    authScopes: { may: 'chart:read' },
    description: 'What the patient was given in the clinic from its stock, the latest first. At most 100.',
    resolve: (patient, _args, ctx) =>
      ctx.db.administration.findMany({
        where: { patientId: patient.id, clinicId: { in: [...ctx.actor.places('chart:read')] } },
        orderBy: [{ administeredAt: 'desc' }, { id: 'desc' }],
        take: 100,
      }),
  }),
);
