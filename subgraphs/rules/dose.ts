/** May this dose be signed: is it data, does its supply say the same, and is it within what the protocol allows? */

import type { DosingFact } from './dose-facts.ts';
import { protocolLimit } from './dose-limit.ts';
import { supplyProblems } from './dose-supply.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** Every rule about the dose; none where it was not told of. */
export function doseResults(dosing: DosingFact | null | undefined): RuleResult[] {
  if (dosing === undefined) return [];
  const steps = wholeList(dosing?.dosage);
  if (dosing === null || steps === null || steps.length === 0) {
    return [
      notKnown(
        'order.dose',
        'The directions could not be read as a dose',
        'Give the dose as data, in `dosage`, or write the sig in plain words.',
      ),
    ];
  }
  const dose = passed('order.dose', `The dose is known as data${steps.length === 1 ? '' : ` in ${steps.length} steps`}`);
  const { supply } = dosing;
  const strengths = wholeList(dosing.strengths);
  if (supply == null || strengths === null) {
    return [dose, notKnown('order.supply', 'Quantity, days or strengths could not be read', 'Draft the order again.')];
  }
  const [problem] = supplyProblems(steps, supply, strengths);
  const days = supply.daysSupply * (supply.refills + 1);
  return [dose, supplyResult(problem), limitResult(dosing, () => protocolLimit(steps, days, strengths, wholeList(dosing.limits) ?? []))];
}

function supplyResult(problem: ReturnType<typeof supplyProblems>[number] | undefined): RuleResult {
  const id = 'order.supply';
  if (problem === undefined) return passed(id, "Quantity, days' supply and refills agree with the dose");
  if (problem.outcome === 'UNKNOWN')
    return notKnown(id, problem.message, 'Ask the pharmacy to record its formula and packs, or dispense no more than the doses take.');
  return failed(id, problem.message, "Draft the order with a quantity and days' supply that agree with the dose.");
}

function limitResult({ limits }: DosingFact, held: () => RuleResult): RuleResult {
  if (wholeList(limits) !== null) return held();
  return notKnown('dose.protocolLimit', 'The limits of the protocol could not be read', 'Try again; if it lasts, check the protocols.');
}
