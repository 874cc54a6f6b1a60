import { expect, test } from 'vitest';
import { authorityPapers, type ToldPaper } from '../../subgraphs/clinics/expirable/authority-papers.ts';
import { type Expiring, expiring } from '../../subgraphs/clinics/expirable/expiring.ts';
import { type NamedClinic, owner, type Paper } from '../../subgraphs/clinics/expirable/paper.ts';
import { pharmacyPapers } from '../../subgraphs/clinics/expirable/pharmacy-papers.ts';

const austin: NamedClinic = { id: 'cli_austin', name: 'Austin', state: 'TX' };
const miami: NamedClinic = { id: 'cli_miami', name: 'Miami', state: 'FL' };
const today = '2026-12-01';

const told = (over: Partial<ToldPaper> & Pick<ToldPaper, 'id' | 'kind' | 'endsOn'>): ToldPaper => ({
  ...{ practitionerId: 'prc_rosa', practitionerName: 'Rosa Delgado, MD', otherName: null, clinicIds: [austin.id] },
  ...{ state: null, service: null, detail: null, status: 'ACTIVE', since: null, startsOn: null },
  ...over,
});
const licence = (id: string, state: string, endsOn: string, status = 'ACTIVE') =>
  told({ id, kind: 'LICENSE', state, endsOn, status, detail: id, otherName: 'PHYSICIAN' });

const list = (papers: readonly ToldPaper[], withinDays = 60) => expiring(authorityPapers(papers, [austin, miami]), today, withinDays);
const ids = (papers: readonly Expiring[]) => papers.map(({ recordId, daysLeft }) => [recordId, daysLeft]);

test('of papers that replace one another the one that lasts longest is listed, and what was taken away is not', () => {
  expect(
    list([licence('old', 'TX', '2026-11-30'), licence('new', 'TX', '2028-11-30'), licence('gone', 'FL', '2026-12-05', 'REVOKED')]),
  ).toEqual([]);
});

const policy = (id: string, startsOn: string, endsOn: string, status = 'ACTIVE') =>
  told({ id, kind: 'INSURANCE_POLICY', detail: 'PROFESSIONAL', startsOn, endsOn, status });

test.each<[string, readonly ToldPaper[], [string, number][]]>([
  [
    'one that nobody confirmed replaces nothing',
    [policy('old', '2026-01-01', '2026-12-31'), policy('new', '2027-01-01', '2027-12-31', 'UNVERIFIED')],
    [['old', 30]],
  ],
  [
    'nor does one that is suspended',
    [policy('old', '2026-01-01', '2026-12-31'), policy('new', '2026-11-01', '2027-12-31', 'SUSPENDED')],
    [['old', 30]],
  ],
  ['one that begins on the day after replaces', [policy('old', '2026-01-01', '2026-12-31'), policy('new', '2027-01-01', '2027-12-31')], []],
  [
    'one that begins a day later does not',
    [policy('old', '2026-01-01', '2026-12-31'), policy('new', '2027-01-02', '2027-12-31')],
    [['old', 30]],
  ],
  [
    'nor while the days between last',
    [policy('old', '2026-01-01', '2026-11-29'), policy('new', '2026-12-02', '2027-12-31')],
    [['old', -2]],
  ],
  ['but it does once it has begun', [policy('old', '2026-01-01', '2026-11-20'), policy('new', '2026-12-01', '2027-12-31')], []],
  [
    'of two that carry nothing the later is enough',
    [policy('old', '2026-01-01', '2026-12-05', 'UNVERIFIED'), policy('new', '2026-01-01', '2026-12-31', 'UNVERIFIED')],
    [['new', 30]],
  ],
  [
    'of two of the same last day the one in force counts',
    [
      policy('a', '2026-01-01', '2026-12-31', 'UNVERIFIED'),
      policy('b', '2026-01-01', '2026-12-31'),
      policy('c', '2026-01-01', '2026-12-31'),
    ],
    [['b', 30]],
  ],
])('of what replaces what: %s', (_what, papers, left) => {
  expect(ids(list(papers))).toEqual(left);
  expect(ids(list(papers.toReversed()))).toHaveLength(left.length);
});

test('what lapsed stays at the top of the list, the soonest next, and the last day asked for is included', () => {
  const lapsed = policy('ins', '2026-01-01', '2026-11-20');
  expect(ids(list([licence('tx', 'TX', '2027-01-30'), licence('fl', 'FL', '2027-01-31'), lapsed]))).toEqual([
    ['ins', -11],
    ['tx', 60],
  ]);
});

test('what was arranged for a time leaves the list ninety days after its end', () => {
  const ended = (endsOn: string) => told({ id: `eng ${endsOn}`, kind: 'ENGAGEMENT', detail: 'MEDICAL_DIRECTOR', endsOn, status: 'ENDED' });
  expect(ids(list([ended('2026-09-02'), { ...ended('2026-09-01'), clinicIds: [miami.id] }]))).toEqual([['eng 2026-09-02', -90]]);
});

const ofRosa = owner('PRACTITIONER', { practitionerId: 'prc_rosa' });
const everywhere = [{ clinicId: null, services: [], practitionerId: 'prc_rosa' }];
const service = (clinicId: string) => ({ clinicId, services: ['iv-therapy'], practitionerId: 'prc_rosa' });

test.each<[ToldPaper, Pick<Paper, 'label' | 'acts' | 'stops' | 'owner'> & { subject: string | null }]>([
  [
    licence('L1', 'TX', today),
    {
      ...{ label: 'Rosa Delgado, MD, TX licence L1', acts: ['Exams and orders by Rosa Delgado, MD in TX'], stops: everywhere },
      ...{ owner: ofRosa, subject: 'License' },
    },
  ],
  [
    told({ id: 'dea', kind: 'DEA_REGISTRATION', state: 'TX', endsOn: today }),
    {
      label: 'Rosa Delgado, MD, DEA registration in TX',
      ...{
        acts: ['Controlled substances ordered by Rosa Delgado, MD in TX'],
        stops: everywhere,
        owner: ofRosa,
        subject: 'DeaRegistration',
      },
    },
  ],
  [
    told({ id: 'csr', kind: 'CONTROLLED_SUBSTANCE_REGISTRATION', state: 'TX', endsOn: today }),
    {
      label: 'Rosa Delgado, MD, controlled-substance registration in TX',
      ...{ acts: ['Controlled substances ordered by Rosa Delgado, MD in TX'], stops: everywhere, owner: ofRosa, subject: null },
    },
  ],
  [
    told({ id: 'ins', kind: 'INSURANCE_POLICY', detail: 'CYBER', endsOn: today }),
    { label: 'Rosa Delgado, MD, cyber insurance', acts: [], stops: [], owner: ofRosa, subject: 'InsurancePolicy' },
  ],
  [
    told({ id: 'bcf', kind: 'BOARD_CERTIFICATION', detail: 'Dermatology', endsOn: today }),
    { label: 'Rosa Delgado, MD, board certification in Dermatology', acts: [], stops: [], owner: ofRosa, subject: null },
  ],
  [
    told({ id: 'cag', kind: 'COLLABORATIVE_AGREEMENT', state: 'TX', otherName: 'Ann Second, DO', endsOn: today }),
    {
      label: 'Rosa Delgado, MD, agreement with Ann Second, DO in TX',
      ...{ acts: ['Prescribing by Rosa Delgado, MD in TX'], stops: everywhere, owner: ofRosa, subject: null },
    },
  ],
  [
    told({ id: 'eng', kind: 'ENGAGEMENT', detail: 'COLLABORATING_PHYSICIAN', endsOn: today }),
    {
      label: 'Rosa Delgado, MD, collaborating physician of Austin',
      acts: ['Prescribing under Rosa Delgado, MD’s collaboration at Austin'],
      ...{ stops: [], owner: owner('COMPLIANCE_OFFICER'), subject: 'Engagement' },
    },
  ],
  [
    told({ ...{ id: 'dlg', kind: 'DELEGATION', service: 'iv-therapy', otherName: 'Ann Second, DO' }, endsOn: today }),
    {
      label: 'Rosa Delgado, MD, iv-therapy delegated by Ann Second, DO at Austin',
      ...{ acts: ['iv-therapy by Rosa Delgado, MD at Austin'], stops: [service(austin.id)] },
      ...{ owner: owner('MEDICAL_DIRECTOR'), subject: null },
    },
  ],
  [
    told({ ...{ id: 'cmp', kind: 'COMPETENCY', service: 'iv-therapy', clinicIds: [austin.id, miami.id] }, endsOn: today }),
    {
      label: 'Rosa Delgado, MD, competency in iv-therapy',
      acts: ['iv-therapy by Rosa Delgado, MD at Austin', 'iv-therapy by Rosa Delgado, MD at Miami'],
      ...{ stops: [service(austin.id), service(miami.id)], owner: owner('MEDICAL_DIRECTOR'), subject: null },
    },
  ],
  [
    told({
      ...{ id: 'pro', kind: 'PROTOCOL', service: 'iv-therapy', detail: '3', practitionerId: null, practitionerName: null },
      endsOn: today,
    }),
    {
      label: 'Protocol for iv-therapy, version 3',
      ...{ acts: [], stops: [], owner: owner('MEDICAL_DIRECTOR'), subject: 'ProtocolVersion' },
    },
  ],
])('$kind says whose it is, what its end stops besides services, and who renews it', (paper, seen) => {
  expect(list([paper]).map(({ label, acts, stops, owner: whose, subject }) => ({ label, acts, stops, owner: whose, subject }))).toEqual([
    { ...seen, subject: seen.subject && { __typename: seen.subject, id: paper.id } },
  ]);
});

test('of a pharmacy the licences of its own state and of the clinics it fills for count, and the pharmacy renews them', () => {
  const license = (id: string, state: string, kind: string) => ({ id, state, kind, status: 'ACTIVE', expiresOn: '2026-12-20' });
  const pharmacy = {
    ...{ id: 'pha', name: 'Lone Star Compounding', homeState: 'CA' },
    licenses: [license('home', 'CA', 'PHARMACY'), license('tx', 'TX', 'NON_RESIDENT'), license('ny', 'NY', 'NON_RESIDENT')],
  };
  const papers = pharmacyPapers(
    [austin, miami].map(({ id }) => ({ clinicId: id, pharmacy })),
    [austin, miami],
  );
  expect(papers.map(({ recordId, clinicIds, acts }) => ({ recordId, clinicIds, acts }))).toEqual([
    { recordId: 'home', clinicIds: [austin.id, miami.id], acts: ['Orders filled by Lone Star Compounding'] },
    { recordId: 'tx', clinicIds: [austin.id], acts: ['Orders filled by Lone Star Compounding for TX'] },
  ]);
  expect(papers[0]?.owner).toEqual(owner('PHARMACY', { pharmacyId: 'pha' }));
});
