import type { InputIssue } from '#kernel/errors.ts';
import type { DoseStep } from '#rules/dose-steps.ts';
import { addedTo, compareRead, contradictionIn, wordsProblem } from './compare-sig.ts';
import { completedStep, type DosedFormula, type GivenStep } from './given-step.ts';
import { errorProne } from './error-prone.ts';
import { readSig, type ReadStep } from './read-sig.ts';
import { sigText } from './sig-text.ts';
import { limitProblem, orderProblems, spokenProblem } from './step-problems.ts';

/** What a prescriber gave of a dose: as data, in words, or both. */
export interface GivenDosing {
  readonly dosage: readonly GivenStep[] | null;
  readonly sig: string | null;
  readonly overrideReason: string | null;
}

/** How an order is dosed. */
export interface Dosing {
  readonly sig: string;
  /** Null where the directions could not be read: then nothing is signed. */
  readonly dosage: readonly DoseStep[] | null;
  /** The directions that follow from the dosage; null without one. */
  readonly sigGenerated: string | null;
  /** Why the sig has words of its own; null where it says the dosage. */
  readonly sigOverrideReason: string | null;
}

/** Paths under `input`. */
type Wrong = (path: string, message: string) => void;

/** Brings dose and directions together; null when they cannot be, with the issues. */
export function dosingOf(
  given: GivenDosing,
  formula: DosedFormula,
): { readonly dosing: Dosing | null; readonly issues: readonly InputIssue[] } {
  const issues: InputIssue[] = [];
  const wrong: Wrong = (path, message) => issues.push({ path: `input.${path}`, message });
  const misread = given.sig === null ? null : errorProne(given.sig);
  if (misread !== null) wrong('sig', misread);
  else if (given.dosage !== null) {
    const dosing = fromData(given.dosage, given, formula, wrong);
    if (issues.length === 0) return { dosing, issues };
  } else if (given.sig === null) wrong('sig', 'Directions are missing: give a sig, or the dosage as data.');
  else if (given.overrideReason !== null) wrong('sigOverrideReason', 'Only the sig of a dosage given as data is overridden.');
  else {
    const dosing = fromWords(given.sig, formula, wrong);
    if (issues.length === 0) return { dosing, issues };
  }
  return { dosing: null, issues };
}

const NO_DOSE = 'Nothing is given in any step.';

function fromData(given: readonly GivenStep[], { sig, overrideReason }: GivenDosing, formula: DosedFormula, wrong: Wrong): Dosing | null {
  for (const { index, member, message } of orderProblems(given)) wrong(`dosage.${index}.${member}`, message);
  if (given.every(({ amount }) => amount === null)) wrong('dosage', NO_DOSE);
  const steps = given.flatMap((one, index) => {
    const { step, problem } = { step: null, ...completedStep(one, index + 1, formula) };
    if (problem !== null) wrong(`dosage.${index}.amount`, `The dose ${problem}.`);
    const unsaid = step === null ? null : (limitProblem(step) ?? spokenProblem(step, formula));
    if (unsaid !== null) wrong(`dosage.${index}.${unsaid.member}`, unsaid.message);
    return step === null ? [] : [step];
  });
  if (steps.length < given.length) return null;
  const generated = sigText(steps);
  if (sig === null || sig === generated) {
    if (overrideReason !== null) wrong('sigOverrideReason', 'The sig is the one that follows from the dosage: nothing is overridden.');
    return { sig: generated, dosage: steps, sigGenerated: generated, sigOverrideReason: null };
  }
  const names = formula.strengths.map(({ name }) => name);
  const read = readSig(sig, names);
  const problem = read === null ? (contradictionIn(sig, steps) ?? additionProblem(sig, names, steps)) : contraryTo(read, steps);
  if (problem !== null) wrong('sig', problem);
  const isSame = read !== null && compareRead(read, steps).standing === 'SAME';
  if (!isSame && overrideReason === null)
    wrong('sigOverrideReason', 'The sig has words of its own beside the dosage: say why, or leave it out.');
  return { sig, dosage: steps, sigGenerated: generated, sigOverrideReason: isSame ? null : overrideReason };
}

// Whoever follows the directions follows their words: words of one's own stand after the dosage, never instead of it.
function additionProblem(sig: string, names: readonly string[], steps: readonly DoseStep[]): string | null {
  const added = addedTo(sig, names);
  if (added === null) return 'A sig with words of its own says the dosage first, in words that can be read, and adds to it.';
  return contraryTo(added.read, steps) ?? wordsProblem(added.words);
}

function contraryTo(read: readonly ReadStep[], steps: readonly DoseStep[]): string | null {
  const compared = compareRead(read, steps);
  return compared.standing === 'CONTRARY' ? compared.message : null;
}

function fromWords(sig: string, formula: DosedFormula, wrong: Wrong): Dosing | null {
  const unread = { sig, dosage: null, sigGenerated: null, sigOverrideReason: null };
  const read = readSig(
    sig,
    formula.strengths.map(({ name }) => name),
  );
  if (read === null) return unread;
  const [misplaced] = orderProblems(read);
  if (misplaced !== undefined || read.every(({ amount }) => amount === null)) {
    wrong('sig', misplaced === undefined ? NO_DOSE : `Step ${misplaced.index + 1} of the sig: ${misplaced.message}`);
    return null;
  }
  const steps: DoseStep[] = [];
  for (const [index, one] of read.entries()) {
    const { also: _also, routes: _routes, ...given } = one;
    const completed = completedStep(given, index + 1, formula);
    // Of several ingredients the words do not say which: they may mean something, which is not for a program to guess.
    if (completed.problem !== null && formula.strengths.length > 1) return unread;
    if (completed.problem !== null) {
      wrong('sig', `The dose ${completed.problem}.`);
      return null;
    }
    steps.push(completed.step);
  }
  const problem =
    contraryTo(read, steps) ??
    steps.map((step) => (limitProblem(step) ?? spokenProblem(step, formula))?.message).find((one) => one !== undefined) ??
    null;
  if (problem !== null) wrong('sig', problem);
  return { sig, dosage: steps, sigGenerated: sigText(steps), sigOverrideReason: null };
}
