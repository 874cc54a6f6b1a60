/** Every key a rule can have: what it asks, what kind of value it takes, and which of two values is the stricter. */

import type { Subject } from './rule.ts';

/** What a value must look like. `values` run from the loosest to the strictest. */
export type Kind =
  | { readonly kind: 'one-of'; readonly values: readonly string[] }
  | { readonly kind: 'boolean'; readonly stricter: boolean | null }
  | { readonly kind: 'months'; readonly most: number }
  | { readonly kind: 'credentials' }
  | { readonly kind: 'text' }
  | { readonly kind: 'names' }
  | { readonly kind: 'ratio' }
  | { readonly kind: 'level' }
  | { readonly kind: 'structured'; readonly needs: readonly string[] };

/** One question that jurisdictions answer. */
export interface Definition {
  /** `gfe.syncAudioVideo`; a star stands for one part that varies: `substance.*.503A`. */
  readonly key: string;
  readonly subject: Subject;
  /** The question in plain words. */
  readonly title: string;
  readonly kind: Kind;
  /** Asked of each of the 50 states and DC, so that a state without an entry is an open question. */
  readonly everyState: boolean;
  /** No state's question: each entity answers it for itself in a state, and until it has, the answer is unknown. */
  readonly ofEntity?: true;
  /** Recorded of some states and asked in every one: where nothing is recorded, an entity sets what it found out. */
  readonly openElsewhere?: true;
}

const modes = { kind: 'one-of', values: ['allowed', 'conditional', 'prohibited'] } as const;
const text = { kind: 'text' } as const;
const reliance = { kind: 'one-of', values: ['allowed', 'prohibited'] } as const;

/** Exam validity above this is not taken from anybody: no source puts the term above trade practice of 12 months. */
const LONGEST_VALIDITY_MONTHS = 12;

/** Prescriptions that are not controlled usually hold for a year, by state law: more is not taken from anybody. */
const LONGEST_PRESCRIPTION_MONTHS = 12;

const state = (subject: Subject, key: string, title: string, kind: Kind): Definition => ({ key, subject, title, kind, everyState: true });
const one = (subject: Subject, key: string, title: string, kind: Kind): Definition => ({ key, subject, title, kind, everyState: false });

const ofEntity = (subject: Subject, key: string, title: string, kind: Kind): Definition => ({
  ...one(subject, key, title, kind),
  ofEntity: true,
});

const openElsewhere = (subject: Subject, key: string, title: string, kind: Kind): Definition => ({
  ...one(subject, key, title, kind),
  openElsewhere: true,
});

/** In the order in which people read them. */
export const definitions: readonly Definition[] = [
  state('exam', 'gfe.required', 'Must a practitioner examine the patient first?', { kind: 'boolean', stricter: true }),
  state('exam', 'gfe.telehealthAllowed', 'May the exam be held by telehealth?', { kind: 'one-of', values: ['yes', 'conditional', 'no'] }),
  state('exam', 'gfe.syncAudioVideo', 'By live video?', modes),
  state('exam', 'gfe.audioOnly', 'By telephone alone?', modes),
  state('exam', 'gfe.asynchronous', 'By store-and-forward?', modes),
  state('exam', 'gfe.questionnaireOnly', 'By a questionnaire alone?', modes),
  state('exam', 'gfe.performers', 'Who may hold it?', { kind: 'credentials' }),
  state('exam', 'gfe.rnMayPerform', 'May a registered nurse hold it?', { kind: 'boolean', stricter: false }),
  state('exam', 'gfe.validityMonths', 'For how many months may it be relied upon?', { kind: 'months', most: LONGEST_VALIDITY_MONTHS }),
  state('exam', 'gfe.standingOrderSuffices', 'May a standing order replace it?', { kind: 'boolean', stricter: false }),
  ofEntity('exam', 'gfe.outsideVerified', 'May an exam be relied upon that a registered vendor held and signed?', reliance),
  ofEntity(
    'exam',
    'gfe.outsideAttested',
    'May an exam be relied upon that was held elsewhere and that a clinician here attests?',
    reliance,
  ),
  state('prescribing', 'prescribing.inPersonBeforeFirstRx', 'Is a visit in person needed before a first prescription?', {
    kind: 'one-of',
    values: ['not-required', 'required-with-exceptions', 'required'],
  }),
  state(
    'controlled-substances',
    'prescribing.controlledTelehealth',
    'What limits controlled substances by telehealth beyond federal law?',
    text,
  ),
  state('authority', 'np.practiceAuthority', 'How independent is a nurse practitioner?', {
    kind: 'one-of',
    values: ['full', 'reduced', 'restricted'],
  }),
  state('authority', 'np.transition', 'After which hours or years is a nurse practitioner independent?', text),
  state('authority', 'pa.supervision', 'Under which instrument does a physician assistant work?', text),
  openElsewhere('authority', 'np.controlled', 'Which controlled substances may a nurse practitioner prescribe?', text),
  openElsewhere('authority', 'pa.controlled', 'Which controlled substances may a physician assistant prescribe?', text),
  openElsewhere('authority', 'csr.required', 'Is a state controlled-substance registration needed?', { kind: 'boolean', stricter: true }),
  state('corporate-practice', 'cpom.strictness', 'How strict is the corporate practice of medicine doctrine?', {
    kind: 'one-of',
    values: ['permissive', 'moderate', 'strict'],
  }),
  state('corporate-practice', 'cpom.mayOwn', 'Who may own the clinical entity?', text),
  state('corporate-practice', 'cpom.feeRule', 'What limits management fees and fee splitting?', text),
  one('corporate-practice', 'fee.*', 'May a fee be worked out this way?', modes),
  state('supervision', 'md.onSite', 'Must a physician be on site?', {
    kind: 'one-of',
    values: ['not-required', 'conditional', 'required'],
  }),
  state('supervision', 'md.supervision', 'How must a physician supervise?', text),
  state('supervision', 'md.ratio', 'How many may one physician supervise?', { kind: 'ratio' }),
  one('supervision', 'md.directorships', 'Of how many clinics may one physician be director at a time?', { kind: 'ratio' }),
  one('supervision', 'md.skinCareCertification', 'In what must a physician be certified who oversees an office mainly for skin care?', {
    kind: 'names',
  }),
  one('supervision', 'md.activePractice', 'Must a director or supervising physician practise actively in the state?', {
    kind: 'boolean',
    stricter: true,
  }),
  one('supervision', 'supervision.grace', 'How late may a meeting under a collaborative agreement be before it is suspended?', {
    kind: 'structured',
    needs: ['summary', 'days'],
  }),
  state('supervision', 'md.registration', 'What must the facility or its director register?', text),
  one('delegation', 'delegation.*.*', 'At which supervision level may this be delegated (0 never, 4 independent)?', { kind: 'level' }),
  one('delegation', 'procedure.*', 'What narrows who may perform this?', text),
  state('pharmacy-licensing', 'pharmacy.nonResidentLicence', 'Does a pharmacy that ships in need a licence?', {
    kind: 'boolean',
    stricter: true,
  }),
  state('pharmacy-licensing', 'pharmacy.nonResidentSterilePermit', 'And a separate permit for sterile compounds?', {
    kind: 'boolean',
    stricter: true,
  }),
  state('controlled-substances', 'pdmp.mandate', 'When must the monitoring program be queried?', {
    kind: 'one-of',
    values: ['other', 'specified-classes', 'ii-iii-plus', 'all-ii-iv', 'all-ii-v'],
  }),
  state('controlled-substances', 'pdmp.detail', 'What does that mandate say in detail?', text),
  one('controlled-substances', 'controlled.telemedicine', 'May controlled substances be prescribed by telemedicine without a visit?', {
    kind: 'structured',
    needs: ['modalities', 'schedules'],
  }),
  one('controlled-substances', 'controlled.mid-level-limits', 'Which schedules and how many days does it leave to NPs and PAs?', {
    kind: 'structured',
    needs: ['summary', 'credentials'],
  }),
  one('controlled-substances', 'controlled.*', 'What limits a controlled prescription?', { kind: 'structured', needs: ['summary'] }),
  one('controlled-substances', 'substance.*.schedule', 'In which schedule is it?', {
    kind: 'one-of',
    values: ['V', 'IV', 'III', 'II', 'I'],
  }),
  one('substances', 'substance.*.503A', 'May a 503A pharmacy compound it?', {
    kind: 'one-of',
    values: ['eligible', 'conditional', 'not-eligible'],
  }),
  one('substances', 'substance.*.503B', 'May a 503B facility compound it?', {
    kind: 'one-of',
    values: ['listed', 'listed-or-shortage-only', 'not-listed'],
  }),
  one('substances', 'substance.*.conditions', 'On which conditions may a 503A pharmacy compound it?', {
    kind: 'structured',
    needs: ['summary', 'conditions'],
  }),
  one('substances', 'substance.*.shortage', 'Is it on the shortage list?', { kind: 'one-of', values: ['listed', 'not-listed'] }),
  one('substances', 'substance.*.difference', 'Must an order for it state a clinical difference, whatever the formula?', {
    kind: 'one-of',
    values: ['not-required', 'required'],
  }),
  one('substances', 'substance.*.history', 'What happened to its status before?', { kind: 'structured', needs: ['events'] }),
  one('beyond-use-dates', 'bud.*', 'How long may it be used?', {
    kind: 'structured',
    needs: ['category', 'storage', 'maxBudValue', 'maxBudUnit'],
  }),
  // Of what is not controlled. "Usually one year" is all that was found, without a section of any law: no release answers it, and one that asks it
  // leaves it open, so that an entity attests its state's term.
  one(
    'prescription-content',
    'prescription.validityMonths',
    'For how many months may a prescription be filled? (No source on record says: where it is asked, it is to be attested.)',
    { kind: 'months', most: LONGEST_PRESCRIPTION_MONTHS },
  ),
  one('prescription-content', 'prescription.element.*', 'Must a prescription carry this?', {
    kind: 'structured',
    needs: ['element', 'anyDrug', 'controlled', 'compounded'],
  }),
  one('prescription-content', 'prescription.label.*', 'What must the label carry?', { kind: 'structured', needs: ['elements'] }),
  one('chart-review', 'chartReview.*', 'How many charts must be reviewed, and how often?', { kind: 'structured', needs: ['summary'] }),
  one('adverse-events', 'adverseEvent.*', 'Who must report an adverse event, and by when?', { kind: 'structured', needs: ['who', 'duty'] }),
];

const exact = new Map(definitions.filter(({ key }) => !key.includes('*')).map((one) => [one.key, one]));
const patterns = definitions
  .filter(({ key }) => key.includes('*'))
  .map((one) => ({ one, pattern: new RegExp(`^${one.key.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`) }));

/** The definition of a key; null for a key nobody defined, which no pack may hold. */
export function definitionOf(key: string): Definition | null {
  return exact.get(key) ?? patterns.find(({ pattern }) => pattern.test(key))?.one ?? null;
}

/** The keys asked of every state, in reading order. */
export const stateKeys: readonly string[] = definitions.filter((one) => one.everyState).map((one) => one.key);

const professions = ['MD', 'DO', 'NP', 'PA'];

/** Whether a value is one that the key can take. Pack and attestation are held to the same table. */
export function fits(kind: Kind, value: unknown): boolean {
  switch (kind.kind) {
    case 'one-of':
      return typeof value === 'string' && kind.values.includes(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'months':
      return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= kind.most;
    case 'credentials':
      return (
        Array.isArray(value) && value.length > 0 && value.every((one) => professions.includes(one)) && new Set(value).size === value.length
      );
    case 'text':
      return typeof value === 'string' && value.trim() !== '';
    case 'names':
      return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string' && one.trim() !== '');
    case 'ratio':
      return (
        isObject(value) &&
        Object.keys(value).length > 0 &&
        Object.values(value).every((most) => Number.isInteger(most) && (most as number) >= 0)
      );
    case 'level':
      return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 4;
    case 'structured':
      return isObject(value) && kind.needs.every((part) => Object.hasOwn(value, part));
  }
}

/** How a value stands to another of the same key: what cannot be ordered is `other`, and nobody may set it over a recorded one. */
export function compare(kind: Kind, recorded: unknown, value: unknown): 'same' | 'stricter' | 'looser' | 'other' {
  if (JSON.stringify(recorded) === JSON.stringify(value)) return 'same';
  switch (kind.kind) {
    case 'one-of':
      return kind.values.indexOf(String(value)) > kind.values.indexOf(String(recorded)) ? 'stricter' : 'looser';
    case 'boolean':
      return kind.stricter === null ? 'other' : value === kind.stricter ? 'stricter' : 'looser';
    case 'months':
    case 'level':
      return (value as number) < (recorded as number) ? 'stricter' : 'looser';
    case 'credentials':
    case 'names': {
      const fewer = (value as string[]).every((one) => (recorded as string[]).includes(one));
      const same = fewer && (value as string[]).length === (recorded as string[]).length;
      return same ? 'same' : fewer ? 'stricter' : 'looser';
    }
    case 'ratio': {
      const most = recorded as Record<string, number>;
      const wanted = value as Record<string, number>;
      const kept = Object.keys(most).every((role) => Object.hasOwn(wanted, role) && (wanted[role] as number) <= (most[role] as number));
      return kept ? 'stricter' : 'looser';
    }
    case 'text':
    case 'structured':
      return 'other';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
