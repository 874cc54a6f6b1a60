/** Writes a list of rows that were read and found good: new formulas, items and prices, and what may change of items on record. */

import { strengthText } from '#kernel/strength.ts';
import type { Ctx, Tx } from '../../builder.ts';
import { dayOf } from '../../calendar-day.ts';
import type { FormularyRow } from './row.ts';

/** A formulary as it is on record: ids by name, with what a row of it would say. */
export interface OnRecord {
  readonly formulas: ReadonlyMap<string, string>;
  readonly items: ReadonlyMap<string, { readonly id: string; readonly priceCents: number | null }>;
}

/** What was written. */
export interface Written {
  readonly added: number;
  readonly changed: number;
}

type Row = Readonly<Record<string, unknown>>;
const AT_ONCE = 2_000;

async function insert(tx: Tx, table: string, rows: readonly Row[]): Promise<void> {
  const names = Object.keys(rows[0] ?? {}).join(', ');
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const text = JSON.stringify(rows.slice(from, from + AT_ONCE));
    await tx.$executeRawUnsafe(
      `insert into ${table} (${names}) select ${names} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
      text,
    );
  }
}

function ratioColumns(ratio: FormularyRow['ingredients'][number]['strength'] | null) {
  return {
    numerator_value: ratio?.numerator.value ?? null,
    numerator_unit: ratio?.numerator.unit ?? null,
    denominator_value: ratio?.denominator.value ?? null,
    denominator_unit: ratio?.denominator.unit ?? null,
  };
}

function changeable(row: FormularyRow) {
  return {
    ...{ active: row.active, lead_time_days: row.leadTimeDays, ships_to: row.shipsTo, beyond_use_days: row.beyondUseDays },
    ...{ beyond_use_basis: row.beyondUseBasis, beyond_use_source: row.beyondUseSource },
    ...{ effective_from: row.effectiveFrom, effective_to: row.effectiveTo },
    ndc: row.ndc,
  };
}

/** All of them or none, in the caller's transaction. Rows of one formula agree with each other, and with what is on record. */
export async function writeRows(tx: Tx, ctx: Ctx, pharmacyId: string, rows: readonly FormularyRow[], known: OnRecord): Promise<Written> {
  const formulaIds = new Map(known.formulas);
  const newFormulas = rows.filter(({ formula }) => !formulaIds.has(formula) && formulaIds.set(formula, ctx.newId()));
  const idOf = (formula: string) => formulaIds.get(formula);
  await insert(
    tx,
    'formula',
    newFormulas.map((row) => ({
      ...{
        id: idOf(row.formula),
        pharmacy_id: pharmacyId,
        name: row.formula,
        dosage_form: row.dosageForm,
        route: row.route,
        sterile: row.sterile,
      },
      ...{ preparation_type: row.preparationType, requires_clinical_difference: row.copyOfApproved },
      excipients_recorded_at: row.excipients === null ? null : ctx.now().toISOString(),
    })),
  );
  await insert(
    tx,
    'formula_ingredient',
    newFormulas.flatMap((row) =>
      row.ingredients.map(({ name, unii, rxcui, strength, csSchedule }, index) => ({
        ...{ id: ctx.newId(), formula_id: idOf(row.formula), position: index + 1, name, unii, rxcui, strength: strengthText(strength) },
        ...{ ...ratioColumns(strength), cs_schedule: csSchedule },
      })),
    ),
  );
  await insert(
    tx,
    'formula_excipient',
    newFormulas.flatMap((row) =>
      (row.excipients ?? []).map(({ name, unii, role, amount }, index) => ({
        ...{ id: ctx.newId(), formula_id: idOf(row.formula), position: index + 1, name, unii, role, ...ratioColumns(amount) },
      })),
    ),
  );
  const added = rows.filter(({ item }) => !known.items.has(item)).map((row) => ({ row, id: ctx.newId() }));
  await insert(
    tx,
    'formulary_item',
    added.map(({ row, id }) => ({
      ...{ id, pharmacy_id: pharmacyId, formula_id: idOf(row.formula), name: row.item, storage: row.storage, ...changeable(row) },
      ...{
        pack_value: row.packValue,
        pack_unit: row.packUnit,
        container: row.container,
        device: row.device,
        dose_variant: row.doseVariant,
      },
    })),
  );
  const changed = rows.flatMap((row) => {
    const item = known.items.get(row.item);
    return item === undefined ? [] : [{ row, ...item }];
  });
  await update(
    tx,
    changed.map(({ row, id }) => ({ id, ...changeable(row) })),
  );
  const priced = [...added.map((one) => ({ ...one, priceCents: null })), ...changed];
  await insert(
    tx,
    'formulary_price',
    // A price that is the one on record is no new price, unless it counts from another day.
    priced
      .filter(({ row, priceCents }) => row.priceCents !== null && (row.priceFrom !== null || row.priceCents !== priceCents))
      .map(({ row, id }) => ({
        ...{ id: ctx.newId(), item_id: id, pharmacy_id: pharmacyId, amount_cents: row.priceCents, currency: 'USD' },
        ...{ effective_from: row.priceFrom ?? dayOf(ctx.now()), recorded_by: ctx.actor.sub, recorded_at: ctx.now().toISOString() },
      })),
  );
  return { added: added.length, changed: changed.length };
}

async function update(tx: Tx, rows: readonly Row[]): Promise<void> {
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    await tx.$executeRawUnsafe(
      `update formulary_item i set active = n.active, lead_time_days = n.lead_time_days, ships_to = n.ships_to, beyond_use_days = n.beyond_use_days,
         beyond_use_basis = n.beyond_use_basis, beyond_use_source = n.beyond_use_source, effective_from = n.effective_from, effective_to = n.effective_to,
         ndc = coalesce(n.ndc, i.ndc)
       from jsonb_populate_recordset(null::formulary_item, $1::jsonb) n where i.id = n.id`,
      JSON.stringify(rows.slice(from, from + AT_ONCE)),
    );
  }
}
