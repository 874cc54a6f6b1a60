/** The ingredients and excipients of a formula as a cell has them: parts separated by semicolons, each with its members by bars. */

import { rxcuiProblem, uniiProblem } from '#kernel/identifiers.ts';
import { excipientRoles } from '#kernel/shared-formula.ts';
import { type RatioShape, strengthProblem } from '#kernel/strength.ts';
import { partIn, ratioIn, textProblem } from './columns.ts';

/** An active ingredient. */
export interface IngredientPart {
  readonly name: string;
  readonly unii: string | null;
  readonly rxcui: string | null;
  readonly strength: RatioShape;
  readonly csSchedule: string | null;
}

/** Something else that is in it. */
export interface ExcipientPart {
  readonly name: string;
  readonly unii: string | null;
  readonly role: string;
  readonly amount: RatioShape | null;
}

interface Problem {
  readonly problem: string;
}

const MOST = 30;
const schedules = ['II', 'III', 'IV', 'V'];
const orNone = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

function partsIn(text: string): string[][] {
  return text
    .split(';')
    .filter((one) => one.trim() !== '')
    .map((one) => one.split('|').map(partIn));
}

/** `name|UNII|RxCUI|2.5 mg in 1 mL|schedule`, at least one. Only name and strength are asked. */
export function ingredientsIn(text: string): readonly IngredientPart[] | Problem {
  const parts = partsIn(text);
  if (parts.length === 0) return { problem: 'names no ingredient' };
  if (parts.length > MOST) return { problem: `names more than ${MOST} ingredients` };
  const read: IngredientPart[] = [];
  for (const [index, [name = '', unii, rxcui, amounts = '', schedule, ...more]] of parts.entries()) {
    const strength = ratioIn(amounts);
    const problem =
      (more.length > 0 ? 'has more than five members' : null) ??
      textProblem(name, 200) ??
      (orNone(unii) === null ? null : uniiProblem(unii ?? '')) ??
      (orNone(rxcui) === null ? null : rxcuiProblem(rxcui ?? '')) ??
      (strength === null ? 'has no strength written as 2.5 mg in 1 mL' : strengthProblem(strength)) ??
      (orNone(schedule) === null || schedules.includes(schedule ?? '') ? null : `is in no schedule (${schedules.join(', ')})`);
    if (problem !== null || strength === null) return { problem: `ingredient ${index + 1} ${problem}` };
    read.push({ name, unii: orNone(unii), rxcui: orNone(rxcui), strength, csSchedule: orNone(schedule) });
  }
  return read;
}

/** `name|UNII|role|9 mg in 1 mL`; `none` is none, and an empty cell says that nothing is recorded. */
export function excipientsIn(text: string): readonly ExcipientPart[] | null | Problem {
  if (text === '') return null;
  if (text.toLowerCase() === 'none') return [];
  const parts = partsIn(text);
  if (parts.length > MOST) return { problem: `names more than ${MOST} excipients` };
  const read: ExcipientPart[] = [];
  for (const [index, [name = '', unii, role = '', amounts, ...more]] of parts.entries()) {
    const amount = orNone(amounts) === null ? null : ratioIn(amounts ?? '');
    const problem =
      (more.length > 0 ? 'has more than four members' : null) ??
      textProblem(name, 200) ??
      (orNone(unii) === null ? null : uniiProblem(unii ?? '')) ??
      ((excipientRoles as readonly string[]).includes(role) ? null : `has no role (${excipientRoles.join(', ')})`) ??
      (orNone(amounts) === null ? null : amount === null ? 'has no amount written as 9 mg in 1 mL' : strengthProblem(amount));
    if (problem !== null) return { problem: `excipient ${index + 1} ${problem}` };
    read.push({ name, unii: orNone(unii), role, amount });
  }
  return read;
}
