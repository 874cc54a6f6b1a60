/**
 * Whether words about an allergy or a medicine mean a substance. Both sides are folded: lower case, no accents, American spelling, words alone, without
 * a plural's s. The same words, the UNII, the same moiety without its salt, a synonym or a sure member of a family is the same substance; a family that
 * may cross-react, a part of the name, or a slip of the pen is possibly the same. What is denied ("no", "tolerates") is at most possibly meant.
 */

import raw from './data/drug-screening.json' with { type: 'json' };
import { slugOf } from './substance-table.ts';

/** A substance as a formula names it. */
export interface NamedSubstance {
  readonly name: string;
  readonly unii: string | null;
  /** Of an excipient. */
  readonly role?: string;
}

/** How surely words mean a substance. */
export type Likeness = 'SAME' | 'POSSIBLY';

const synonyms = new Map(raw.names.map(({ of, also }) => [of, also] as const));
const salts = new Set(raw.saltWords);
const families = raw.families.map(({ terms, members, certain }) => ({
  terms: terms.map(fold),
  members: members.map(fold),
  certain,
}));
const groups = raw.groups.map(({ term, roles }) => ({ term: fold(term), roles }));

const NOTHING =
  /^(none|no|nil|nothing|n a|na|nka|nkda|nkfa|negative|not applicable|none (known|reported|at all|currently)|no known (\w+ ){0,3}allergy|no (\w+ ){0,2}allergy|deny( a(ll|ny))?( allergy)?|no (current |other |regular )?(medication|medicine|med|drug|supplement)|(take|taking) nothing|not taking a(nything|ny medication|ny medicine))$/;
const NEGATED = /\b(no|not|never|deny|denied|without|tolerate|tolerated)\b/;
const VAGUE = new Set(
  'unknown unsure uncertain many several multiple various some other a an my the of to drug medication medicine med see chart note list record allergy allergic yes something pill injection shot vaccine compound compounded i am is are take taking on do dont not no know ca cannot cant remember sure change changed unchanged same as before usual previous previously current currently still attached per patient new old last time since visit'.split(
    ' ',
  ),
);
const SHORTEST_NAME = 3;
// Letters that folding drops: another script's, and Latin ones without a plain letter beneath. A Greek letter by itself is a chemist's prefix.
const UNREADABLE = /\p{Script=Greek}{2}|(?![a-z\p{Script=Greek}])\p{L}/u;

/** The entries of a free text: parted at commas, semicolons, line ends and "and"; what says "none" is no entry. */
export function entriesOf(text: string): string[] {
  return text
    .split(/[,;\n\r•|]+|\.\s+|\s(?:and|plus)\s/i)
    .map((entry) => entry.trim())
    .filter((entry) => !saysNothing(entry));
}

/** Whether an entry says that there is nothing to tell: "None", "NKDA", "no known drug allergies", a dash. What cannot be read says something. */
export function saysNothing(entry: string): boolean {
  return /^[\s\-–—.,;/]*$/.test(entry) || NOTHING.test(fold(entry));
}

/** Whether an entry could mean anything: it names nothing ("unknown", "several drugs", "?"), or is written in letters that no name here has. */
export function isVague(entry: string): boolean {
  return (
    UNREADABLE.test(unmarked(entry)) ||
    fold(entry)
      .split(' ')
      .every((word) => word === '' || VAGUE.has(word))
  );
}

/** How surely an entry means a substance; null when nothing suggests it. */
export function likeness(entry: string, substance: NamedSubstance): Likeness | null {
  if (substance.unii !== null && entry.toUpperCase().includes(substance.unii)) return 'SAME';
  const said = fold(entry);
  const head = headOf(entry);
  const { names, kin } = calledOf(substance);
  const found = strongest([
    ...names.map((name) => (contains(said, name) ? 'SAME' : null)),
    ...kin.map((family) => inFamily(family, said)),
    ...groups.map(({ term, roles }) => (contains(said, term) && roles.includes(substance.role ?? '') ? 'POSSIBLY' : null)),
    ...names.map((name) => (partly(head, name) || slipped(said, name) ? 'POSSIBLY' : null)),
  ]);
  return found === 'SAME' && NEGATED.test(said) ? 'POSSIBLY' : found;
}

/** What a substance is called, and the families it is in. */
interface Called {
  readonly names: readonly string[];
  readonly kin: readonly (typeof families)[number][];
}

/** Substances of formularies, which are few and said again and again; of what patients say nothing is kept. */
const SUBSTANCES_KEPT = 2_000;
const called = new Map<string, Called>();

function calledOf(substance: NamedSubstance): Called {
  const key = `${substance.unii ?? ''} ${substance.name}`;
  const known = called.get(key);
  if (known !== undefined) return known;
  const names = namesOf(substance);
  const all = [...names, fold(substance.name)];
  // A formula names a grade, a number or a source beside it: "Polyethylene glycol 3350", "Lecithin (soya)".
  const kin = families.filter(({ members }) => all.some((name) => members.some((member) => contains(name, member))));
  if (called.size >= SUBSTANCES_KEPT) called.clear();
  called.set(key, { names, kin });
  return { names, kin };
}

function strongest(found: readonly (Likeness | null)[]): Likeness | null {
  return found.find((one) => one === 'SAME') ?? found.find((one) => one !== null) ?? null;
}

/** Every way a substance may be called, folded: its name with and without its salt, and its synonyms. */
function namesOf({ name, unii }: NamedSubstance): string[] {
  const [own = name] = name.split('(');
  const known = synonyms.get(unii ?? '') ?? synonyms.get(slugOf(name)) ?? [];
  const folded = [own, ...known].map(fold);
  return [...new Set([...folded, ...folded.map(moiety)])].filter((one) => one.length >= SHORTEST_NAME);
}

function moiety(name: string): string {
  const left = name.split(' ').filter((word) => !salts.has(word));
  return left.length === 0 ? name : left.join(' ');
}

function unmarked(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function fold(text: string): string {
  return unmarked(text)
    .replaceAll('’', "'")
    .replaceAll("n't", ' not')
    .replaceAll('aesthe', 'esthe')
    .replaceAll('sulph', 'sulf')
    .replaceAll('oestr', 'estr')
    .replaceAll('colour', 'color')
    .replaceAll('flavour', 'flavor')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
    .split(' ')
    .map(singular)
    .join(' ');
}

function singular(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.length > 3 && word.endsWith('s') && !/(ss|us|is)$/.test(word) ? word.slice(0, -1) : word;
}

function contains(text: string, name: string): boolean {
  return ` ${text} `.includes(` ${name} `);
}

function inFamily({ terms, members, certain }: (typeof families)[number], said: string): Likeness | null {
  const byFamily = terms.some((term) => contains(said, term));
  if (!byFamily && !members.some((member) => contains(said, member))) return null;
  return certain && byFamily ? 'SAME' : 'POSSIBLY';
}

// What stands before the reaction: "penicillin (rash)", "latex - hives".
function headOf(entry: string): string {
  return fold(entry.split(/[(:–—]|\s-\s/)[0] ?? '');
}

/** Whether the whole entry is some words of the name: "alcohol" of "benzyl alcohol". */
function partly(head: string, name: string): boolean {
  return head.length >= SHORTEST_NAME && contains(name, head);
}

/** Whether as many words as the name has are it but for a letter, or two in a long one. */
function slipped(said: string, name: string): boolean {
  const allowed = name.length >= 10 ? 2 : name.length >= 6 ? 1 : 0;
  if (allowed === 0) return false;
  const words = said.split(' ');
  const width = name.split(' ').length;
  return words.some((_word, index) => distanceWithin(words.slice(index, index + width).join(' '), name, allowed));
}

function distanceWithin(a: string, b: string, most: number): boolean {
  if (Math.abs(a.length - b.length) > most) return false;
  let before = Array.from({ length: b.length + 1 }, (_one, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(changed, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = row;
  }
  return (before[b.length] ?? most + 1) <= most;
}
