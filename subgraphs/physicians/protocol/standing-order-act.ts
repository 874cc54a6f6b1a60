import { z } from 'zod';
import { type InputIssue, RuleBlocked } from '#kernel/errors.ts';
import { standingOrderProblems } from '#rules/standing-order.ts';
import { builder } from '../builder.ts';
import { Credential } from '../practitioner/practitioner.ts';

/** One act of a standing order, and on whom it may be done. */
export const StandingOrderActInput = builder.inputType('StandingOrderActInput', {
  description: 'An act that is done without a fresh order, by whom and on whom: always of a patient whose good-faith exam is in force.',
  fields: (t) => ({
    act: t.string({ required: true, description: 'What is done, in words: at most 500 characters. Nothing compounded or dispensed.' }),
    credentials: t.field({
      type: [Credential],
      required: true,
      description: 'Who does it: at least one, and no physicians.',
    }),
    minimumAge: t.int({ required: true, description: 'The youngest on whom it is done, in years: 0 to 120.' }),
    maximumAge: t.int({ description: 'The oldest, in years, no less than the youngest; left out for no limit.' }),
  }),
});

type Given = typeof StandingOrderActInput.$inferInput;

const age = z.number().min(0, 'An age is 0 to 120 years.').max(120, 'An age is 0 to 120 years.');

/** What can be said of the acts one by one. */
export const actsShape = z
  .array(
    z
      .object({
        act: z.string().trim().min(1, 'The act is empty.').max(500, 'An act has at most 500 characters.'),
        credentials: z.array(z.string()).min(1, 'Name at least one credential.').max(5, 'There are five credentials.'),
        minimumAge: age,
        maximumAge: age.nullish(),
      })
      .loose(),
  )
  .max(100, 'A list has at most 100 entries.');

/** What is wrong with the acts of a standing order, and with acts where there should be none. */
export function issuesOfActs(acts: readonly Given[], isStandingOrder: boolean): InputIssue[] {
  const path = 'input.content.acts';
  if (!isStandingOrder)
    return acts.length === 0 ? [] : [{ path, message: 'Acts without a fresh order are a standing order’s: leave this out.' }];
  if (acts.length === 0) return [{ path, message: 'A standing order says what may be done under it.' }];
  return acts.flatMap(({ credentials, minimumAge, maximumAge }, index): InputIssue[] => [
    ...(credentials.some((one) => one === 'MD' || one === 'DO')
      ? [{ path: `${path}.${index}.credentials`, message: 'A physician orders by themselves: a standing order is for others.' }]
      : []),
    ...(maximumAge != null && maximumAge < minimumAge
      ? [{ path: `${path}.${index}.maximumAge`, message: 'The oldest is no younger than the youngest.' }]
      : []),
  ]);
}

const terms = z.object({
  acts: z.array(z.object({ act: z.string() })),
  doseLimits: z.array(z.object({ drug: z.string() })),
});

/** Refuses a standing order that the rules do not let stand, by what it says as it is stored. */
export function requireStandable(content: object): void {
  const { acts, doseLimits } = terms.parse(content);
  const problems = standingOrderProblems([...doseLimits.map(({ drug }) => drug), ...acts.map(({ act }) => act)]);
  if (problems.length > 0) throw new RuleBlocked(problems);
}

/** Acts as they are stored and signed. That the exam is in force is no choice. */
export function actsOf(given: readonly Given[]) {
  return given.map(({ act, credentials, minimumAge, maximumAge }) => ({
    act: act.trim(),
    credentials: [...new Set(credentials)].sort(),
    conditions: { examInForce: true, minimumAge, maximumAge: maximumAge ?? null },
  }));
}
