import type { RatioShape } from '#kernel/strength.ts';
import { library } from '#rules/packs.ts';
import { substanceRuleKey, substances, type Substance } from '#rules/substance-table.ts';

/** Amounts as the invented formulary writes them: `2.5 mg in 1 mL`. */
export function ratioIn(amounts: string): RatioShape {
  const [, value, unit, of, whole] = /^([0-9.]+) (\S+) in ([0-9.]+) (\S+)$/.exec(amounts) ?? [];
  if (!value || !unit || !of || !whole) throw new Error(`${amounts} are no two amounts.`);
  return { numerator: { value, unit }, denominator: { value: of, unit: whole } };
}

/** An item of an invented formulary. Ingredients are named as the substance table names them; their UNIIs come from there. */
export interface InventedItem {
  readonly key: string;
  readonly pharmacy: 'pharmacy-a' | 'pharmacy-b' | 'pharmacy-c';
  readonly name: string;
  readonly dosageForm: string;
  readonly route: string;
  /** A row family of the beyond-use-date table. */
  readonly kind: string;
  readonly storage: 'CONTROLLED_ROOM_TEMPERATURE' | 'REFRIGERATED' | 'FROZEN';
  readonly days: number;
  readonly copyOfApproved: boolean;
  readonly ingredients: readonly (readonly [substance: string, strength: string, amounts: string])[];
}

const asepticRefrigerated = { kind: '797-C2-ASEP-ST-NONE', storage: 'REFRIGERATED', days: 10 } as const;
const tested = { kind: '797-C2-ASEP-TEST', storage: 'REFRIGERATED', days: 45 } as const;
const cream = { kind: '795-PA', storage: 'CONTROLLED_ROOM_TEMPERATURE', days: 35 } as const;
const capsule = { kind: '795-OTH', storage: 'CONTROLLED_ROOM_TEMPERATURE', days: 180 } as const;
const vial = { dosageForm: 'injection, solution', route: 'subcutaneous' } as const;

/** Twenty items over the three pharmacies. Some rest on a substance whose status is uncertain: those stay blocked, and say why. */
export const formulary: readonly InventedItem[] = [
  {
    key: 'a-semaglutide-pf',
    pharmacy: 'pharmacy-a',
    name: 'Semaglutide 2.5 mg/mL, preservative-free',
    ...vial,
    ...asepticRefrigerated,
    copyOfApproved: true,
    ingredients: [['Semaglutide', '2.5 mg/mL', '2.5 mg in 1 mL']],
  },
  {
    key: 'a-tirzepatide',
    pharmacy: 'pharmacy-a',
    name: 'Tirzepatide 10 mg/mL, preservative-free',
    ...vial,
    ...asepticRefrigerated,
    copyOfApproved: true,
    ingredients: [['Tirzepatide', '10 mg/mL', '10 mg in 1 mL']],
  },
  {
    key: 'a-methylcobalamin',
    pharmacy: 'pharmacy-a',
    name: 'Methylcobalamin 1 mg/mL',
    dosageForm: 'injection, solution',
    route: 'intramuscular',
    ...asepticRefrigerated,
    copyOfApproved: false,
    ingredients: [['Methylcobalamin', '1 mg/mL', '1 mg in 1 mL']],
  },
  {
    key: 'a-cyanocobalamin',
    pharmacy: 'pharmacy-a',
    name: 'Cyanocobalamin 1 mg/mL',
    dosageForm: 'injection, solution',
    route: 'intramuscular',
    ...asepticRefrigerated,
    copyOfApproved: false,
    ingredients: [['Cyanocobalamin', '1 mg/mL', '1 mg in 1 mL']],
  },
  {
    key: 'a-blt',
    pharmacy: 'pharmacy-a',
    name: 'Benzocaine 20 %, lidocaine 6 %, tetracaine 4 % cream',
    dosageForm: 'cream',
    route: 'topical',
    ...cream,
    copyOfApproved: false,
    ingredients: [
      ['Benzocaine', '20 g/(100.g)', '20 g in 100 g'],
      ['Lidocaine', '6 g/(100.g)', '6 g in 100 g'],
      ['Tetracaine', '4 g/(100.g)', '4 g in 100 g'],
    ],
  },
  {
    key: 'a-estriol',
    pharmacy: 'pharmacy-a',
    name: 'Estriol 1 mg/g cream',
    dosageForm: 'cream',
    route: 'vaginal',
    ...cream,
    copyOfApproved: false,
    ingredients: [['Estriol', '1 mg/g', '1 mg in 1 g']],
  },
  {
    key: 'a-progesterone',
    pharmacy: 'pharmacy-a',
    name: 'Progesterone 50 mg capsule, peanut-free',
    dosageForm: 'capsule',
    route: 'oral',
    ...capsule,
    copyOfApproved: true,
    ingredients: [['Progesterone', '50 mg', '50 mg in 1 {capsule}']],
  },
  {
    key: 'a-naltrexone',
    pharmacy: 'pharmacy-a',
    name: 'Naltrexone 4.5 mg capsule',
    dosageForm: 'capsule',
    route: 'oral',
    ...capsule,
    copyOfApproved: true,
    ingredients: [['Naltrexone (low dose)', '4.5 mg', '4.5 mg in 1 {capsule}']],
  },
  {
    key: 'a-testosterone',
    pharmacy: 'pharmacy-a',
    name: 'Testosterone cypionate 200 mg/mL in grapeseed oil',
    dosageForm: 'injection, solution',
    route: 'intramuscular',
    ...tested,
    copyOfApproved: true,
    ingredients: [['Testosterone cypionate', '200 mg/mL', '200 mg in 1 mL']],
  },
  {
    key: 'a-nad',
    pharmacy: 'pharmacy-a',
    name: 'NAD+ 100 mg/mL',
    ...vial,
    ...asepticRefrigerated,
    copyOfApproved: false,
    ingredients: [['NAD+ (nadide)', '100 mg/mL', '100 mg in 1 mL']],
  },
  {
    key: 'b-semaglutide',
    pharmacy: 'pharmacy-b',
    name: 'Semaglutide 1 mg/mL with methylcobalamin',
    ...vial,
    ...asepticRefrigerated,
    copyOfApproved: true,
    ingredients: [
      ['Semaglutide', '1 mg/mL', '1 mg in 1 mL'],
      ['Methylcobalamin', '0.5 mg/mL', '0.5 mg in 1 mL'],
    ],
  },
  {
    key: 'b-ascorbic',
    pharmacy: 'pharmacy-b',
    name: 'Ascorbic acid 500 mg/mL, preservative-free',
    dosageForm: 'injection, solution',
    route: 'intravenous',
    ...asepticRefrigerated,
    copyOfApproved: true,
    ingredients: [['Ascorbic acid', '500 mg/mL', '500 mg in 1 mL']],
  },
  {
    key: 'b-glutathione',
    pharmacy: 'pharmacy-b',
    name: 'Glutathione 200 mg/mL',
    dosageForm: 'injection, solution',
    route: 'intravenous',
    ...asepticRefrigerated,
    copyOfApproved: false,
    ingredients: [['Glutathione', '200 mg/mL', '200 mg in 1 mL']],
  },
  {
    key: 'b-tretinoin',
    pharmacy: 'pharmacy-b',
    name: 'Tretinoin 0.05 %, hydroquinone 6 % cream',
    dosageForm: 'cream',
    route: 'topical',
    ...cream,
    copyOfApproved: true,
    ingredients: [
      ['Tretinoin', '0.05 g/(100.g)', '0.05 g in 100 g'],
      ['Hydroquinone', '6 g/(100.g)', '6 g in 100 g'],
    ],
  },
  {
    key: 'b-minoxidil',
    pharmacy: 'pharmacy-b',
    name: 'Minoxidil 2.5 mg capsule',
    dosageForm: 'capsule',
    route: 'oral',
    ...capsule,
    copyOfApproved: true,
    ingredients: [['Minoxidil', '2.5 mg', '2.5 mg in 1 {capsule}']],
  },
  {
    key: 'b-estradiol',
    pharmacy: 'pharmacy-b',
    name: 'Estradiol 0.5 mg/g cream',
    dosageForm: 'cream',
    route: 'topical',
    ...cream,
    copyOfApproved: true,
    ingredients: [['Estradiol', '0.5 mg/g', '0.5 mg in 1 g']],
  },
  {
    key: 'b-sermorelin',
    pharmacy: 'pharmacy-b',
    name: 'Sermorelin 1 mg/mL',
    ...vial,
    ...asepticRefrigerated,
    copyOfApproved: false,
    ingredients: [['Sermorelin', '1 mg/mL', '1 mg in 1 mL']],
  },
  {
    key: 'c-lidocaine',
    pharmacy: 'pharmacy-c',
    name: 'Lidocaine 4 % cream',
    dosageForm: 'cream',
    route: 'topical',
    ...cream,
    copyOfApproved: false,
    ingredients: [['Lidocaine', '4 g/(100.g)', '4 g in 100 g']],
  },
  {
    key: 'c-semaglutide',
    pharmacy: 'pharmacy-c',
    name: 'Semaglutide 5 mg/mL',
    ...vial,
    ...tested,
    copyOfApproved: true,
    ingredients: [['Semaglutide', '5 mg/mL', '5 mg in 1 mL']],
  },
  {
    key: 'c-levocarnitine',
    pharmacy: 'pharmacy-c',
    name: 'Levocarnitine 200 mg/mL',
    dosageForm: 'injection, solution',
    route: 'intravenous',
    ...tested,
    copyOfApproved: true,
    ingredients: [['Levocarnitine', '200 mg/mL', '200 mg in 1 mL']],
  },
];

/** The row of the substance table behind an ingredient's name; an item cannot name one that is not there. */
export function substanceNamed(name: string): Substance {
  const found = substances.find((one) => one.name === name);
  if (!found) throw new Error(`The substance table has no ${name}.`);
  return found;
}

/** The federal schedule of a substance as the packs have it last; null for one that is not controlled. */
export function scheduleOf(substance: Substance): string | null {
  const rule = library.latest.entries(`US.${substanceRuleKey(substance, 'schedule')}`).at(-1);
  return rule === undefined ? null : String(rule.value);
}
