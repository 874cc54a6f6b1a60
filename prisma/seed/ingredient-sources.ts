import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { formulary, substanceNamed } from './formulary.ts';
import { digits, oneOf, uuidOf } from './invent.ts';
import { placeId } from './places.ts';
import { atDays, inDays, insertRows, type SeedTime } from './rows.ts';

const suppliers = [
  ['Bluebonnet Chemicals', '3009000101'],
  ['Cardinal Ridge Fine Chemicals', '3009000102'],
  ['Saltmarsh Ingredients', '3009000103'],
] as const;

/** One invented lot of every ingredient at each pharmacy that compounds with it, of a grade and with papers that no condition objects to. */
export async function seedIngredientSources(client: ClientBase, time: SeedTime): Promise<void> {
  const used = formulary.flatMap(({ pharmacy, ingredients }) => ingredients.map(([substance]) => ({ pharmacy, substance })));
  const once = new Map(used.map((one) => [`${one.pharmacy}:${one.substance}`, one]));
  await insertRows(
    client,
    'pharmacies.ingredient_source',
    [...once].map(([key, { pharmacy, substance }]) => {
      const { name, unii } = substanceNamed(substance);
      const [supplier, establishment] = oneOf(`supplier:${key}`, suppliers);
      const number = `R${digits(`material:${key}`, 6)}`;
      return {
        id: uuidOf(`ingredient-source:${key}`),
        pharmacy_id: placeId(pharmacy),
        ...{ name, unii, supplier, establishment, lot_number: number, normalized_number: number },
        ...{ grade: 'PHARMACEUTICAL', sterile_suitable: true, certificate: `COA-${digits(`certificate:${key}`, 5)}` },
        certificate_digest: createHash('sha256').update(`certificate:${key}`).digest('hex'),
        ...{ certified_on: inDays(time, -150), good_until: inDays(time, 500) },
        ...{ replaces_id: null, withdrawn: false, reason: null, recorded_by: 'seed', recorded_at: atDays(time, -140) },
      };
    }),
  );
}
