/** What a prescription for a compound must carry: each element that is missing by its own name, what is there a line for each group. */

import { type Asking, unitedStates } from './asking.ts';
import type { ContentFacts, ContentPart, PrescriptionContentFact } from './content-facts.ts';
import { dayOf } from './dates.ts';
import type { Fact } from './facts.ts';
import { isRaised, readRule, ruleId } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** What a part is called, and what to do where it is missing. */
interface Part {
  readonly part: ContentPart;
  readonly words: string;
  readonly remedy: string;
}

/** One element of the packs with the parts that make it up. */
interface Element {
  readonly key: string;
  readonly parts: readonly Part[];
  /** Asked only where an ingredient is controlled. */
  readonly controlledOnly?: true;
}

const patientRecord = "Complete the patient's record.";
const formula = 'Ask the pharmacy to complete the formula, then draft the order anew.';
const anew = 'Draft the order anew with it.';
const practitioner = "Complete the prescriber's record.";

const part = (name: ContentPart, words: string, remedy: string): Part => ({ part: name, words, remedy });

/** The groups in reading order. What other rules ask of an order (the difference, the exam, the monitoring program) is not asked twice. */
const groups: readonly { readonly id: string; readonly says: string; readonly elements: readonly Element[] }[] = [
  {
    id: 'content.patient',
    says: 'The prescription names the patient with address, date of birth and sex, and where it goes',
    elements: [
      { key: 'patient-name', parts: [part('patientName', "the patient's full name", patientRecord)] },
      {
        key: 'patient-address',
        parts: [part('patientAddress', "the patient's address", patientRecord), part('shipTo', 'the address it goes to', anew)],
      },
      {
        key: 'patient-particulars',
        parts: [
          part('patientBirthDate', "the patient's date of birth", patientRecord),
          part('patientSex', "the patient's sex", patientRecord),
        ],
      },
    ],
  },
  {
    id: 'content.drug',
    says: 'The prescription names each ingredient with its strength, the form, the quantity, the directions and the refills',
    elements: [
      {
        key: 'drug-name',
        parts: [
          part('drugName', 'the name of the preparation', formula),
          part('ingredientNames', 'the established name of each active ingredient', formula),
        ],
      },
      {
        key: 'strength',
        parts: [
          part('ingredientStrengths', 'the strength of each active ingredient', formula),
          part('strengthUnits', 'the unit of each strength', formula),
        ],
      },
      { key: 'dosage-form', parts: [part('dosageForm', 'the final dosage form', formula)] },
      {
        key: 'quantity',
        parts: [part('quantity', 'the quantity', anew), part('quantityUnit', 'the unit of the quantity', anew)],
      },
      { key: 'directions', parts: [part('directions', 'the directions', anew), part('route', 'the route', formula)] },
      { key: 'refills', parts: [part('refills', 'the number of refills', anew)] },
    ],
  },
  {
    id: 'content.prescriber',
    says: 'The prescription names the prescriber with practice address, telephone and NPI, and whoever supervises where one must',
    elements: [
      {
        key: 'prescriber',
        parts: [
          part('prescriberName', "the prescriber's name", practitioner),
          part('prescriberAddress', "the prescriber's practice address", "Complete the clinic's address."),
          part('prescriberTelephone', "the prescriber's telephone number", "Record the clinic's telephone number (recordClinicPhone)."),
          part('prescriberNpi', "the prescriber's NPI", practitioner),
        ],
      },
      {
        key: 'dea-number',
        controlledOnly: true,
        parts: [part('prescriberDea', "the prescriber's DEA number", "Record the prescriber's DEA registration.")],
      },
      {
        key: 'supervising-physician',
        parts: [part('supervisor', 'the supervising or collaborating physician', 'Sign an agreement that names the physician.')],
      },
    ],
  },
  {
    id: 'content.reason',
    says: 'The prescription says what it is for',
    elements: [{ key: 'indication', parts: [part('indication', 'the diagnosis', anew)] }],
  },
];

const DATE = 'prescription.element.date-issued';

/** The results on what the order carries; none where nothing was told of it. */
export function contentResults({ content }: ContentFacts, controlled: boolean, asking: Asking): RuleResult[] {
  if (content === undefined) return [];
  if (content === null) {
    return [
      notKnown('content', 'What the prescription carries could not be read', 'Try again; if it lasts, check the records it is made from.'),
    ];
  }
  return [...issued(content, asking), ...groups.flatMap((group) => groupResults(group, content, controlled, asking))];
}

// It is issued by its signature, so that any other day on it is not the day it was signed.
function issued({ issuedOn }: PrescriptionContentFact, asking: Asking): RuleResult[] {
  if (!isRaised(asking, unitedStates, DATE)) return [];
  const reading = readRule(asking, unitedStates, DATE);
  if (reading.result !== null) return [reading.result];
  const cited = [reading.rule?.citation ?? null, reading.rule?.since] as const;
  const id = ruleId(unitedStates, DATE);
  const remedy = 'Sign it on the day it is issued.';
  if (dayOf(issuedOn) === null) return [notKnown(id, 'The day of issue is not known', remedy, ...cited)];
  if (dayOf(issuedOn) !== dayOf(asking.on))
    return [failed(id, `It is dated ${issuedOn}, which is not the day of its signature`, remedy, ...cited)];
  return [passed('content.date', 'The prescription is dated on the day it is signed', ...cited)];
}

function groupResults(
  { id, says, elements }: (typeof groups)[number],
  { parts }: PrescriptionContentFact,
  controlled: boolean,
  asking: Asking,
): RuleResult[] {
  const missing: RuleResult[] = [];
  const cited = new Set<string>();
  let since: string | undefined;
  let asks = false;
  for (const { key, parts: asked, controlledOnly } of elements) {
    // A release that had no rule on it yet asked nothing of it.
    if ((controlledOnly === true && !controlled) || !isRaised(asking, unitedStates, `prescription.element.${key}`)) continue;
    asks = true;
    const reading = readRule(asking, unitedStates, `prescription.element.${key}`);
    if (reading.result !== null) {
      missing.push(reading.result);
      continue;
    }
    if (!isAsked(reading.value, controlled)) continue;
    const { rule } = reading;
    if (rule !== null) cited.add(rule.citation);
    since = rule !== null && (since === undefined || since < rule.since) ? rule.since : since;
    const lacking = asked.filter((one) => parts[one.part] !== true);
    if (lacking.length > 0) missing.push(lackingResult(ruleId(unitedStates, `prescription.element.${key}`), lacking, parts, rule));
  }
  if (!asks) return [];
  return missing.length > 0 ? missing : [passed(id, says, [...cited].join('; ') || null, since)];
}

function lackingResult(
  id: string,
  lacking: readonly Part[],
  parts: PrescriptionContentFact['parts'],
  rule: { readonly citation: string; readonly since: string } | null,
): RuleResult {
  const cited = [rule?.citation ?? null, rule?.since] as const;
  const absent = lacking.filter((one) => parts[one.part] === false);
  const told = absent.length > 0 ? absent : lacking;
  const named = told.map(({ words }) => words).join(', ');
  const remedy = [...new Set(told.map((one) => one.remedy))].join(' ');
  if (absent.length > 0) return failed(id, `The prescription lacks ${named}`, remedy, ...cited);
  return notKnown(id, `It could not be read whether the prescription carries ${named}`, remedy, ...cited);
}

// Every order is for a compound. A column without an answer, or with "no", does not ask for the element.
function isAsked(value: unknown, controlled: boolean): boolean {
  const { anyDrug, controlled: ifControlled, compounded } = value as Readonly<Record<string, Fact<string>>>;
  return [anyDrug, compounded, controlled ? ifControlled : null].some((answer) => answer != null && answer !== 'no');
}
