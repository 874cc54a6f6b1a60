import { expect, test } from 'vitest';
import { type Expiring, expiring, type NamedClinic } from '../../subgraphs/clinics/mso/expiring.ts';
import type { ClinicOversight, EngagedPractitioner } from '../../subgraphs/clinics/readiness/oversight.ts';

const austin: NamedClinic = { id: 'cli_austin', name: 'Austin', state: 'TX' };
const miami: NamedClinic = { id: 'cli_miami', name: 'Miami', state: 'FL' };
const nothing = { facilityLicenses: [], agreements: [] };
const today = '2026-12-01';

const rosa: EngagedPractitioner = {
  id: 'prc_rosa',
  displayName: 'Rosa Delgado, MD',
  credential: 'MD',
  licenses: [],
  deaRegistrations: [],
  policies: [],
  agreements: [],
};
const licence = (id: string, state: string, expiresOn: string, status = 'ACTIVE') => ({
  id,
  state,
  number: id,
  type: 'PHYSICIAN',
  status,
  verifiedAt: null,
  expiresOn,
});

function engaged(clinic: NamedClinic, practitioners: readonly EngagedPractitioner[], role = 'MEDICAL_DIRECTOR'): ClinicOversight {
  const engagements = practitioners.map((practitioner, index) => ({
    id: `eng_${clinic.name}_${index}`,
    role,
    status: 'ACTIVE',
    startsOn: '2026-01-01',
    endsOn: null,
    practitioner,
  }));
  return { clinicId: clinic.id, engagements, protocols: [] };
}

const list = (oversight: ClinicOversight[], own: Parameters<typeof expiring>[0] = nothing, withinDays = 60) =>
  expiring(own, oversight, [austin, miami], today, withinDays);
const shown = ({ kind, subject, label, endsOn, daysLeft, blocks }: Expiring) => ({ kind, subject, label, endsOn, daysLeft, blocks });

test('a licence is listed once, with every clinic that only its holder keeps open in that state', () => {
  const director = { ...rosa, licenses: [licence('lic_tx', 'TX', '2026-12-21')] };
  expect(list([engaged(austin, [director]), engaged(miami, [director])]).map(shown)).toEqual([
    {
      kind: 'LICENSE',
      subject: { __typename: 'License', id: 'lic_tx' },
      label: 'Rosa Delgado, MD, TX licence lic_tx',
      endsOn: '2026-12-21',
      daysLeft: 20,
      blocks: ['Exams and orders by Rosa Delgado, MD in TX', 'Every service at Austin'],
    },
  ]);
});

test('a clinic with a second director does not close', () => {
  const director = { ...rosa, licenses: [licence('lic_tx', 'TX', '2026-12-21')] };
  const second = { ...rosa, id: 'prc_second', displayName: 'Ann Second, DO' };
  expect(list([engaged(austin, [director, second])]).map(({ blocks }) => blocks)).toEqual([['Exams and orders by Rosa Delgado, MD in TX']]);
});

test('what a later paper replaces is not listed, what was revoked neither', () => {
  const renewed = {
    ...rosa,
    licenses: [
      licence('lic_old', 'TX', '2026-11-30'),
      licence('lic_new', 'TX', '2028-11-30'),
      licence('lic_gone', 'FL', '2026-12-05', 'REVOKED'),
    ],
  };
  expect(list([engaged(austin, [renewed])])).toEqual([]);
});

test('what lapsed stays at the top of the list, the soonest next, and the last day asked for is included', () => {
  const director = {
    ...rosa,
    licenses: [licence('lic_tx', 'TX', '2027-01-30'), licence('lic_fl', 'FL', '2027-01-31')],
    policies: [{ id: 'ins_1', kind: 'PROFESSIONAL', status: 'EXPIRED', expiresOn: '2026-11-20' }],
  };
  expect(list([engaged(austin, [director])]).map(({ kind, daysLeft }) => ({ kind, daysLeft }))).toEqual([
    { kind: 'INSURANCE_POLICY', daysLeft: -11 },
    { kind: 'LICENSE', daysLeft: 60 },
  ]);
});

test('registrations, agreements, engagements and protocols say what they stop', () => {
  const physician = {
    ...rosa,
    deaRegistrations: [{ id: 'dea_1', state: 'TX', status: 'ACTIVE', expiresOn: '2026-12-02' }],
    agreements: [{ id: 'cag_1', state: 'TX', supervisorName: 'Ann Second, DO', status: 'ACTIVE', endsOn: '2026-12-03' }],
  };
  const oversight = engaged(austin, [physician], 'COLLABORATING_PHYSICIAN');
  const protocol = {
    id: 'pro_1',
    service: 'weight-loss',
    version: '3',
    status: 'ACTIVE',
    effectiveFrom: '2026-01-01',
    expiresOn: '2026-12-05',
  };
  const seen = list([
    { ...oversight, engagements: oversight.engagements.map((one) => ({ ...one, endsOn: '2026-12-04' })), protocols: [protocol] },
    { clinicId: miami.id, engagements: [], protocols: [protocol] },
  ]);
  expect(seen.map(({ kind, subject, blocks }) => ({ kind, subject, blocks }))).toEqual([
    {
      kind: 'DEA_REGISTRATION',
      subject: { __typename: 'DeaRegistration', id: 'dea_1' },
      blocks: ['Controlled substances ordered by Rosa Delgado, MD in TX'],
    },
    { kind: 'COLLABORATIVE_AGREEMENT', subject: null, blocks: ['Prescribing by Rosa Delgado, MD in TX'] },
    {
      kind: 'ENGAGEMENT',
      subject: { __typename: 'Engagement', id: 'eng_Austin_0' },
      blocks: ['Prescribing under Rosa Delgado, MD’s collaboration at Austin'],
    },
    {
      kind: 'PROTOCOL',
      subject: { __typename: 'ProtocolVersion', id: 'pro_1' },
      blocks: ['weight-loss at Austin', 'weight-loss at Miami'],
    },
  ]);
});

test('our own papers: facility licences and management agreements', () => {
  const own = {
    facilityLicenses: [
      { id: 'fac_1', kind: 'CLIA_WAIVER', status: 'ACTIVE', expiresOn: '2026-12-11', clinic: austin },
      { id: 'fac_2', kind: 'LASER_REGISTRATION', status: 'REVOKED', expiresOn: '2026-12-11', clinic: austin },
    ],
    agreements: [
      { id: 'mga_1', entity: 'Bluebonnet PLLC', endsOn: '2026-12-31', clinicIds: [austin.id] },
      { id: 'mga_2', entity: 'Saguaro PC', endsOn: null, clinicIds: [] },
    ],
  };
  expect(list([], own).map(shown)).toEqual([
    {
      kind: 'CLIA_WAIVER',
      subject: { __typename: 'FacilityLicense', id: 'fac_1' },
      label: 'CLIA waiver of Austin',
      endsOn: '2026-12-11',
      daysLeft: 10,
      blocks: ['Every service at Austin'],
    },
    {
      kind: 'MANAGEMENT_AGREEMENT',
      subject: { __typename: 'ManagementAgreement', id: 'mga_1' },
      label: 'Management agreement with Bluebonnet PLLC',
      endsOn: '2026-12-31',
      daysLeft: 30,
      blocks: ['Management of the clinics of Bluebonnet PLLC'],
    },
  ]);
});
