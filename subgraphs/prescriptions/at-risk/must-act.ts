import { toId } from '#kernel/ids.ts';
import type { RuleResult } from '#rules/results.ts';
import type { InFlight } from './in-flight.ts';

/** What to do with the exam or the order itself, until what stands in its way is put right. */
export const toDos = ['REBOOK', 'ASK_PATIENT', 'EXAMINE_AGAIN', 'ORDER_ANEW', 'HOLD', 'WAIT'] as const;

/** One thing to do with a record. */
export type ToDo = (typeof toDos)[number];

/** As what somebody must act. */
export const actingRoles = ['FRONT_DESK', 'EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR', 'COMPLIANCE_OFFICER', 'PHARMACIST'] as const;

/** Somebody who must act: on the record itself, or on what stands in its way. */
export interface Acting {
  readonly role: (typeof actingRoles)[number];
  /** Public id; null where it is nobody's in particular, or not known whose. */
  readonly practitionerId: string | null;
  readonly on: 'RECORD' | 'CAUSE';
  readonly ruleIds: readonly string[];
}

/** What is to be done about a record at risk, and by whom. */
export interface Remedy {
  readonly toDo: ToDo;
  readonly mustAct: readonly Acting[];
}

/** Which part of what a record stands on a rule speaks of. */
type Leg = 'PERSON' | 'CONSENT' | 'PATIENT' | 'EXAM' | 'HOLD' | 'PHARMACY' | 'PROTOCOL' | 'DIRECTOR' | 'ORDER' | 'CLINIC';

const byLeg: readonly (readonly [Leg, RegExp])[] = [
  ['CONSENT', /^consent\./],
  ['PATIENT', /^patient\./],
  ['HOLD', /^safety\.hold$/],
  ['EXAM', /^exam\./],
  ['PERSON', /^(licence|agreement|exclusion|credential)\.(examiner|prescriber)$|\.(gfe\.performers|np\.\w+|pa\.supervision)$/],
  [
    'PHARMACY',
    /^(pharmacy|preparation)\.|^licence\.(pharmacy|sterile)$|^facility\.(class|standing|findings|evidence\.\w+)$|\.pharmacy\.\w+$/,
  ],
  ['PROTOCOL', /^protocol\./],
  ['ORDER', /^order\.lastDay$/],
  ['DIRECTOR', /^director\.|\.director$/],
];

function legOf(ruleId: string): Leg {
  return byLeg.find(([, says]) => says.test(ruleId))?.[0] ?? 'CLINIC';
}

/** Works out what to do and who must act. `directorId` is the public id of the director that the clinic's services stand on, null when there is none. */
export function remedyOf(record: InFlight, blockers: readonly RuleResult[], directorId: string | null): Remedy {
  const legs = new Set(blockers.map(({ id }) => legOf(id)));
  // What nobody knows is looked up before anything is done over; what is known to be over is not waited for.
  const over = new Set(blockers.filter(({ outcome }) => outcome === 'FAIL').map(({ id }) => legOf(id)));
  const toDo = record.kind === 'EXAM' ? forExam(legs, over) : forOrder(legs, over);
  const causes = blockers.map((result) => ({ ...whoRemedies(record, result, directorId), ruleId: result.id }));
  return { toDo, mustAct: [...onRecord(record, toDo, over, blockers), ...merged(causes)] };
}

// A closed clinic's exam is held by nobody there: another examiner would not help.
function forExam(legs: ReadonlySet<Leg>, over: ReadonlySet<Leg>): ToDo {
  if (['CLINIC', 'DIRECTOR', 'PROTOCOL'].some((leg) => legs.has(leg as Leg))) return 'WAIT';
  if (over.has('PERSON')) return 'REBOOK';
  return legs.has('CONSENT') && legs.size === 1 ? 'ASK_PATIENT' : 'WAIT';
}

function forOrder(legs: ReadonlySet<Leg>, over: ReadonlySet<Leg>): ToDo {
  if (over.has('EXAM')) return 'EXAMINE_AGAIN';
  if (over.has('PERSON') || over.has('PHARMACY') || over.has('ORDER')) return 'ORDER_ANEW';
  return legs.has('CONSENT') && legs.size === 1 ? 'ASK_PATIENT' : 'HOLD';
}

const doers: Readonly<Record<ToDo, Acting['role'] | null>> = {
  ...{ REBOOK: 'FRONT_DESK', ASK_PATIENT: 'FRONT_DESK', EXAMINE_AGAIN: 'FRONT_DESK', ORDER_ANEW: 'PRESCRIBER' },
  ...{ HOLD: null, WAIT: null },
};

function onRecord(record: InFlight, toDo: ToDo, over: ReadonlySet<Leg>, blockers: readonly RuleResult[]): Acting[] {
  const role = doers[toDo];
  if (role === null) return [];
  // An order anew is its prescriber's own, unless it is they who may not.
  const own = toDo === 'ORDER_ANEW' && !over.has('PERSON');
  const because = blockers.filter(({ id, outcome }) => outcome === 'FAIL' && leadsTo[toDo]?.includes(legOf(id))).map(({ id }) => id);
  return [{ role, practitionerId: own ? toId('practitioner', record.practitionerId) : null, on: 'RECORD', ruleIds: because }];
}

const leadsTo: Partial<Record<ToDo, readonly Leg[]>> = {
  ...{ REBOOK: ['PERSON'], ASK_PATIENT: ['CONSENT'], EXAMINE_AGAIN: ['EXAM'], ORDER_ANEW: ['PERSON', 'PHARMACY', 'ORDER'] },
};

type Remedying = Pick<Acting, 'role' | 'practitionerId'>;

/** A person's own paper is theirs to renew; what is to be looked up, engaged, agreed or attested is the compliance officer's. */
function whoRemedies(record: InFlight, { id, outcome }: RuleResult, directorId: string | null): Remedying {
  const officer: Remedying = { role: 'COMPLIANCE_OFFICER', practitionerId: null };
  const director: Remedying = { role: 'MEDICAL_DIRECTOR', practitionerId: directorId };
  switch (legOf(id)) {
    case 'CONSENT':
    case 'PATIENT':
      return { role: 'FRONT_DESK', practitionerId: null };
    case 'HOLD':
      return director;
    case 'EXAM':
      // Whether it was entered in error takes a second clinician's word, or the director's.
      return id === 'exam.unquestioned' ? director : officer;
    case 'PROTOCOL':
      return directorId === null ? officer : director;
    case 'ORDER':
      return { role: 'PRESCRIBER', practitionerId: toId('practitioner', record.practitionerId) };
    case 'PHARMACY':
      return { role: 'PHARMACIST', practitionerId: null };
    case 'DIRECTOR':
      return outcome === 'FAIL' && (id === 'licence.director' || id === 'insurance.director') ? director : officer;
    case 'PERSON': {
      const role = record.kind === 'EXAM' ? 'EXAMINER' : 'PRESCRIBER';
      const ownPaper = outcome === 'FAIL' && id.startsWith('licence.');
      return ownPaper ? { role, practitionerId: toId('practitioner', record.practitionerId) } : officer;
    }
    default:
      return officer;
  }
}

function merged(causes: readonly (Remedying & { readonly ruleId: string })[]): Acting[] {
  const groups = Map.groupBy(causes, ({ role, practitionerId }) => `${role} ${practitionerId}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { role, practitionerId } = first;
    return [{ role, practitionerId, on: 'CAUSE' as const, ruleIds: group.map(({ ruleId }) => ruleId) }];
  });
}
