import type { Tx } from '../builder.ts';

/** Where lots of a pharmacy lie as office stock: the clinics, each once, in the order of their ids. */
export async function clinicsStocking(tx: Tx, pharmacyId: string, lotIds: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRawUnsafe<{ clinic_id: string }[]>(
    `select distinct s.clinic_id::text from lot l
     join office_stock_supply s on s.pharmacy_id = l.pharmacy_id and s.normalized_number = l.normalized_number
     where l.pharmacy_id = $1::uuid and l.id = any ($2::uuid[]) order by 1`,
    pharmacyId,
    lotIds,
  );
  return rows.map(({ clinic_id: id }) => id);
}
