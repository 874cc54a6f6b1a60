import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { licenceIn } from '#rules/licence.ts';
import { type FrozenFacts, type FrozenRows, frozenAddress } from '../document/freeze-order.ts';
import { type LicenceAnswer, physicianLicences, type PractitionerAnswer, practisingLicences } from '../neighbour/practitioner.ts';
import type { Chart } from './chart.ts';
import type { Neighbours } from './signing-facts.ts';
import { screened } from '../drug-screening/frozen-screening.ts';

/** The chart's rows as a document needs them; null when one is missing, which the gate has said before. */
export function frozenRows(chart: Chart, { interactions }: Neighbours, at: Date): FrozenRows | null {
  const { order, patient, exam, finding, consents, prior } = chart;
  if (patient === null || exam === null) return null;
  const { digest, outcome, examinerId, completedAt, validUntil } = exam;
  if (digest === null || outcome === null || examinerId === null || completedAt === null || validUntil === null) return null;
  return {
    order,
    patient,
    exam: { ...exam, digest, outcome, examinerId, completedAt, validUntil },
    finding,
    consents,
    screening: screened(chart, interactions ?? null, at).frozen,
    prior: prior?.order ?? null,
  };
}

/** What the neighbours told, as a document keeps it; null when something is missing. */
export function frozenFacts(told: Neighbours, order: Order, on: Date): FrozenFacts | null {
  const { prescriber, clinic, item, protocol } = told;
  if (prescriber === null || clinic === null || item === null || protocol === null) return null;
  const day = on.toISOString().slice(0, 10);
  const license = bestLicence(practisingLicences(prescriber), order.shipToState, day);
  if (license === null) return null;
  const { id, displayName, npi, credential } = prescriber;
  const { id: licenceId, state, number, type, status, verifiedAt, expiresOn } = license;
  return {
    prescriber: { id, displayName, npi, credential, license: { id: licenceId, state, number, type, status, verifiedAt, expiresOn } },
    supervisor: supervisorOf(prescriber, order.shipToState, day),
    clinic: {
      id: clinic.id,
      name: clinic.name,
      entityId: clinic.entityId,
      entityName: clinic.entityName,
      address: frozenAddress(clinic.address),
      phone: clinic.phone ?? null,
    },
    pharmacy: { id: item.pharmacy.id, name: item.pharmacy.name, npi: item.pharmacy.npi, facilityClass: item.pharmacy.facilityClass },
    protocol: { id: protocol.id, service: protocol.service, version: protocol.version, title: protocol.title, digest: protocol.digest },
    examinerName: told.examiner?.displayName ?? null,
  };
}

/** The licence that carries the prescription: good by the gate's own rule, the one that lasts longest. A pharmacy judges this one again. */
function bestLicence(licences: readonly LicenceAnswer[], state: string, day: string): LicenceAnswer | null {
  const question = { id: 'licence.prescriber', holder: 'The prescriber', state };
  const good = licences.filter((licence) => licenceIn(question, [licence], day).outcome === 'PASS');
  return good.reduce<LicenceAnswer | null>((best, licence) => (best === null || licence.expiresOn > best.expiresOn ? licence : best), null);
}

function supervisorOf({ credential, agreements }: PractitionerAnswer, state: string, day: string): FrozenFacts['supervisor'] {
  if (credential !== 'NP' && credential !== 'PA') return null;
  const question = { id: 'agreement.prescriber', holder: 'The collaborating physician', state };
  const all = agreements.filter(
    (one) => one.state === state && one.status === 'ACTIVE' && one.startsOn <= day && (one.endsOn === null || one.endsOn >= day),
  );
  // Of several the gate was content with the one whose physician is licensed there: that one is named.
  const inForce = all.find((one) => licenceIn(question, physicianLicences(one), day).outcome === 'PASS') ?? all[0];
  if (inForce === undefined) return null;
  return { id: inForce.supervisorId, displayName: inForce.supervisorName, npi: inForce.supervisorNpi, agreementId: inForce.id };
}
