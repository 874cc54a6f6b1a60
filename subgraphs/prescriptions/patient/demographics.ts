import { z } from 'zod';
import { type InputIssue, InvalidInput, RuleBlocked } from '#kernel/errors.ts';
import { emailProblem, phoneProblem } from '#kernel/identifiers-contact.ts';
import { adult } from '#rules/adult.ts';
import { isBlocked } from '#rules/results.ts';
import { dayText } from '../calendar-day.ts';

/** Nobody alive was born earlier. */
const EARLIEST_BIRTH = '1900-01-01';

const checked = (problem: (text: string) => string | null) =>
  z.string().superRefine((text, issues) => {
    const found = problem(text);
    if (found !== null) issues.addIssue({ code: 'custom', message: found });
  });

const name = z
  .string()
  .trim()
  .min(1, 'A name is missing.')
  .max(100, 'A name has at most 100 characters.')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'A name has no control characters.');

/** One line per allergy: substance and, if known, the reaction. */
export const allergyList = z
  .array(z.string().trim().min(1, 'An allergy is empty.').max(200, 'An allergy has at most 200 characters.'))
  .max(100, 'At most 100 allergies.');

/** What the types of a patient's input cannot say. Whether a birth date has been reached needs the clock: see `birthDateIssues`. */
export const demographics = {
  givenName: name,
  familyName: name,
  email: checked(emailProblem).nullish(),
  phone: checked(phoneProblem).nullish(),
};

/** Throws RuleBlocked for a minor at that moment. */
export function requireAdult(birthDate: string, now: Date): void {
  const asked = adult(birthDate, now.toISOString());
  if (isBlocked([asked])) throw new RuleBlocked([asked]);
}

/** Throws InvalidInput for a birth date that nobody alive can have. */
export function requirePossibleBirth(birthDate: string, now: Date): void {
  const issues: InputIssue[] = [];
  if (birthDate > dayText(now)) issues.push({ path: 'input.birthDate', message: 'lies in the future' });
  if (birthDate < EARLIEST_BIRTH) issues.push({ path: 'input.birthDate', message: `lies before ${EARLIEST_BIRTH}` });
  if (issues.length > 0) throw new InvalidInput(issues);
}
