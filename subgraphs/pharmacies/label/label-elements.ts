import { hazardOf } from '#rules/drug-findings.ts';

/** One thing a label says, and what asks for it. */
export interface LabelElement {
  readonly code: string;
  /** As it stands before the text; empty for a statement. */
  readonly heading: string;
  /** Null: it is not on record, so there is no label. */
  readonly text: string | null;
  readonly citation: string;
}

/** Who made it. */
export interface LabelPharmacy {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly homeState: string;
  readonly postalCode: string;
  readonly phone: string;
  readonly timeZone: string;
}

/** An active or inactive ingredient with how much of it. */
export interface LabelIngredient {
  readonly name: string;
  readonly unii: string | null;
  readonly strength: string | null;
  readonly csSchedule: string | null;
}

const FDCA = '21 USC 353(b)(2)';
const USP = 'USP <795> section 9; USP <797> section 13';
const OUTSOURCING = '21 USC 353b(a)(10)';

const storageWords: Readonly<Record<string, string>> = {
  CONTROLLED_ROOM_TEMPERATURE: 'Store at controlled room temperature, 20 to 25 degrees Celsius',
  REFRIGERATED: 'Store in a refrigerator, 2 to 8 degrees Celsius. Do not freeze',
  FROZEN: 'Store in a freezer, -25 to -10 degrees Celsius',
};

const text = (value: string | null | undefined): string | null => (value?.trim() ? value.trim() : null);

function addressOf({ line1, line2, city, homeState, postalCode }: LabelPharmacy): string | null {
  return text(line1) && text(city) ? [line1, line2, `${city}, ${homeState} ${postalCode}`].filter(Boolean).join(', ') : null;
}

const dayThere = (at: Date, timeZone: string): string => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);

const HOURS_MATTER_MS = 72 * 3_600_000;

/** When a lot ends, as a label says it: with the hour where it may be used for 72 hours or less. */
export function endInWords(lot: { compoundedAt: Date; beyondUseDate: string; beyondUseAt: Date | null }, timeZone: string): string {
  const { compoundedAt, beyondUseDate, beyondUseAt } = lot;
  if (beyondUseAt === null || beyondUseAt.getTime() - compoundedAt.getTime() > HOURS_MATTER_MS) return beyondUseDate;
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' }).format(beyondUseAt);
}

/** A list in which one part is missing says less than it seems to: then all of it is. */
function ingredientsInWords(ingredients: readonly LabelIngredient[] | null): string | null {
  if (ingredients === null || ingredients.length === 0 || ingredients.some(({ name, strength }) => !text(name) || !text(strength)))
    return null;
  return ingredients.map(({ name, strength }) => `${name} ${strength}`).join(', ');
}

/** Each hazardous ingredient once; none, and the label says nothing of it. */
function hazards(ingredients: readonly LabelIngredient[], citation: string): LabelElement[] {
  const found = [...new Set(ingredients.flatMap((one) => hazardOf(one) ?? []))];
  return found.length === 0 ? [] : [{ code: 'HAZARDOUS', heading: '', text: `Hazardous drug. ${found.join(' ')}`, citation }];
}

/** What a patient's label is made of. */
export interface PatientLabelFacts {
  readonly pharmacy: LabelPharmacy;
  readonly serialNumber: string;
  readonly dispensedAt: Date;
  /** When the first fill was handed out; null when that is not known here. */
  readonly firstFilledAt: Date | null;
  readonly patient: string | null;
  readonly prescriber: string | null;
  readonly directions: string | null;
  readonly ingredients: readonly LabelIngredient[];
  readonly dosageForm: string | null;
  readonly route: string | null;
  readonly quantity: string;
  readonly refillsLeft: number | null;
  readonly storage: string;
  readonly lotNumber: string;
  readonly end: string;
}

const transferred = ['II', 'III', 'IV'];

/** Everything a dispensing label of a compound says, in its order: the prescription's, the compound's, and what a controlled one adds. */
export function patientLabel(facts: PatientLabelFacts): LabelElement[] {
  const { pharmacy, ingredients } = facts;
  const schedules = ingredients.flatMap(({ csSchedule }) => csSchedule ?? []);
  const first = facts.firstFilledAt && dayThere(facts.firstFilledAt, pharmacy.timeZone);
  return [
    { code: 'DISPENSER_NAME', heading: '', text: text(pharmacy.name), citation: FDCA },
    { code: 'DISPENSER_ADDRESS', heading: '', text: addressOf(pharmacy), citation: FDCA },
    { code: 'DISPENSER_CONTACT', heading: 'Telephone', text: text(pharmacy.phone), citation: USP },
    { code: 'SERIAL_NUMBER', heading: 'Rx', text: text(facts.serialNumber), citation: FDCA },
    { code: 'DATE', heading: 'Filled', text: dayThere(facts.dispensedAt, pharmacy.timeZone), citation: FDCA },
    ...(schedules.length === 0
      ? []
      : [{ code: 'INITIAL_FILL_DATE', heading: 'First filled', text: first, citation: '21 CFR 1306.24(a); 21 CFR 1306.14(a)' }]),
    { code: 'PATIENT', heading: 'Patient', text: text(facts.patient), citation: FDCA },
    { code: 'PRESCRIBER', heading: 'Prescriber', text: text(facts.prescriber), citation: FDCA },
    { code: 'DIRECTIONS', heading: 'Directions', text: text(facts.directions), citation: FDCA },
    { code: 'ACTIVE_INGREDIENTS', heading: 'Contains', text: ingredientsInWords(ingredients), citation: USP },
    { code: 'DOSAGE_FORM', heading: 'Form', text: text(facts.dosageForm), citation: USP },
    { code: 'ROUTE', heading: 'Route', text: text(facts.route), citation: USP },
    { code: 'QUANTITY', heading: 'Quantity', text: text(facts.quantity), citation: USP },
    {
      ...{ code: 'REFILLS', heading: 'Refills left', citation: 'Shown beside the quantity; no cited rule asks for it' },
      text: facts.refillsLeft === null ? null : String(facts.refillsLeft),
    },
    { code: 'STORAGE', heading: '', text: storageWords[facts.storage] ?? null, citation: USP },
    { code: 'LOT', heading: 'Lot', text: text(facts.lotNumber), citation: USP },
    { code: 'BEYOND_USE_DATE', heading: 'Do not use after', text: text(facts.end), citation: USP },
    { code: 'COMPOUNDED', heading: '', text: 'This is a compounded drug.', citation: USP },
    ...hazards(ingredients, 'USP <800>'),
    ...(schedules.some((schedule) => transferred.includes(schedule))
      ? [
          {
            ...{ code: 'TRANSFER_WARNING', heading: '', citation: '21 CFR 290.5' },
            text: 'Caution: federal law prohibits the transfer of this drug to any person other than the patient for whom it was prescribed.',
          },
        ]
      : []),
  ];
}

/** What a facility's label and container are made of. */
export interface FacilityLabelFacts {
  readonly pharmacy: LabelPharmacy;
  readonly lotNumber: string;
  readonly establishedName: string | null;
  readonly dosageForm: string | null;
  readonly ingredients: readonly LabelIngredient[];
  /** Null when the pharmacy has not recorded what else is in it. */
  readonly inactive: readonly LabelIngredient[] | null;
  readonly quantity: string | null;
  readonly compoundedAt: Date;
  readonly end: string;
  readonly storage: string;
  /** Null where none is recorded: it is asked for where there is one. */
  readonly ndc: string | null;
  readonly directions: string | null;
  /** Not for an identified patient. */
  readonly officeUse: boolean;
}

// An amount as much as needed is said so: the element asks for quantity or proportion.
function inactiveInWords(inactive: readonly LabelIngredient[] | null): string | null {
  return inactive === null ? null : inactive.map(({ name, strength }) => `${name} ${strength ?? 'q.s.'}`).join(', ') || 'none';
}

/** Everything a drug of an outsourcing facility says on its label and its container. */
export function facilityLabel(facts: FacilityLabelFacts): LabelElement[] {
  const { pharmacy, ingredients } = facts;
  const citation = OUTSOURCING;
  return [
    { code: 'COMPOUNDED', heading: '', text: 'This is a compounded drug.', citation },
    { code: 'FACILITY_NAME', heading: '', text: text(pharmacy.name), citation },
    { code: 'FACILITY_ADDRESS', heading: '', text: addressOf(pharmacy), citation },
    { code: 'FACILITY_TELEPHONE', heading: 'Telephone', text: text(pharmacy.phone), citation },
    { code: 'ESTABLISHED_NAME', heading: '', text: text(facts.establishedName), citation },
    { code: 'DOSAGE_FORM_STRENGTH', heading: 'Form and strength', text: formAndStrength(facts), citation },
    { code: 'QUANTITY', heading: 'Contents', text: text(facts.quantity), citation },
    { code: 'LOT', heading: 'Lot', text: text(facts.lotNumber), citation },
    { code: 'DATE_COMPOUNDED', heading: 'Compounded', text: dayThere(facts.compoundedAt, pharmacy.timeZone), citation },
    { code: 'EXPIRATION', heading: 'Expires', text: text(facts.end), citation },
    { code: 'STORAGE', heading: '', text: storageWords[facts.storage] ?? null, citation },
    ...(facts.ndc === null ? [] : [{ code: 'NDC', heading: 'NDC', text: text(facts.ndc), citation }]),
    { code: 'ACTIVE_INGREDIENTS', heading: 'Active', text: ingredientsInWords(ingredients), citation },
    { code: 'INACTIVE_INGREDIENTS', heading: 'Inactive', text: inactiveInWords(facts.inactive), citation },
    { code: 'DIRECTIONS', heading: 'Directions', text: text(facts.directions), citation },
    { code: 'ADVERSE_EVENTS', heading: 'Report adverse events', text: 'www.fda.gov/medwatch or 1-800-FDA-1088', citation },
    { code: 'NOT_FOR_RESALE', heading: '', text: 'Not for resale', citation },
    ...(facts.officeUse ? [{ code: 'OFFICE_USE', heading: '', text: 'Office Use Only', citation }] : []),
    ...hazards(ingredients, 'USP <800>'),
  ];
}

function formAndStrength({ dosageForm, ingredients }: FacilityLabelFacts): string | null {
  const strengths = ingredientsInWords(ingredients);
  return text(dosageForm) && strengths ? `${dosageForm}, ${strengths}` : null;
}
