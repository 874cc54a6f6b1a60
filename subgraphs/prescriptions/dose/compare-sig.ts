import Big from 'big.js';
import { type DoseStep, type DoseTiming, lengthOf, type PeriodUnit, periodHours } from '#rules/dose-steps.ts';
import { type Amount, inUnit } from '#rules/dose-units.ts';
import { readSig, type ReadStep } from './read-sig.ts';
import { frequencyPatterns, readTiming } from './read-timing.ts';
import { amountFound, amountPattern } from './unit-words.ts';

/** How directions stand to a dosage: they say it all, they say less of it and nothing else, or they contradict it. */
export type SigStanding = { readonly standing: 'SAME' | 'LESS' } | { readonly standing: 'CONTRARY'; readonly message: string };

const contrary = (message: string): SigStanding => ({ standing: 'CONTRARY', message });

/** Holds directions that were read against the dosage they stand beside. */
export function compareRead(read: readonly ReadStep[], steps: readonly DoseStep[]): SigStanding {
  if (read.length !== steps.length) return contrary(`The sig has ${counted(read.length)}, and the dosage ${counted(steps.length)}.`);
  let standing: 'SAME' | 'LESS' = 'SAME';
  for (const [index, step] of steps.entries()) {
    const one = compareStep(read[index] as ReadStep, step);
    const where = steps.length === 1 ? 'The sig' : `Step ${step.sequence} of the sig`;
    if (one.standing === 'CONTRARY') return contrary(`${where} ${one.message}`);
    if (one.standing === 'LESS') standing = 'LESS';
  }
  return { standing };
}

function counted(steps: number): string {
  return steps === 1 ? 'one step' : `${steps} steps`;
}

function compareStep(read: ReadStep, step: DoseStep): SigStanding {
  const problem = amountProblem(read, step) ?? wayProblem(read, step) ?? timingProblem(read, step) ?? limitProblem(read, step);
  if (problem !== null) return contrary(problem);
  return { standing: saysAll(read, step) ? 'SAME' : 'LESS' };
}

function amountProblem(read: ReadStep, step: DoseStep): string | null {
  if (read.amount === null || step.amount === null) return read.amount === step.amount ? null : 'gives a dose where the other rests.';
  const stated = [{ amount: read.amount, ingredient: read.ingredient }, ...read.also];
  const wrong = stated.find(({ amount, ingredient }) => !measuresOf(step, ingredient).some((own) => isSame(amount, own)));
  return wrong === undefined ? null : `says ${wrong.amount.value} ${wrong.amount.unit}, which is not the dose.`;
}

function measuresOf({ amount, ingredient, prepared, active }: DoseStep, named: string | null): Amount[] {
  const of = active.filter((one) => named === null || one.ingredient === named);
  if (named !== null) return [...of, ...(ingredient === named && amount ? [amount] : [])];
  return [...(amount ? [amount] : []), ...(prepared ? [prepared] : []), ...of];
}

function isSame(one: Amount, other: Amount): boolean {
  return inUnit(one, other.unit)?.eq(Big(other.value)) ?? false;
}

function wayProblem(read: ReadStep, step: DoseStep): string | null {
  if (read.routes !== null && !read.routes.includes(step.route.toLowerCase())) return `names another route than ${step.route}.`;
  if (read.method !== null && read.method !== step.method) return `says to ${read.method.toLowerCase()} it.`;
  const elsewhere = read.site !== null && read.site.display.toLowerCase() !== step.site?.display.toLowerCase();
  return elsewhere ? 'names another site.' : null;
}

function timingProblem(read: ReadStep, step: DoseStep): string | null {
  const [said, due] = [read.timing, step.timing];
  if (said === null || due === null) return null;
  const other =
    !isAsOften(said, due) || adds(said.dayOfWeek, due.dayOfWeek) || adds(said.timeOfDay, due.timeOfDay) || adds(said.when, due.when);
  return other ? 'says another time than the dosage.' : null;
}

function isAsOften(one: DoseTiming, other: DoseTiming): boolean {
  const hours = ({ period, periodUnit }: DoseTiming) => period * periodHours[periodUnit];
  return one.frequency * hours(other) === other.frequency * hours(one);
}

const adds = (said: readonly string[], due: readonly string[]): boolean => said.length > 0 && said.join() !== due.join();

function limitProblem(read: ReadStep, step: DoseStep): string | null {
  if (read.duration !== null && lengthOf(read) !== lengthOf(step)) return 'lasts another time than the dosage.';
  if (read.asNeeded !== null && step.asNeeded === null) return 'leaves the dose to be taken as needed.';
  if (read.repeatFrom !== null && read.repeatFrom !== step.repeatFrom) return 'begins again at another step.';
  const [said, due] = [read.maxDosePerPeriod, step.maxDosePerPeriod];
  if (said === null) return null;
  const hours = ({ value, unit }: Amount) => Number(value) * periodHours[unit as PeriodUnit];
  const agrees = due !== null && isSame(said.numerator, due.numerator) && hours(said.denominator) === hours(due.denominator);
  return agrees ? null : 'sets another limit than the dosage.';
}

function saysAll(read: ReadStep, step: DoseStep): boolean {
  const lists = (timing: DoseTiming | null) => [timing?.dayOfWeek, timing?.timeOfDay, timing?.when].map((list) => list?.join()).join(';');
  return (
    lists(read.timing) === lists(step.timing) &&
    (read.duration === null) === (step.duration === null) &&
    (read.site === null) === (step.site === null) &&
    read.asNeeded?.reason.toLowerCase() === step.asNeeded?.reason.toLowerCase() &&
    (read.maxDosePerPeriod === null) === (step.maxDosePerPeriod === null) &&
    read.repeatFrom === step.repeatFrom
  );
}

/**
 * Looks in directions that could not be read for what contradicts a dosage: an amount that is none of its doses, or a frequency that is none of its own. Stricter than it need be:
 * amounts and times of anything else do not belong in directions for a dose either.
 */
export function contradictionIn(sig: string, steps: readonly DoseStep[]): string | null {
  const measures = steps.flatMap((step) => [
    ...measuresOf(step, null),
    ...(step.maxDosePerPeriod ? [step.maxDosePerPeriod.numerator] : []),
  ]);
  for (const found of sig.matchAll(new RegExp(`(?<![\\d.,])${amountPattern}`, 'gi'))) {
    const amount = amountFound(found);
    if (amount !== null && !measures.some((own) => isSame(amount, own))) return `The sig says ${found[0]}, which is no dose of the dosage.`;
  }
  const timings = steps.flatMap(({ timing }) => (timing === null ? [] : [timing]));
  for (const pattern of frequencyPatterns) {
    for (const [words] of sig.matchAll(pattern)) {
      const said = readTiming(words)?.timing;
      // "once every 2 weeks" holds "every 2 weeks", and both are the same.
      if (said !== undefined && !timings.some((own) => isAsOften(said, own) || (said.frequency === 1 && isRepeated(said, own))))
        return `The sig says ${words}, and the dosage does not.`;
    }
  }
  return null;
}

// "3 times a day": the shorter way "a day" is not one; but "3 times every 2 weeks" holds "every 2 weeks", its period.
function isRepeated(said: DoseTiming, own: DoseTiming): boolean {
  return said.period * periodHours[said.periodUnit] === own.period * periodHours[own.periodUnit] && own.frequency > 1 && own.period > 1;
}

/** Directions that say a dosage and then more in words of their own. */
interface Added {
  readonly read: readonly ReadStep[];
  readonly words: string;
}

/** Parts directions into what can be read, as far as that goes, and the words after it; null when they do not begin with what can be read. */
export function addedTo(sig: string, ingredients: readonly string[]): Added | null {
  const ends = [...sig.matchAll(/[.,;]/g)].map(({ index }) => index).toReversed();
  for (const end of ends) {
    const read = readSig(sig.slice(0, end), ingredients);
    if (read !== null) return { read, words: sig.slice(end + 1) };
  }
  return null;
}

// What says how much, how often, which way or for how long. Number words and Latin abbreviations say it as well as digits do.
const saysDose =
  /\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|quarter|full|whole|double|triple|increase|decrease|more|less|once|twice|thrice|times?|hourly|daily|weekly|monthly|nightly|every|each|other|per|doses?|b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|q[a-z]{0,3}|prn|p\.?o|sig|ut|dict|mouth|orally|oral|tongue|skin|inject\w*|take|apply|insert|swallow|dissolve|morning|evening|noon|bedtime|capsules?|tablets?|syringes?|vials?|drops?|units?|mg|mcg|ml)\b/i;

/** What in the words added to directions is no addition: they must not speak of dose, time or way, which the dosage says. */
export function wordsProblem(words: string): string | null {
  const [found] = saysDose.exec(words) ?? [];
  return found === undefined
    ? null
    : `What is added to the directions speaks of the dose ("${found}"): only the dosage says how much, when and which way.`;
}
