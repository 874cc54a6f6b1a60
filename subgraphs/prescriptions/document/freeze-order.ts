import type { Consent, Finding, GoodFaithExam, Order, Patient } from '#prisma/generated/prescriptions/client.ts';
import type { DifferenceKind } from '#rules/difference-facts.ts';
import { toId } from '#kernel/ids.ts';
import type { AddressShape } from '#kernel/shared-types.ts';
import type { RuleResult } from '#rules/results.ts';
import { dosingOfOrder } from '../dose/drafted-dosing.ts';
import { frozenCoding } from '../exam/decision/finding-coding.ts';
import { DOCUMENT_SCHEMA, type DrugSnapshot, type FrozenAddress, type FrozenDifference, type OrderDocument } from './order-document.ts';
import { snapshotInFull } from './read-document.ts';

/** An address with every member written out, in one order of words. */
export function frozenAddress({ line1, line2, city, state, postalCode }: AddressShape): FrozenAddress {
  return { line1, line2: line2 ?? null, city, state, postalCode };
}

/** A stored calendar day as text. */
export function dayText(day: Date): string {
  return day.toISOString().slice(0, 10);
}

/** A finding as a document keeps it: its words, and its code where it has one. */
export function frozenFinding(finding: Finding): FrozenDifference['finding'] {
  return { id: toId('finding', finding.id), text: finding.text, code: frozenCoding(finding).coding };
}

/** The rows of the chart that a document freezes. */
export interface FrozenRows {
  readonly order: Order;
  readonly patient: Patient;
  readonly exam: GoodFaithExam & { digest: string; outcome: string; examinerId: string; completedAt: Date; validUntil: Date };
  readonly finding: Finding | null;
  readonly consents: readonly Consent[];
  readonly screening: OrderDocument['screening'];
  /** The order whose place this one takes. */
  readonly prior: Order | null;
}

/** The parts of a document that neighbours told. */
export type FrozenFacts = Pick<OrderDocument, 'prescriber' | 'supervisor' | 'clinic' | 'pharmacy' | 'protocol'> & {
  readonly examinerName: string | null;
  /** Of a controlled prescription. */
  readonly controlled?: OrderDocument['controlled'];
};

/** Builds the document of an order at the moment of signing. Pure: the same rows, facts and moment give the same bytes. */
export function freezeOrder(rows: FrozenRows, facts: FrozenFacts, results: readonly RuleResult[], signedAt: Date): OrderDocument {
  const { order, patient, exam, finding } = rows;
  const { prescriber, supervisor, clinic, pharmacy, protocol, examinerName } = facts;
  return {
    schema: DOCUMENT_SCHEMA,
    order: {
      id: toId('order', order.id),
      service: order.service,
      draftedAt: order.draftedAt.toISOString(),
      signedAt: signedAt.toISOString(),
    },
    patient: {
      id: toId('patient', patient.id),
      givenName: patient.givenName,
      familyName: patient.familyName,
      birthDate: dayText(patient.birthDate),
      sexAtBirth: patient.sexAtBirth,
      address: frozenAddress(patient),
      allergies: patient.allergies,
    },
    shipTo: frozenAddress(order.shipTo as unknown as AddressShape),
    drug: {
      ...snapshotInFull(order.drug as unknown as DrugSnapshot),
      ...dosingOfOrder(order),
      quantity: { value: order.quantityValue, unit: order.quantityUnit },
      daysSupply: order.daysSupply,
      refills: order.refills,
      excludedExcipients: order.excludedExcipients,
    },
    clinicalDifference:
      finding === null || order.differenceStatement === null
        ? null
        : { ...frozenWords(order, order.differenceStatement), finding: frozenFinding(finding) },
    diagnosis: order.diagnosis.map((code) => ({ system: 'ICD-10-CM', code })),
    prescriber,
    supervisor,
    clinic,
    pharmacy,
    exam: {
      id: toId('exam', exam.id),
      digest: exam.digest,
      examinerId: toId('practitioner', exam.examinerId),
      examinerName,
      examinerCredential: exam.examinerCredential,
      modality: exam.modality,
      patientState: exam.patientState,
      outcome: exam.outcome,
      services: exam.services,
      completedAt: exam.completedAt.toISOString(),
      validUntil: dayText(exam.validUntil),
    },
    protocol,
    consents: rows.consents.map(({ id, kind, version, givenAt }) => ({
      id: toId('consent', id),
      kind,
      version,
      givenAt: givenAt.toISOString(),
    })),
    rules: results.map(({ id, outcome, message, citation, version }) => ({ id, outcome, message, citation, version })),
    screening: rows.screening,
    controlled: facts.controlled ?? null,
    supersedes:
      rows.prior === null || rows.prior.digest === null
        ? null
        : { orderId: toId('order', rows.prior.id), documentDigest: rows.prior.digest },
  };
}

/** What of a difference is said in words, every member written out. */
export function frozenWords(
  { differenceKind: kind, differenceComparator: comparator, differenceChange: change }: Order,
  statement: string,
): Omit<FrozenDifference, 'finding'> {
  return { statement, kind: kind as DifferenceKind | null, comparator, change };
}
