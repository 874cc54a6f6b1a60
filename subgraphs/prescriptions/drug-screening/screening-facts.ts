/** From the chart's rows to what screening a drug asks of them. Nothing is judged here. */

import type { Intake, Order, Patient } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';
import { sha256Of } from '#kernel/keys.ts';
import { entriesOf } from '#rules/drug-names.ts';
import type {
  AnswerFlagFact,
  DrugScreeningFact,
  DrugScreeningKind,
  ExcipientFact,
  InteractionFact,
  OtherOrderFact,
  RecordedAllergy,
} from '#rules/drug-screening-facts.ts';
import type { Credential } from '#rules/facts.ts';
import { canonicalText } from '../document/canonical.ts';
import type { DrugSnapshot } from '../document/order-document.ts';
import type { ExamAsDecided } from '../exam/decision/as-decided.ts';
import { shownStatus } from '../order/expiry/last-day.ts';
import { flagsOf, givenIn, standsFor } from '../intake/settled.ts';
import type { OtherOrder, ScreeningRows } from './screening-rows.ts';

/** As much of a chart as a drug is screened with. */
export interface ScreenedChart {
  readonly order: Order;
  readonly patient: Patient | null;
  readonly exam: ExamAsDecided | null;
  readonly screening: ScreeningRows;
}

const DAY_MS = 86_400_000;
const DUE_TO_SAY = ['core.allergies', 'core.medications'] as const;

/** What screening is told of an order, as of a moment. `interactions` is what a screener answered before, null where none was asked. */
export function drugScreeningFact(chart: ScreenedChart, interactions: InteractionFact | null, at: Date): DrugScreeningFact {
  const { order, patient, screening } = chart;
  const [newest] = screening.intakes;
  const snapshot = order.drug as unknown as DrugSnapshot;
  return {
    allergies: allergiesOf(chart),
    excipients: excipientsOf(snapshot),
    medications: newest === undefined ? null : medicationsIn(newest),
    otherOrders: screening.others?.filter((other) => isLive(other, at)).map((other) => otherFact(other, order)) ?? null,
    pregnancy: pregnancyOf(patient, newest, screening),
    flags: flagsOn(chart),
    interactions,
    intakeId: newest === undefined ? null : toId('intake', newest.id),
    drugDigest: sha256Of(canonicalText(order.drug)),
    waiversHoldWhatWasTold: true,
    waivers: screening.waivers.map(({ id, kind, basis, credential, at: waivedAt }) => ({
      ...{ id: toId('screeningWaiver', id), kind: kind as DrugScreeningKind, basis },
      ...{ credential: credential as Credential, at: waivedAt.toISOString() },
    })),
  };
}

/** The same as a gate is told it and its decision keeps it: without records of maybe another person, which decide nothing. */
export function decidedOn(fact: DrugScreeningFact): DrugScreeningFact {
  return { ...fact, otherOrders: fact.otherOrders?.filter(({ samePatient }) => samePatient) ?? null };
}

/** The active ingredients of a drug, as screening asks of them. */
export function activesOf(order: Pick<Order, 'drug'>): { readonly name: string; readonly unii: string | null }[] {
  return (order.drug as unknown as DrugSnapshot).ingredients.map(({ name, unii }) => ({ name, unii }));
}

// The record, what the patient said for any service, and what the examiner found: one of them may know what the others do not.
function allergiesOf({ patient, screening }: ScreenedChart): RecordedAllergy[] | null {
  if (patient === null) return null;
  const said = screening.intakes.slice(0, 1).flatMap((intake) => textsIn(intake, DUE_TO_SAY[0]));
  const found = screening.findings.map(({ code, codeDisplay, text }): RecordedAllergy => {
    const isCoded = code !== null && isAllergy(code, codeDisplay ?? '');
    return { text: isCoded ? `${codeDisplay ?? ''}: ${text}` : text, from: isCoded ? 'CODED_FINDING' : 'FINDING' };
  });
  return [
    ...patient.allergies.map((text): RecordedAllergy => ({ text, from: 'RECORD' })),
    ...said.map((text): RecordedAllergy => ({ text, from: 'INTAKE' })),
    ...found,
  ];
}

// ICD-10-CM: allergy status to drugs (Z88) and otherwise (Z91.0), adverse food reactions and anaphylaxis (T78). Of other terminologies the words say it.
function isAllergy(code: string, display: string): boolean {
  return /^(Z88|Z91\.0|T78)/.test(code) || /allerg|anaphyla|hypersensitiv/i.test(display);
}

// ICD-10-CM: pregnancy (O00 to O9A, Z33, Z34, Z3A). 77386006 is what SNOMED calls "pregnant".
function isPregnancy(code: string): boolean {
  return /^(O\d|Z33|Z34|Z3A)/.test(code) || code === '77386006';
}

function excipientsOf(snapshot: DrugSnapshot): ExcipientFact[] | 'not-recorded' {
  const { excipients } = snapshot as { readonly excipients?: readonly ExcipientFact[] | null };
  return excipients == null ? 'not-recorded' : excipients.map(({ name, unii, role }) => ({ name, unii, role }));
}

/** The medicines an intake names; null where it was not asked or not answered. */
function medicationsIn(intake: Intake): string[] | null {
  const said = textsIn(intake, DUE_TO_SAY[1]);
  return said.length === 0 ? null : said.flatMap(entriesOf);
}

function textsIn(intake: Intake, linkId: string): string[] {
  return givenIn(intake).flatMap((answer) => (answer.linkId === linkId && typeof answer.value === 'string' ? [answer.value] : []));
}

function pregnancyOf(patient: Patient | null, newest: Intake | undefined, { findings }: ScreeningRows): string | null {
  if (findings.some(({ code }) => code !== null && isPregnancy(code))) return 'pregnant';
  const answer = newest === undefined ? null : givenIn(newest).find(({ linkId }) => linkId === 'core.pregnancy')?.value;
  if (typeof answer === 'string') return answer;
  return patient?.sexAtBirth === 'MALE' ? 'not-applicable' : null;
}

/** Whether another order is still taken or on its way: what is completed, or past its last day, until the supply of its last fill is over. */
function isLive(other: OtherOrder, at: Date): boolean {
  const status = shownStatus(other, at);
  if (status !== 'COMPLETED' && status !== 'EXPIRED') return true;
  const supplied = other.status === 'COMPLETED' ? other.statusSince : other.events[0]?.at;
  return supplied !== undefined && supplied.getTime() + other.daysSupply * DAY_MS > at.getTime();
}

function otherFact(other: OtherOrder, order: Order): OtherOrderFact {
  return { id: toId('order', other.id), ingredients: activesOf(other), samePatient: other.patientId === order.patientId };
}

// What an examiner approved with was settled. A later answer that blocks ends the exam by a rule of its own.
function flagsOn({ order, exam, screening }: ScreenedChart): AnswerFlagFact[] | null {
  const intake = screening.intakes.find(({ service }) => service === order.service);
  if (exam === null) return null;
  if (intake === undefined) return [];
  const approved = exam.completedAt !== null && intake.submittedAt <= exam.completedAt;
  const rows = screening.settled.filter(({ intakeId }) => intakeId === intake.id);
  return flagsOf(intake)
    .map((flag) => ({ ...flag, settled: approved || rows.some((row) => standsFor(row, flag)) }))
    .filter(({ severity, settled }) => settled || severity !== 'block');
}
