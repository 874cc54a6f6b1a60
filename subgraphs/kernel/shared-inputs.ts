import { z } from 'zod';
import type { createBuilder } from './builder.ts';
import type { RawTx } from './db.ts';

type Builder<P extends object, Tx extends RawTx> = ReturnType<typeof createBuilder<P, Tx>>;

const line = (what: string, longest: number) =>
  z.string().trim().min(1, `${what} is missing.`).max(longest, `${what} has at most ${longest} characters.`);

/** An address as typed in: what a label can carry. */
export const addressShape = z.object({
  line1: line('The street', 120),
  line2: z.string().trim().max(120, 'The second line has at most 120 characters.').nullish(),
  city: line('The city', 80),
  postalCode: z.string().regex(/^\d{5}(-\d{4})?$/, 'A ZIP code is five digits, or nine as 78704-1234.'),
});

/** An amount as typed in: more than nothing. Whether the unit is the right one is for the verb that reads it. */
export const quantityShape = z.object({
  value: z
    .string()
    .refine((value) => Number(value) > 0 && Number(value) <= 1_000_000, 'An amount is more than zero and at most a million.'),
  unit: z.string().regex(/^[!-~]{1,20}$/, 'A unit is a UCUM code such as mL or mg.'),
});

/** Input types that more than one subgraph takes, the same to the letter. */
export function sharedInputs<P extends object, Tx extends RawTx>(
  builder: Builder<P, Tx>,
  refs: { UsState: ReturnType<Builder<P, Tx>['enumType']> },
) {
  const AddressInput = builder.inputType('AddressInput', {
    description: 'A postal address in the United States.',
    fields: (t) => ({
      line1: t.string({ required: true, description: 'Street and number.' }),
      line2: t.string({ description: 'Suite or unit.' }),
      city: t.string({ required: true, description: 'City.' }),
      state: t.field({ type: refs.UsState, required: true, description: 'State.' }),
      postalCode: t.string({ required: true, description: 'ZIP or ZIP+4.' }),
    }),
    validate: addressShape.loose(),
  });
  const QuantityInput = builder.inputType('QuantityInput', {
    description: 'An amount with its UCUM unit.',
    fields: (t) => ({
      value: t.field({ type: 'Decimal', required: true, description: 'The amount, exact.' }),
      unit: t.string({ required: true, description: 'The UCUM code of the unit.' }),
    }),
    validate: quantityShape,
  });
  return { AddressInput, QuantityInput };
}
