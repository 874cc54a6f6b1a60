/** What of a prescription's content is there, from the rows it would be frozen from. Nothing is judged here. */

import type { PrescriptionContentFact } from '#rules/content-facts.ts';
import type { AddressShape } from '#kernel/shared-types.ts';
import type { DrugSnapshot } from '../document/order-document.ts';
import type { PractitionerAnswer } from '../neighbour/practitioner.ts';
import type { Chart } from './chart.ts';
import type { Neighbours } from './signing-facts.ts';

/** What the order would carry if it were signed at that moment. What could not be read is null. */
export function contentFact({ order, patient }: Chart, { prescriber, clinic }: Neighbours, at: Date): PrescriptionContentFact {
  const drug = order.drug as unknown as DrugSnapshot;
  const each = (read: (ingredient: DrugSnapshot['ingredients'][number]) => boolean) =>
    drug.ingredients.length > 0 && drug.ingredients.every(read);
  return {
    issuedOn: at.toISOString().slice(0, 10),
    parts: {
      patientName: patient && written(patient.givenName, patient.familyName),
      patientAddress: patient && isAddress(patient),
      shipTo: isAddress(order.shipTo as unknown as AddressShape),
      patientBirthDate: patient && !Number.isNaN(patient.birthDate.getTime()),
      patientSex: patient && written(patient.sexAtBirth),
      drugName: written(drug.name),
      ingredientNames: each(({ name }) => written(name)),
      ingredientStrengths: each(({ strength }) => /[0-9]/.test(strength)),
      strengthUnits: each(({ strength }) => /[0-9][0-9.,]*\s*\[?[%\p{L}]/u.test(strength)),
      dosageForm: written(drug.dosageForm),
      quantity: written(order.quantityValue),
      quantityUnit: written(order.quantityUnit),
      directions: written(order.sig),
      route: written(drug.route),
      refills: Number.isInteger(order.refills),
      prescriberName: prescriber && written(prescriber.displayName),
      // Whoever prescribes by telehealth does so from the clinic's practice: its address and telephone are those of the prescription.
      prescriberAddress: clinic && isAddress(clinic.address),
      prescriberTelephone: clinic && (clinic.phone === undefined ? null : written(clinic.phone)),
      prescriberNpi: prescriber && written(prescriber.npi),
      prescriberDea: prescriber?.deaRegistrations.some(({ state }) => state === order.shipToState),
      supervisor: prescriber && supervisorNamed(prescriber, order.shipToState),
      indication: order.diagnosis.length > 0,
    },
  };
}

// Whether an agreement is needed is for the rules on authority: one that is relied upon must name its physician.
function supervisorNamed({ credential, agreements }: PractitionerAnswer, state: string): boolean {
  if (credential !== 'NP' && credential !== 'PA') return true;
  const relied = agreements.filter((one) => one.state === state && one.status === 'ACTIVE');
  return relied.length === 0 || relied.some(({ supervisorName }) => written(supervisorName));
}

function isAddress({ line1, city, state, postalCode }: AddressShape): boolean {
  return written(line1, city, state, postalCode);
}

function written(...texts: readonly (string | null | undefined)[]): boolean {
  return texts.every((text) => typeof text === 'string' && text.trim() !== '');
}
