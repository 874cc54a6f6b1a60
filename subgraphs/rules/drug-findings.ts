/** What screening finds between one drug and one patient: each finding with how grave it is, and who may go on in spite of it. */

import raw from './data/drug-screening.json' with { type: 'json' };
import { entriesOf, isVague, likeness, type NamedSubstance } from './drug-names.ts';
import type { DrugScreeningFact, DrugScreeningKind, InteractionFact, OtherOrderFact } from './drug-screening-facts.ts';
import type { Fact, IngredientFact } from './facts.ts';
import type { Outcome } from './results.ts';
import { ingredientClass, slugOf, substanceOf } from './substance-table.ts';
import { wholeList } from './whole-list.ts';

/** The version of the names, families and classes that a drug is screened with. */
export const drugScreeningVersion = raw.version;

/** Who may go on in spite of a finding: the prescriber, a prescriber who is a physician, or nobody. */
export type WaivedBy = 'PRESCRIBER' | 'PHYSICIAN' | 'NOBODY';

/** One thing that screening found, or could not say. */
export interface DrugFinding {
  readonly kind: DrugScreeningKind;
  /** The ingredient or excipient; null of the drug as a whole. */
  readonly substance: string | null;
  readonly unii: string | null;
  /** What it was held against: the allergy, medicine, order or answer, as recorded. */
  readonly about: string | null;
  /** A pass is only shown. */
  readonly outcome: Outcome;
  readonly message: string;
  readonly remedy: string | null;
  readonly waivedBy: WaivedBy;
  /** Somebody else's words and how grave they are: a waiver is bound to them. */
  readonly told?: string;
  /** About a record of maybe another person: shown while the order is a draft, and never written into what is signed. */
  readonly onDraftAlone?: true;
}

const KEEP_RECORD = 'Correct the record if it is wrong, or choose another preparation.';
const ASK_PATIENT = 'Ask the patient, and put the answer on record; or waive it with a reason.';
const READ_AGAIN = 'Try again; if it lasts, check the patient’s record.';

const duplicateClasses = new Set(raw.duplicateClasses);
const pregnancyClasses = new Set(raw.pregnancy.classes);
const pregnancySubstances = new Set(raw.pregnancy.substances);
const hazardous = new Map(raw.hazardous.map((one) => [one.key, one] as const));

interface Given {
  readonly actives: readonly IngredientFact[];
  readonly facts: DrugScreeningFact;
}

const screens: Readonly<Record<DrugScreeningKind, (given: Given) => DrugFinding[]>> = {
  ALLERGY: allergies,
  DUPLICATE_THERAPY: duplicates,
  CONTRAINDICATION: contraindications,
  PREGNANCY: pregnancy,
  INTERACTION: interactions,
};

/** Everything that screening for one kind found. Without ingredients nothing can be screened. */
export function findingsOf(kind: DrugScreeningKind, ingredients: Fact<readonly IngredientFact[]>, facts: DrugScreeningFact): DrugFinding[] {
  const actives = wholeList(ingredients);
  if (actives === null || actives.length === 0) return [unread(kind, 'The formula’s ingredients are not known', 'NOBODY')];
  return screens[kind]({ actives, facts });
}

/** How an ingredient must be handled, as far as the table of substances has it among the hazardous drugs; null where it says nothing. */
export function hazardOf(ingredient: IngredientFact): string | null {
  return hazardous.get(keyOf(ingredient))?.statement ?? null;
}

function allergies({ actives, facts }: Given): DrugFinding[] {
  const recorded = wholeList(facts.allergies);
  if (recorded === null) return [unread('ALLERGY', 'The patient’s allergies could not be read', 'NOBODY')];
  const entries = recorded.flatMap(({ text, from }) => (from === 'FINDING' ? [text] : entriesOf(text)).map((entry) => ({ entry, from })));
  const excipients = facts.excipients === 'not-recorded' ? [] : wholeList(facts.excipients);
  if (excipients === null) return [unread('ALLERGY', 'The formula’s excipients could not be read', 'NOBODY')];
  const parts = [...actives.map((one) => named(one)), ...excipients.map((one) => ({ ...named(one), role: one.role }))];
  const found = entries.flatMap(({ entry, from }) => parts.flatMap((part) => allergyTo(part, entry, from === 'FINDING') ?? []));
  const vague = entries.filter(({ entry, from }) => from !== 'FINDING' && isVague(entry));
  const listed = entries.some(({ from }) => from !== 'FINDING');
  return [
    ...once(found),
    ...vague.map(({ entry }) =>
      finding('ALLERGY', null, entry, 'UNKNOWN', `An allergy is recorded that names no substance: ${entry}`, ASK_PATIENT),
    ),
    ...(listed && facts.excipients === 'not-recorded'
      ? [
          finding(
            'ALLERGY',
            null,
            'excipients',
            'UNKNOWN',
            'The patient has an allergy, and the pharmacy has not recorded what else the preparation holds',
            'Ask the pharmacy to record the excipients, or choose a preparation that has them recorded.',
          ),
        ]
      : []),
  ];
}

function allergyTo(part: NamedSubstance, entry: string, inWords: boolean): DrugFinding | null {
  const like = likeness(entry, part);
  if (like === null || (inWords && !ALLERGIC.test(entry))) return null;
  const what = part.role === undefined ? 'ingredient' : 'excipient';
  if (like === 'SAME' && !inWords) {
    const message = `The patient’s recorded allergy (${entry}) is to the ${what} ${part.name}`;
    return finding('ALLERGY', part, entry, 'FAIL', message, KEEP_RECORD, part.role === undefined ? 'NOBODY' : 'PHYSICIAN');
  }
  const message = `What is recorded of the patient’s allergies (${entry}) may mean the ${what} ${part.name}`;
  return finding('ALLERGY', part, entry, 'UNKNOWN', message, ASK_PATIENT);
}

const ALLERGIC = /allerg|anaphyla|hives|urticaria|angio-?o?edema|hypersensitiv|intoleran|reaction|reacted|rash|swelling/i;

function duplicates({ actives, facts }: Given): DrugFinding[] {
  const others = wholeList(facts.otherOrders);
  const taken = wholeList(facts.medications);
  const found = (others ?? []).flatMap((other) => actives.flatMap((active) => overlap(active, other) ?? []));
  const said = (taken ?? []).flatMap((medicine) =>
    actives.flatMap((active) => {
      if (likeness(medicine, named(active)) === null) return [];
      const message = `The patient may already take ${active.name}: ${medicine}`;
      return [finding('DUPLICATE_THERAPY', named(active), medicine, 'UNKNOWN', message, ASK_PATIENT)];
    }),
  );
  return [
    ...(others === null ? [unread('DUPLICATE_THERAPY', 'The patient’s other orders could not be read', 'NOBODY')] : []),
    ...(taken === null ? [unread('DUPLICATE_THERAPY', 'What the patient takes is not known', 'PRESCRIBER')] : []),
    ...once([...found, ...said]),
    ...(taken ?? [])
      .filter(isVague)
      .map((medicine) =>
        finding('DUPLICATE_THERAPY', null, medicine, 'UNKNOWN', `What the patient takes names no medicine: ${medicine}`, ASK_PATIENT),
      ),
  ];
}

function overlap(active: IngredientFact, { id, ingredients, samePatient, ownRepeat }: OtherOrderFact): DrugFinding | null {
  const kind = classOf(active);
  const same = ingredients.some((other) => keyOf(other) === keyOf(active));
  const alike = kind !== null && duplicateClasses.has(kind) && ingredients.some((other) => classOf(other) === kind);
  if (!same && !alike) return null;
  const what = same ? `has ${active.name} as well` : `has another drug of the class ${kind}`;
  // Two people may share a name and a birthday: a hint for a person to judge, never a reason to refuse.
  if (!samePatient) {
    const message = `A record with the same name and birth date ${what}: ${id}`;
    return { ...finding('DUPLICATE_THERAPY', named(active), id, 'PASS', message, null), onDraftAlone: true };
  }
  if (ownRepeat)
    return finding(
      'DUPLICATE_THERAPY',
      named(active),
      id,
      'PASS',
      `The prescriber's own order of the same preparation is not over: ${id}`,
      null,
    );
  const remedy =
    ownRepeat === undefined
      ? 'Refill, renew or amend that order instead, cancel it, or waive it with the reason why both are meant.'
      : 'Cancel the other order, or waive it with the reason why both are meant.';
  return finding('DUPLICATE_THERAPY', named(active), id, 'FAIL', `Another order of the patient ${what}: ${id}`, remedy);
}

// What an answer says against treatment was settled before the exam was approved: it is shown. What came up since is open.
function contraindications({ facts }: Given): DrugFinding[] {
  const flags = wholeList(facts.flags);
  if (flags === null) return [unread('CONTRAINDICATION', 'The patient’s answers could not be read', 'NOBODY')];
  return flags.map(({ linkId, severity, message, settled }) => {
    if (settled || severity === 'flag') return finding('CONTRAINDICATION', null, linkId, 'PASS', message, null);
    return finding(
      'CONTRAINDICATION',
      null,
      linkId,
      'UNKNOWN',
      `An answer given after the exam needs review: ${message}`,
      'Resolve the answer, hold a new good-faith exam, or waive it with a reason.',
    );
  });
}

function pregnancy({ actives, facts }: Given): DrugFinding[] {
  const answer = facts.pregnancy;
  if (!answer) return [unread('PREGNANCY', 'Whether the patient is pregnant, trying or breast-feeding is not known', 'PRESCRIBER')];
  if (answer === 'none' || answer === 'not-applicable') return [];
  return actives.map((active) => {
    const kind = classOf(active);
    const listed = pregnancySubstances.has(keyOf(active)) || (kind !== null && pregnancyClasses.has(kind)) || hazardOf(active) !== null;
    const remedy = 'Choose another treatment, or have a physician waive it with a reason.';
    if (listed)
      return finding(
        'PREGNANCY',
        named(active),
        answer,
        'FAIL',
        `${active.name} is not for a patient who is ${words(answer)}`,
        remedy,
        'PHYSICIAN',
      );
    const message = `Whether ${active.name} suits a patient who is ${words(answer)} is not recorded`;
    return finding('PREGNANCY', named(active), answer, 'UNKNOWN', message, 'Weigh it, and waive it with the reason.');
  });
}

function interactions({ actives, facts }: Given): DrugFinding[] {
  const remedy = 'Look the interactions up, and waive it with what you found.';
  const notScreened = (about: string | null, message: string) => finding('INTERACTION', null, about, 'UNKNOWN', message, remedy);
  const medicines = takenBeside({ actives, facts });
  if (medicines === null) return [notScreened(null, 'Not screened: what the patient takes is not known')];
  const vague = (wholeList(facts.medications) ?? [])
    .filter(isVague)
    .map((medicine) => notScreened(medicine, `Not screened: what the patient takes names no medicine: ${medicine}`));
  if (medicines.length === 0) return vague;
  const told = facts.interactions;
  if (told == null || told.outcome !== 'SCREENED' || !sameList(told.medications, medicines)) {
    return [...vague, notScreened(medicines.join('; '), 'Not screened for interactions with the patient’s other medicines')];
  }
  return [...vague, ...told.findings.map((one) => interaction(one))];
}

function interaction({ severity, ingredient, medication, text }: InteractionFact['findings'][number]): DrugFinding {
  const substance = { name: ingredient, unii: null };
  const message = `${ingredient} with ${medication} (${severity.toLowerCase()}): ${text}`;
  const told = `${severity} ${text}`;
  if (severity === 'MODERATE' || severity === 'MINOR')
    return { ...finding('INTERACTION', substance, medication, 'PASS', message, null), told };
  const remedy = 'Choose another treatment, or have a physician waive it with a reason.';
  return { ...finding('INTERACTION', substance, medication, 'FAIL', message, remedy, 'PHYSICIAN'), told };
}

/** The medicines a drug is screened against: those the patient names (not words that name none), and other ingredients of other orders. Null is not known. */
export function takenBeside({ actives, facts }: Given): string[] | null {
  const taken = wholeList(facts.medications);
  const others = wholeList(facts.otherOrders);
  if (taken === null || others === null) return null;
  const own = new Set(actives.map(keyOf));
  const ordered = others
    .filter(({ samePatient }) => samePatient)
    .flatMap(({ ingredients }) => ingredients.filter((one) => !own.has(keyOf(one))).map((one) => named(one).name));
  return [...new Set([...taken.filter((one) => !isVague(one)), ...ordered])].toSorted();
}

function named({ name, unii }: IngredientFact): { name: string; unii: string | null } {
  return { name: name || unii || 'an ingredient without a name', unii: unii || null };
}

function keyOf(ingredient: IngredientFact): string {
  return substanceOf(ingredient)?.key ?? (ingredient.unii || slugOf(ingredient.name ?? ''));
}

function classOf(ingredient: IngredientFact): string | null {
  const substance = substanceOf(ingredient);
  return substance === null ? null : ingredientClass(substance);
}

function words(answer: string): string {
  return answer === 'trying' ? 'trying to become pregnant' : answer;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}

/** Of several findings about the same two things the gravest: a record and an intake often say the same. */
function once(found: readonly DrugFinding[]): DrugFinding[] {
  const byPair = new Map<string, DrugFinding>();
  for (const one of found) {
    const pair = `${one.unii ?? one.substance} ${one.about?.toLowerCase()}`;
    const known = byPair.get(pair);
    if (known === undefined || (known.outcome !== 'FAIL' && one.outcome === 'FAIL')) byPair.set(pair, one);
  }
  return [...byPair.values()];
}

function unread(kind: DrugScreeningKind, message: string, waivedBy: WaivedBy): DrugFinding {
  return finding(kind, null, null, 'UNKNOWN', message, READ_AGAIN, waivedBy);
}

function finding(
  kind: DrugScreeningKind,
  substance: NamedSubstance | null,
  about: string | null,
  outcome: Outcome,
  message: string,
  remedy: string | null,
  waivedBy: WaivedBy = 'PRESCRIBER',
): DrugFinding {
  return { kind, substance: substance?.name ?? null, unii: substance?.unii ?? null, about, outcome, message, remedy, waivedBy };
}
