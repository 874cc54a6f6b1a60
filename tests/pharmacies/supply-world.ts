import type pg from 'pg';
import { toId } from '#kernel/ids.ts';

/** A stored id that is easy to read in a failure: the kind and number stand in its last digits. */
export const uuid = (kind: number, n: number) => `01900000-0000-7000-8000-${String(kind).padStart(4, '0')}${String(n).padStart(8, '0')}`;

/** The invented supply side: two pharmacies licensed in Texas, one 503B facility, two clinics. */
export const ids = {
  pharmacy: uuid(1, 1),
  otherPharmacy: uuid(1, 2),
  outsourcing: uuid(1, 3),
  clinic: uuid(2, 1),
  otherClinic: uuid(2, 2),
  entity: uuid(3, 1),
  mso: uuid(4, 1),
  prescriber: uuid(5, 1),
  examiner: uuid(5, 2),
  protocol: uuid(6, 1),
  formula: uuid(7, 1),
  item: uuid(8, 1),
  creamItem: uuid(8, 2),
  otherItem: uuid(8, 3),
  patient: (n: number) => uuid(9, n),
  order: (n: number) => uuid(10, n),
} as const;

export const public_ = {
  pharmacy: toId('pharmacy', ids.pharmacy),
  otherPharmacy: toId('pharmacy', ids.otherPharmacy),
  clinic: toId('clinic', ids.clinic),
  otherClinic: toId('clinic', ids.otherClinic),
  prescriber: toId('practitioner', ids.prescriber),
  examiner: toId('practitioner', ids.examiner),
  protocol: toId('protocolVersion', ids.protocol),
  item: toId('formularyItem', ids.item),
  creamItem: toId('formularyItem', ids.creamItem),
  otherItem: toId('formularyItem', ids.otherItem),
  order: (n: number) => toId('order', ids.order(n)),
  patient: (n: number) => toId('patient', ids.patient(n)),
} as const;

/** Semaglutide is essentially a copy and conditional: it passes only with a difference and an attestation. */
export const semaglutide = { name: 'Semaglutide', unii: '53AXN4NNHX', strength: '2.5 mg/mL' };

/** Writes the registers as the seed would: by the owner, whom no policy holds. */
export async function giveSupply(owner: pg.Pool, now: Date): Promise<void> {
  await owner.query('set search_path = pharmacies');
  const pharmacies: [id: string, name: string, kind: string, npi: string, home: string][] = [
    [ids.pharmacy, 'Pecan Street Compounding', 'PHARMACY_503A', '1234567893', 'TX'],
    [ids.otherPharmacy, 'Golden Gate Apothecary', 'PHARMACY_503A', '1234567802', 'CA'],
    [ids.outsourcing, 'Lone Star Outsourcing', 'OUTSOURCING_503B', '1234567810', 'TX'],
  ];
  for (const [id, name, facilityClass, npi, home] of pharmacies) {
    await owner.query(
      `insert into pharmacies.pharmacy (id, name, facility_class, npi, home_state, line1, city, postal_code, phone, time_zone, status)
       values ($1, $2, $3, $4, $5, '1 Main St', 'Austin', '78701', '+15125550100', 'America/Chicago', 'ACTIVE')`,
      [id, name, facilityClass, npi, home],
    );
  }
  const verified = new Date(now.getTime() - 5 * 86_400_000);
  const licenses: [pharmacy: string, state: string, kind: string][] = [
    [ids.pharmacy, 'TX', 'PHARMACY'],
    [ids.pharmacy, 'FL', 'NON_RESIDENT'],
    [ids.otherPharmacy, 'CA', 'PHARMACY'],
    [ids.otherPharmacy, 'TX', 'NON_RESIDENT'],
    [ids.otherPharmacy, 'TX', 'STERILE'],
    [ids.outsourcing, 'TX', 'OUTSOURCING'],
  ];
  for (const [index, [pharmacy, state, kind]] of licenses.entries()) {
    await owner.query(
      `insert into pharmacies.pharmacy_license (id, pharmacy_id, state, number, kind, status, expires_on, verified_at) values ($1, $2, $3, $4, $5, 'ACTIVE', '2027-12-31', $6)`,
      [uuid(11, index + 1), pharmacy, state, `L${index}`, kind, verified],
    );
  }
  const formulas: [
    n: number,
    pharmacy: string,
    name: string,
    form: string,
    sterile: boolean,
    type: string,
    copy: boolean,
    item: string,
    storage: string,
    days: number,
  ][] = [
    [1, ids.pharmacy, 'Semaglutide preservative-free', 'injection', true, '797-C2-ASEP-TEST', true, ids.item, 'REFRIGERATED', 40],
    [2, ids.pharmacy, 'Tretinoin cream', 'cream', false, '795-PA', false, ids.creamItem, 'CONTROLLED_ROOM_TEMPERATURE', 30],
    [3, ids.otherPharmacy, 'Semaglutide', 'injection', true, '797-C2-ASEP-TEST', true, ids.otherItem, 'REFRIGERATED', 40],
  ];
  for (const [n, pharmacy, name, form, sterile, type, copy, item, storage, days] of formulas) {
    await owner.query(
      `insert into pharmacies.formula (id, pharmacy_id, name, dosage_form, route, sterile, preparation_type, requires_clinical_difference) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [uuid(7, n), pharmacy, name, form, sterile ? 'subcutaneous' : 'topical', sterile, type, copy],
    );
    const { name: substance, unii, strength } = sterile ? semaglutide : { name: 'Tretinoin', unii: '5688UTC01R', strength: '0.05 %' };
    await owner.query(
      `insert into pharmacies.formula_ingredient (id, formula_id, position, name, unii, strength) values ($1, $2, 1, $3, $4, $5)`,
      [uuid(12, n), uuid(7, n), substance, unii, strength],
    );
    await owner.query(
      `insert into pharmacies.formulary_item (id, pharmacy_id, formula_id, name, storage, beyond_use_days, active) values ($1, $2, $3, $4, $5, $6, true)`,
      [item, pharmacy, uuid(7, n), `${name} ${days}d`, storage, days],
    );
  }
}

/** Everything the facilities must be able to show. */
export async function giveFacilityPapers(owner: pg.Pool, now: Date): Promise<void> {
  const day = (shift: number) => new Date(now.getTime() + shift * 86_400_000).toISOString().slice(0, 10);
  const pharmacy = ['USP_795', 'USP_797', 'USP_800', 'ENVIRONMENTAL_MONITORING'];
  const papers: [pharmacy: string, kinds: string[]][] = [
    [ids.pharmacy, pharmacy],
    [ids.otherPharmacy, pharmacy],
    [ids.outsourcing, ['CGMP', 'FDA_REGISTRATION', 'USP_800', 'ENVIRONMENTAL_MONITORING']],
  ];
  for (const [index, [id, kinds]] of papers.entries()) {
    for (const [place, kind] of kinds.entries()) {
      await owner.query(
        `insert into pharmacies.facility_evidence (id, pharmacy_id, kind, issuer, number, valid_from, expires_on, recorded_by, recorded_at)
         values ($1, $2, $3, 'Pharmacist in charge', $4, $5, $6, 'test', $7)`,
        [uuid(16, 10 * index + place + 1), id, kind, kind === 'FDA_REGISTRATION' ? '3001234567' : null, day(-100), day(265), now],
      );
    }
  }
}

/** The document that an order over `ids` would be signed as. */
export function orderContent(n: number, signedAt: Date, over: Record<string, unknown> = {}): Record<string, unknown> {
  const completedAt = new Date(signedAt.getTime() - 3_600_000).toISOString();
  return {
    schema: 'gf-order/2',
    order: { id: public_.order(n), service: 'weight-loss', draftedAt: completedAt, signedAt: signedAt.toISOString() },
    patient: { id: public_.patient(n), givenName: 'Ana', familyName: 'Whitfield', birthDate: '1988-04-17' },
    shipTo: { line1: '1200 Barton Springs Rd', line2: null, city: 'Austin', state: 'TX', postalCode: '78704' },
    drug: {
      formularyItemId: public_.item,
      name: 'Semaglutide preservative-free 40d',
      ingredients: [{ ...semaglutide, csSchedule: null }],
      sig: 'Inject 0.25 mg once a week',
      quantity: { value: '2.5', unit: 'mL' },
      refills: 1,
      dosage: null,
    },
    clinicalDifference: {
      statement: 'Documented reaction to benzyl alcohol; a preservative-free preparation is needed.',
      finding: { id: toId('finding', uuid(13, 1)), text: 'Hives after an injection preserved with benzyl alcohol', code: null },
    },
    prescriber: {
      id: public_.prescriber,
      displayName: 'Dr. Vale',
      license: {
        id: toId('license', uuid(14, 1)),
        state: 'TX',
        number: 'T1',
        status: 'ACTIVE',
        verifiedAt: completedAt,
        expiresOn: '2027-12-31',
      },
    },
    clinic: { id: public_.clinic, name: 'Barton Springs Clinic' },
    pharmacy: { id: public_.pharmacy, name: 'Pecan Street Compounding' },
    exam: {
      id: toId('exam', uuid(15, n)),
      examinerId: public_.examiner,
      outcome: 'APPROVED',
      services: ['weight-loss'],
      patientState: 'TX',
      completedAt,
      validUntil: '2027-11-01',
    },
    protocol: { id: public_.protocol, service: 'weight-loss', version: '3', digest: 'd'.repeat(64) },
    screening: null,
    supersedes: null,
    ...over,
  };
}
