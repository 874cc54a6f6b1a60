import { expect, test } from 'vitest';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { frozenFacts } from '../../subgraphs/prescriptions/order/frozen-facts.ts';
import type { LicenceAnswer, PractitionerAnswer } from '../../subgraphs/prescriptions/neighbour/practitioner.ts';
import type { Neighbours } from '../../subgraphs/prescriptions/order/signing-facts.ts';

const address = { line1: '1 Main St', line2: null, city: 'Austin', state: 'TX', postalCode: '78704' };

function licence(changes: Partial<LicenceAnswer> = {}): LicenceAnswer {
  return {
    id: 'lic_1',
    state: 'TX',
    number: 'A1',
    type: 'NURSE_PRACTITIONER',
    status: 'ACTIVE',
    verifiedAt: '2026-11-20T09:00:00Z',
    expiresOn: '2027-01-31',
    ...changes,
  };
}

function told(prescriber: Partial<PractitionerAnswer>): Neighbours {
  return {
    prescriber: {
      ...{ id: 'prc_1', npi: '1000000004', displayName: 'N. Urse, NP', credential: 'NP', independentIn: [], licenses: [licence()] },
      ...{ deaRegistrations: [], agreements: [] },
      ...prescriber,
    },
    examiner: null,
    clinic: {
      id: 'cli_1',
      name: 'Clinic',
      entityId: 'ent_1',
      entityName: 'Entity PLLC',
      timeZone: 'America/Chicago',
      address,
      services: [],
      attestations: [],
    },
    item: {
      ...{
        id: 'fmi_1',
        name: 'X',
        dosageForm: 'cream',
        dosageFormCode: null,
        route: 'topical',
        routeCode: null,
        sterile: false,
        preparationType: 'p',
        storage: 'FROZEN',
        beyondUseDays: 30,
      },
      ...{ requiresClinicalDifference: false, active: true, ingredients: [], excipients: null, presentation: null, comparators: null },
      pharmacy: { id: 'pha_1', name: 'P', npi: '1', status: 'ACTIVE', facilityClass: 'PHARMACY_503A', homeState: 'TX', licenses: [] },
    },
    protocol: {
      id: 'pro_1',
      clinicIds: ['cli_1'],
      service: 's',
      version: '1',
      title: 'T',
      status: 'ACTIVE',
      effectiveFrom: '2026-01-01',
      expiresOn: '2027-01-01',
      digest: 'd',
    },
  };
}

const agreement = {
  ...{ id: 'cag_1', state: 'TX', supervisorId: 'prc_2', supervisorName: 'D. Octor, MD', supervisorNpi: '1000000012', status: 'ACTIVE' },
  ...{ startsOn: '2026-01-01', endsOn: null, supervisorLicenses: [] },
};

const order = { shipToState: 'TX' } as Order;
const on = new Date('2026-11-22T12:00:00Z');

test('names the licence that is good in the state and lasts longest', () => {
  const licenses = [
    licence({ id: 'lic_lapsed', expiresOn: '2026-11-21' }),
    licence({ id: 'lic_elsewhere', state: 'FL', expiresOn: '2030-01-01' }),
    licence({ id: 'lic_restricted', status: 'RESTRICTED', expiresOn: '2030-01-01' }),
    licence({ id: 'lic_today', expiresOn: '2026-11-22' }),
    licence({ id: 'lic_longest', expiresOn: '2028-01-31' }),
    licence({ id: 'lic_unverified', expiresOn: '2031-01-01', verifiedAt: null }),
  ];
  expect(frozenFacts(told({ licenses }), order, on)?.prescriber.license.id).toBe('lic_longest');
  expect(frozenFacts(told({ licenses: licenses.slice(0, 3) }), order, on)).toBeNull();
});

test('names the supervising physician of an agreement in force, and none for a physician', () => {
  const agreements = [{ ...agreement, id: 'cag_ended', endsOn: '2026-11-21' }, { ...agreement, id: 'cag_fl', state: 'FL' }, agreement];
  expect(frozenFacts(told({ agreements }), order, on)?.supervisor).toEqual({
    id: 'prc_2',
    displayName: 'D. Octor, MD',
    npi: '1000000012',
    agreementId: 'cag_1',
  });
  expect(frozenFacts(told({ agreements: agreements.slice(0, 2) }), order, on)?.supervisor).toBeNull();
  expect(frozenFacts(told({ agreements, credential: 'MD', licenses: [licence({ type: 'PHYSICIAN' })] }), order, on)?.supervisor).toBeNull();
});

test('freezes nothing while a neighbour’s answer is missing', () => {
  const whole = told({});
  for (const part of ['prescriber', 'clinic', 'item', 'protocol'] as const) {
    expect(frozenFacts({ ...whole, [part]: null }, order, on)).toBeNull();
  }
  expect(frozenFacts(whole, order, on)?.examinerName).toBeNull();
});
