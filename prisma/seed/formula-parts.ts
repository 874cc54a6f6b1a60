import type { InventedItem } from './formulary.ts';

/** An inactive ingredient of an invented formula. UNIIs are FDA's; one that no opened source gave is left out. */
export interface InventedExcipient {
  readonly name: string;
  readonly unii: string | null;
  readonly role: string;
  /** As `ratioIn` reads them; null is a quantity sufficient. */
  readonly amounts: string | null;
}

const water = { name: 'Water for injection', unii: '059QF0KO0R', role: 'VEHICLE', amounts: null };
const saline = { name: 'Sodium chloride', unii: '451W47IQ8X', role: 'OTHER', amounts: '9 mg in 1 mL' };
const alkali = { name: 'Sodium hydroxide', unii: '55X04QC32I', role: 'BUFFER', amounts: null };
const benzylAlcohol = { name: 'Benzyl alcohol', unii: 'LKG8494WBH', role: 'PRESERVATIVE', amounts: '9 mg in 1 mL' };
const mannitol = { name: 'Mannitol', unii: '3OWL53L36A', role: 'STABILIZER', amounts: '30 mg in 1 mL' };
const grapeseed = { name: 'Grapeseed oil', unii: null, role: 'VEHICLE', amounts: null };
const cellulose = { name: 'Microcrystalline cellulose', unii: 'OP1R32D61U', role: 'BASE', amounts: null };
const shell = { name: 'Gelatin capsule', unii: '2G86QN327L', role: 'OTHER', amounts: null };
const glycol = { name: 'Propylene glycol', unii: '6DC9Q167V3', role: 'SOLVENT', amounts: '5 g in 100 g' };
const glycerin = { name: 'Glycerin', unii: 'PDC6A3C0OX', role: 'OTHER', amounts: '3 g in 100 g' };
const cream = { name: 'Oil-in-water cream base', unii: null, role: 'BASE', amounts: null };

const ofForm: Readonly<Record<string, readonly InventedExcipient[]>> = {
  'injection, solution': [water, saline, alkali],
  cream: [cream, glycol, glycerin],
  capsule: [cellulose, shell],
};

const ofItem: Readonly<Record<string, readonly InventedExcipient[]>> = {
  'a-testosterone': [grapeseed, benzylAlcohol],
  'b-semaglutide': [water, benzylAlcohol, alkali],
  'b-sermorelin': [water, mannitol],
  'c-semaglutide': [water, saline, benzylAlcohol],
  'c-levocarnitine': [water, alkali],
};

/** What else is in an item. */
export function excipientsIn({ key, dosageForm }: InventedItem): readonly InventedExcipient[] {
  return ofItem[key] ?? ofForm[dosageForm] ?? [];
}

const packs: Readonly<Record<string, readonly [value: string, unit: string, container: string]>> = {
  subcutaneous: ['2.5', 'mL', 'vial'],
  intramuscular: ['10', 'mL', 'vial'],
  intravenous: ['30', 'mL', 'vial'],
  topical: ['30', 'g', 'jar'],
  vaginal: ['30', 'g', 'tube'],
  oral: ['30', '{capsule}', 'bottle'],
};

/** How an item is packed, as columns. */
export function packOf({ key, route }: InventedItem) {
  const [value, unit, container] = packs[route] ?? [null, null, null];
  return {
    ...{ pack_value: value, pack_unit: unit, container },
    device: key === 'a-estriol' ? 'vaginal applicator' : null,
    dose_variant: key === 'c-semaglutide' ? 'maintenance' : null,
  };
}

/** An approved product as the invented pharmacies recorded it: only what a source says, and no more. */
const approved: Readonly<
  Record<string, readonly { name: string; ingredient: string; dosageForm: string | null; marketing: string; source: string }[]>
> = {
  'a-testosterone': [
    {
      ...{ name: 'Testosterone cypionate injection', ingredient: 'Testosterone cypionate', dosageForm: 'injection, solution' },
      ...{ marketing: 'MARKETED', source: 'Substance table: commercial vials exist' },
    },
  ],
  // In no approved drug.
  'a-estriol': [],
  'b-sermorelin': [
    {
      ...{ name: 'Geref', ingredient: 'Sermorelin', dosageForm: null },
      ...{ marketing: 'DISCONTINUED', source: 'Substance table: discontinued for reasons other than safety or effectiveness' },
    },
  ],
  'b-tretinoin': [
    {
      ...{ name: 'Approved combination cream with hydroquinone', ingredient: 'Hydroquinone', dosageForm: 'cream' },
      ...{ marketing: 'UNKNOWN', source: 'Substance table: component of an approved combination cream' },
    },
  ],
};

/** The approved products beside an item; null where the pharmacy has recorded nothing. */
export function approvedBeside({ key }: InventedItem) {
  return approved[key]?.map((product) => ({ ...product, confidence: 'known', asOf: '2026-11-22' })) ?? null;
}
