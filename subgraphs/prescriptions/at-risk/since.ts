import { toId } from '#kernel/ids.ts';
import { addDays, dayOf } from '#rules/dates.ts';
import { earlyEnds } from '#rules/exam-since.ts';
import { practisesUnder } from '#rules/licence.ts';
import { LICENCE_STALE_AFTER_DAYS } from '#rules/licence.ts';
import { type RecordedStanding, statusThen } from '#rules/licence-history.ts';
import type { RuleResult } from '#rules/results.ts';
import type { InFlight } from './in-flight.ts';
import type { ClinicToday, PresentFacts } from './present-facts.ts';

/**
 * The first day on which something that stands in the way had lapsed, or will have, by the dates on record. Null where none of them has a
 * date: a consent that is missing, an attestation nobody gave, a neighbour that did not answer.
 */
export function sinceOf(record: InFlight, blockers: readonly RuleResult[], told: PresentFacts, directorId: string | null, at: Date) {
  const days = blockers.map(({ id }) => lapsedOn(id, record, told, directorId, at)).filter((day) => day !== null);
  return days.toSorted()[0] ?? null;
}

function lapsedOn(ruleId: string, record: InFlight, told: PresentFacts, directorId: string | null, at: Date): string | null {
  const clinic = told.clinics.get(record.clinicId);
  const person = told.practitioners.get(record.practitionerId);
  switch (ruleId) {
    case 'licence.examiner':
    case 'licence.prescriber':
      return last((person?.licenses ?? []).flatMap((one) => licenceLapsed(one, record.state, person?.credential, at)));
    case 'exclusion.examiner':
    case 'exclusion.prescriber':
      return person?.exclusion?.since ?? null;
    case 'agreement.examiner':
    case 'agreement.prescriber':
      return last((person?.agreements ?? []).filter(({ state }) => state === record.state).flatMap(({ endsOn }) => ended(endsOn, at)));
    case 'director.engaged':
      return last(directors(clinic).flatMap(({ endsOn }) => ended(endsOn, at)));
    case 'licence.director':
    case 'insurance.director':
    case 'exclusion.director':
      return directorLapsed(ruleId, clinic, directorId, at);
    case 'protocol.inForce':
      return last((clinic?.oversight?.protocols ?? []).flatMap((one) => (one.service === record.service ? ended(one.expiresOn, at) : [])));
    case 'licence.pharmacy':
    case 'licence.sterile':
      return last(pharmacyLicences(record, told, ruleId).flatMap(({ expiresOn }) => ended(expiresOn, at)));
    case 'order.lastDay':
      return last(ended(record.order?.lastDay ?? null, at));
    case 'exam.contraindication':
    case 'exam.laterDecision':
    case 'exam.unquestioned':
      return earlyEnds({ since: record.chart?.since ?? null }).find((end) => end.ruleId === ruleId)?.on ?? null;
    default:
      return ruleId.startsWith('facility.licence.') ? facilityLapsed(clinic, ruleId.slice('facility.licence.'.length), at) : null;
  }
}

/** A licence as far as it says since when it is not good. */
interface Dated {
  readonly state?: string | null | undefined;
  readonly type: string;
  readonly expiresOn?: string | null | undefined;
  readonly verifiedAt?: string | null | undefined;
  readonly standings?: readonly RecordedStanding[];
}

/** The day from which on a licence is not good, when it is not; a list of one or none. */
function licenceLapsed(
  { state, type, expiresOn, verifiedAt, standings }: Dated,
  where: string | undefined,
  credential: string | undefined,
  at: Date,
): string[] {
  const today = dayOf(at.toISOString()) ?? '';
  if (state !== where || !practisesUnder(credential, type) || expiresOn == null) return [];
  const history = { expiresOn, standings: standings ?? [] };
  const now = statusThen(history, today, at);
  const standing = history.standings.findLast(
    ({ status, effectiveFrom, effectiveTo }) => status === now && effectiveFrom <= today && (effectiveTo ?? today) >= today,
  );
  if (now !== 'ACTIVE' && standing !== undefined) return [standing.effectiveFrom];
  const seen = dayOf(verifiedAt);
  const stale = seen === null ? [] : [addDays(seen, LICENCE_STALE_AFTER_DAYS + 1)].filter((day) => day <= today);
  return [...stale, addDays(expiresOn, 1)].toSorted().slice(0, 1);
}

function directors(clinic: ClinicToday | undefined) {
  return (clinic?.oversight?.engagements ?? []).filter(({ role }) => role === 'MEDICAL_DIRECTOR');
}

function directorLapsed(ruleId: string, clinic: ClinicToday | undefined, directorId: string | null, at: Date): string | null {
  const person = directors(clinic).find(({ practitioner }) => practitioner?.id === directorId)?.practitioner;
  if (person == null) return null;
  if (ruleId === 'exclusion.director') return person.exclusion?.since ?? null;
  if (ruleId === 'licence.director')
    return last(person.licenses.flatMap((one) => licenceLapsed(one, clinic?.address.state, person.credential, at)));
  const policies = person.policies.filter(({ kind, status }) => kind === 'PROFESSIONAL' && status !== 'CANCELLED');
  return last(policies.flatMap(({ expiresOn }) => ended(expiresOn, at)));
}

function facilityLapsed(clinic: ClinicToday | undefined, kind: string, at: Date): string | null {
  return last((clinic?.facilityLicenses ?? []).flatMap((one) => (one.kind === kind ? ended(one.expiresOn, at) : [])));
}

function pharmacyLicences({ order, state }: InFlight, told: PresentFacts, ruleId: string) {
  const pharmacy = order === null ? undefined : told.items.get(order.formularyItemId)?.pharmacy;
  if (pharmacy === undefined || pharmacy.id !== toId('pharmacy', order?.pharmacyId ?? '')) return [];
  return pharmacy.licenses.filter((one) => one.state === state && (one.kind === 'STERILE') === (ruleId === 'licence.sterile'));
}

/** The day after a last one that is over; of what goes on, or has no end, nothing. */
function ended(lastDay: string | null, at: Date): string[] {
  return lastDay !== null && lastDay < (dayOf(at.toISOString()) ?? '') ? [addDays(lastDay, 1)] : [];
}

/** Of several papers of one kind the one that lasted longest counts: until then another carried. */
function last(days: readonly string[]): string | null {
  return days.toSorted().at(-1) ?? null;
}
