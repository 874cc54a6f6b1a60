import type { DoseStep } from '#rules/dose-steps.ts';
import { inUnit } from '#rules/dose-units.ts';
import type { DosedFormula, GivenStep } from './given-step.ts';
import { readSig } from './read-sig.ts';
import { methodsOf } from './route-words.ts';

/** Something wrong with a step, and in which of its members. */
export interface StepProblem {
  readonly member: string;
  readonly message: string;
}

/** What is wrong with a step of the formula's route: its method, or words in it that directions cannot carry. */
export function spokenProblem(step: DoseStep, { route, strengths }: DosedFormula): StepProblem | null {
  if (step.method !== null && !methodsOf(route).includes(step.method))
    return { member: 'method', message: `What is ${route} is not given so: ${methodsOf(route).join(', ')}.` };
  const read = readSig(
    step.text,
    strengths.map(({ name }) => name),
  );
  const [back] = read ?? [];
  const isBack = read?.length === 1 && back?.site?.display === step.site?.display && back?.asNeeded?.reason === step.asNeeded?.reason;
  if (isBack) return null;
  // Site and reason are the only free words of a step, and the only ones that can be taken for something else.
  const member = step.site !== null && back?.site?.display !== step.site.display ? 'site' : step.asNeeded === null ? 'amount' : 'asNeeded';
  return { member, message: 'These words would be read as something else in the directions: use plain ones.' };
}

/** What is wrong with the most that a step allows in a time: it is for what is taken as needed, and no less than one dose. */
export function limitProblem({ amount, asNeeded, maxDosePerPeriod: limit }: DoseStep): StepProblem | null {
  if (limit === null || amount === null) return null;
  const wrong = (message: string) => ({ member: 'maxDosePerPeriod', message });
  if (asNeeded === null) return wrong('A most is for what is taken as needed: what is due at its times is given whatever the most.');
  const most = inUnit(limit.numerator, amount.unit);
  if (most === null) return wrong('A most is counted in the measure of the dose.');
  return most.lt(amount.value) ? wrong('A most is at least one dose.') : null;
}

/** What the list as a whole says wrong: an end that is none, a step after the last, a cycle without an end. */
export function orderProblems(steps: readonly GivenStep[]): (StepProblem & { readonly index: number })[] {
  return steps.flatMap((step, index) => {
    const isLast = index === steps.length - 1;
    const problems: StepProblem[] = [];
    if (!isLast && step.duration === null) problems.push({ member: 'duration', message: 'A step that another follows has a duration.' });
    if (!isLast && step.repeatFrom !== null)
      problems.push({ member: 'repeatFrom', message: 'Only after the last step anything begins again.' });
    if (isLast && step.repeatFrom !== null && (step.repeatFrom < 1 || step.repeatFrom > steps.length))
      problems.push({ member: 'repeatFrom', message: 'There is no such step.' });
    if (isLast && step.repeatFrom !== null && step.duration === null)
      problems.push({ member: 'duration', message: 'A step after which others begin again has a duration.' });
    if (step.amount === null && step.duration === null) problems.push({ member: 'duration', message: 'A rest has a duration.' });
    return problems.map((problem) => ({ ...problem, index }));
  });
}
