import { PAGE_SIZE } from '#kernel/builder.ts';
import { lotNumber } from '#kernel/identifiers-product.ts';
import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';

export const MaterialGrade = builder.enumType('MaterialGrade', {
  description: 'The grade its supplier sells a material in.',
  values: {
    USP: { description: 'As a monograph of the United States Pharmacopeia has it.' },
    NF: { description: 'As a monograph of the National Formulary has it.' },
    PHARMACEUTICAL: { description: 'Pharmaceutical grade, without such a monograph.' },
    DIETARY: { description: 'For dietary supplements.' },
    FOOD: { description: 'For food.' },
    TECHNICAL: { description: 'For anything else.' },
  } as const,
});

export const IngredientSource = builder.prismaObject('IngredientSource', {
  description:
    'What a pharmacist attests of a supplier’s lot of an ingredient. It counts until its last day, or until a later record ends it.',
  authScopes: { may: 'facility:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('ingredientSource', row.id), description: 'Its id.' }),
    name: t.exposeString('name', { description: 'The ingredient.' }),
    unii: t.exposeString('unii', { nullable: true, description: 'FDA’s code of the substance, where it has one.' }),
    supplier: t.exposeString('supplier', { description: 'Whose it is.' }),
    establishment: t.exposeString('establishment', {
      description: 'FDA establishment identifier (FEI) under which whoever made it is registered.',
    }),
    lotNumber: t.exposeString('lotNumber', { description: 'The supplier’s lot number.' }),
    grade: t.field({ type: MaterialGrade, resolve: (row) => row.grade as 'USP', description: 'Its grade.' }),
    sterileSuitable: t.exposeBoolean('sterileSuitable', { description: 'Whether it is suitable for sterile compounding.' }),
    certificate: t.exposeString('certificate', { nullable: true, description: 'Its certificate of analysis; empty without one.' }),
    certificateDigest: t.exposeString('certificateDigest', { nullable: true, description: 'SHA-256 of the certificate, in hexadecimal.' }),
    certifiedOn: t.expose('certifiedOn', { type: 'Date', nullable: true, description: 'The day of the certificate.' }),
    goodUntil: t.expose('goodUntil', { type: 'Date', description: 'The last day on which the pharmacy stands by it.' }),
    withdrawn: t.exposeBoolean('withdrawn', { description: 'Whether this record takes back the one before.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it ends the one before; empty where there is none.' }),
    replaces: t.relation('replaces', { nullable: true, description: 'The record that this one ends.' }),
    replacedBy: t.relation('replacedBy', { nullable: true, description: 'The record that ended this one; empty while it counts.' }),
    recordedBy: t.exposeString('recordedBy', { description: 'The account of the pharmacist.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was recorded.' }),
  }),
});

builder.prismaObjectField(Pharmacy, 'ingredientSources', (t) =>
  t.prismaConnection({
    description: 'What its pharmacists attested of their materials, newest first, with what was ended since. For its own people.',
    type: IngredientSource,
    cursor: 'id',
    defaultSize: PAGE_SIZE.default,
    maxSize: PAGE_SIZE.max,
    authScopes: { may: 'facility:read' },
    args: {
      unii: t.arg.string({ description: 'Only of this substance.' }),
      lotNumber: t.arg.string({ description: 'Only of this lot of a supplier. Case and blanks do not matter.' }),
    },
    resolve: (query, pharmacy, { unii, lotNumber: number }, ctx) =>
      ctx.db.ingredientSource.findMany({
        ...query,
        where: {
          AND: [
            { pharmacyId: pharmacy.id },
            { pharmacyId: { in: [...ctx.actor.places('facility:read')] } },
            unii == null ? {} : { unii },
            // What is no lot number was never recorded as one.
            number == null ? {} : { normalizedNumber: lotNumber(number) ?? '' },
          ],
        },
        orderBy: [{ recordedAt: 'desc' }, { id: 'desc' }],
      }),
  }),
);
