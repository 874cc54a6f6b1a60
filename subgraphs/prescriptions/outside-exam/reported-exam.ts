import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { npiProblem } from '#kernel/identifiers.ts';
import { emailProblem, isUsState, phoneProblem } from '#kernel/identifiers-contact.ts';
import { modalities } from '#kernel/shared-types.ts';
import { isDay, isInstant } from '#rules/dates.ts';
import { isForClinicians, questionsOf } from '#rules/questionnaire.ts';
import { type Answer, screen } from '#rules/screening.ts';
import { isService, type ServiceCode } from '#rules/service-codes.ts';

/** What an exam held elsewhere can have ended in, as far as it is taken: what was left open there is decided there, or examined anew here. */
export const reportedOutcomes = ['APPROVED', 'DECLINED', 'NEEDS_IN_PERSON'] as const;

/** The result of an exam held elsewhere, read and found well formed. Whether any of it holds is asked when it is confirmed. */
export interface ReportedExam {
  /** Its id where it was held. */
  readonly externalId: string;
  readonly givenName: string;
  readonly familyName: string;
  /** `YYYY-MM-DD`. */
  readonly birthDate: string;
  readonly email: string | null;
  /** E.164. */
  readonly phone: string | null;
  readonly service: ServiceCode;
  readonly patientState: string;
  readonly modality: (typeof modalities)[number];
  readonly outcome: (typeof reportedOutcomes)[number];
  readonly completedAt: Date;
  /** `YYYY-MM-DD`; null when the report says none. */
  readonly validUntil: string | null;
  readonly examinerNpi: string;
  readonly rationale: string;
  readonly findings: readonly string[];
  /** The examiner's own items of the questionnaire. */
  readonly answers: readonly Answer[];
}

/** The same before it was read: text as it came, and answers of whatever kind. */
export type Reported = Readonly<Record<ReportedField, string | null>> & {
  readonly findings: readonly string[];
  readonly answers: readonly Answer[];
};

/** The fields of a report that are one text each. */
export const reportedFields = [
  'externalId',
  'givenName',
  'familyName',
  'birthDate',
  'email',
  'phone',
  'service',
  'patientState',
  'modality',
  'outcome',
  'completedAt',
  'validUntil',
  'examinerNpi',
  'rationale',
] as const;

/** One of them. */
export type ReportedField = (typeof reportedFields)[number];

/** Fields a report may leave out. */
export const optionalFields: readonly ReportedField[] = ['email', 'phone', 'validUntil'];

const LONGEST: Partial<Record<ReportedField, number>> = { externalId: 200, givenName: 100, familyName: 100, rationale: 8_000 };
const MOST_FINDINGS = 50;
const LONGEST_FINDING = 2_000;
const EARLIEST_BIRTH = '1900-01-01';

/** Reads a report, or throws InvalidInput with everything that is wrong with it, each under `<at><field>`. */
export function readReport(reported: Reported, now: Date, at = ''): ReportedExam {
  const issues: InputIssue[] = [];
  const wrong = (path: string, message: string) => issues.push({ path: `${at}${path}`, message });
  for (const field of reportedFields) {
    const problem = problemOf(field, reported[field], now);
    if (problem !== null) wrong(field, problem);
  }
  const { service, validUntil, completedAt } = reported;
  if (isDay(validUntil) && isInstant(completedAt) && validUntil < completedAt.slice(0, 10)) wrong('validUntil', 'lies before the exam');
  if (reported.findings.length > MOST_FINDINGS) wrong('findings', `has more than ${MOST_FINDINGS} entries`);
  reported.findings.forEach((finding, index) => {
    if (!isStorable(finding)) wrong(`findings.${index}`, 'holds what no text can');
    else if (finding.trim() === '') wrong(`findings.${index}`, 'is empty');
    else if (finding.length > LONGEST_FINDING) wrong(`findings.${index}`, `has more than ${LONGEST_FINDING} characters`);
  });
  if (isService(service)) for (const { path, message } of answerIssues(service, reported.answers)) wrong(`answers.${path}`, message);
  if (issues.length > 0) throw new InvalidInput(issues);
  return {
    ...(reported as unknown as ReportedExam),
    email: contact(reported.email, emailProblem),
    phone: contact(reported.phone, phoneProblem),
    validUntil: validUntil === '' ? null : validUntil,
    completedAt: new Date(completedAt ?? ''),
    findings: reported.findings.map((finding) => finding.trim()),
  };
}

/** What is wrong with the answers of a report: each is the examiner's own, of this service, of its item's kind, and given once. */
function answerIssues(service: ServiceCode, answers: readonly Answer[]): InputIssue[] {
  const own = new Map(questionsOf(service, 'clinician').map((item) => [item.linkId, isForClinicians(item)]));
  const theirs = answers.filter(({ linkId }) => own.get(linkId) === false);
  return [
    ...theirs.map(({ linkId }) => ({ path: linkId, message: 'is the patient’s to answer, here and anew' })),
    ...answers.flatMap(({ linkId, value }) =>
      typeof value !== 'string' || isStorable(value) ? [] : { path: linkId, message: 'holds what no text can' },
    ),
    ...screen(service, answers, 'clinician').issues,
  ];
}

// What only helps to find the person is left out where it is none, instead of keeping the whole report out.
function contact(text: string | null, problem: (text: string) => string | null): string | null {
  return text === null || text === '' || problem(text) !== null ? null : text;
}

// A message may spell these out; no database takes them.
const isStorable = (text: string) => !text.includes('\u0000') && text.isWellFormed();

const oneOf = (text: string, codes: readonly string[]) => (codes.includes(text) ? null : `must be one of ${codes.join(', ')}`);

function problemOf(field: ReportedField, text: string | null, now: Date): string | null {
  if (text === null || text === '') return optionalFields.includes(field) ? null : 'is missing';
  const longest = LONGEST[field] ?? 320;
  if (!isStorable(text)) return 'holds what no text can';
  if (text.length > longest) return `has more than ${longest} characters`;
  switch (field) {
    case 'birthDate':
      if (!isDay(text)) return 'must be a day (YYYY-MM-DD) that exists';
      return text > now.toISOString().slice(0, 10) || text < EARLIEST_BIRTH ? 'is no birth date of anybody alive' : null;
    case 'service':
      return isService(text) ? null : 'is not the code of a service';
    case 'patientState':
      return isUsState(text) ? null : 'must be the two-letter code of a state';
    case 'modality':
      return oneOf(text, modalities);
    case 'outcome':
      return oneOf(text, reportedOutcomes);
    case 'completedAt':
      if (!isInstant(text)) return 'must be a moment with its offset (RFC 3339)';
      return Date.parse(text) > now.getTime() ? 'lies in the future' : null;
    case 'validUntil':
      return isDay(text) ? null : 'must be a day (YYYY-MM-DD) that exists';
    case 'examinerNpi':
      return npiProblem(text);
    default:
      return null;
  }
}
