import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { CLAIM, claim, DISPENSE, supplyGraph, type SupplyGraph, type Asker } from './supply-graph.ts';
import { ids, public_, uuid } from './supply-world.ts';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

const day = (shift: number) => new Date(graph.clock.now().getTime() + shift * 86_400_000).toISOString().slice(0, 10);
const refusal = '__typename ... on Refusal { code message } ... on InvalidInput { issues { path message } }';

// biome-ignore lint/suspicious/noExplicitAny: a test names the fields it asked for
async function say(who: Asker, verb: string, input: Record<string, unknown>, selection = ''): Promise<any> {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  const { data, errors } = await who.ask(`mutation ($input: ${type}!) { ${verb}(input: $input) { ${refusal} ${selection} } }`, { input });
  if (errors.length > 0) throw new Error(errors.join());
  return data[verb];
}

const evidenceOf = (kind: number) => toId('facilityEvidence', uuid(16, kind));
const ASKED_797 = evidenceOf(2);
const paper = (over: Record<string, unknown> = {}) => ({
  ...{ pharmacyId: public_.pharmacy, kind: 'USP_797', issuer: 'Pharmacist in charge' },
  ...{ validFrom: day(-1), expiresOn: day(300), reference: 'Binder 4', ...over },
});

/** The rules that stand in the way of a claim. */
async function blocking(orderId: string): Promise<string[]> {
  const { data } = await graph.pharmacist.ask(CLAIM, { input: { orderId } });
  return (data.claimOrder.rules ?? [])
    .filter(({ outcome }: { outcome: string }) => outcome !== 'PASS')
    .map(({ id, outcome }: { id: string; outcome: string }) => `${id} ${outcome}`);
}

test('what lapses stops what it covers: without sterile evidence no sterile order is claimed or dispensed, until it is renewed', async () => {
  const claimed = await graph.arrived(1);
  const secret = await claim(graph, claimed);
  const waiting = await graph.arrived(2);
  expect(await say(graph.facilityCompliance, 'withdrawFacilityEvidence', { evidenceId: ASKED_797, reason: 'Failed media fill' })).toEqual({
    __typename: 'FacilityEvidence',
  });
  expect(await blocking(waiting)).toEqual(['facility.evidence.USP_797 FAIL', 'verification.FACILITY_STANDING FAIL']);
  const lot = { lotNumber: 'F-1', compoundedAt: graph.clock.now().toISOString(), beyondUseDate: day(5), storage: 'REFRIGERATED' };
  const dispense = { input: { orderId: claimed, secret, ...lot, quantity: { value: '1', unit: 'mL' } } };
  const { data: refused } = await graph.pharmacist.ask(DISPENSE, dispense);
  expect(refused.recordDispense).toMatchObject({
    __typename: 'RuleBlocked',
    message: 'The facility has nothing on record that shows compliance with USP <797>',
  });
  expect(await say(graph.facilityCompliance, 'recordFacilityEvidence', paper(), '... on FacilityEvidence { kind expiresOn }')).toEqual({
    ...{ __typename: 'FacilityEvidence', kind: 'USP_797', expiresOn: day(300) },
  });
  expect(await blocking(waiting)).toEqual([]);
  expect((await graph.pharmacist.ask(DISPENSE, dispense)).data.recordDispense.__typename).toBe('Dispense');
});

test('what is not in force yet, or no longer, is none; the nonsterile work of the pharmacy goes on', async () => {
  await graph.sql(`update facility_evidence set expires_on = $1 where kind = 'ENVIRONMENTAL_MONITORING' and pharmacy_id = $2`, [
    day(-1),
    ids.pharmacy,
  ]);
  const sterile = await graph.arrived(3);
  expect(await blocking(sterile)).toEqual(['facility.evidence.ENVIRONMENTAL_MONITORING FAIL', 'verification.FACILITY_STANDING FAIL']);
  const { data } = await graph.service.ask(
    'query ($ids: [ID!]!) { pharmacyFacts(ids: $ids) { evidence { kind expiresOn } openFindings { stops } } }',
    {
      ids: [public_.pharmacy],
    },
  );
  expect(data.pharmacyFacts[0].evidence).toContainEqual({ kind: 'ENVIRONMENTAL_MONITORING', expiresOn: day(-1) });
  await graph.sql(`update facility_evidence set expires_on = $1 where kind = 'ENVIRONMENTAL_MONITORING' and pharmacy_id = $2`, [
    day(90),
    ids.pharmacy,
  ]);
});

test('a paper is refused by its path when it is of another kind of facility, ends before it begins, or has a wrong number', async () => {
  const tries: [Record<string, unknown>, string][] = [
    [{ kind: 'CGMP' }, 'input.kind'],
    [{ expiresOn: day(-2) }, 'input.expiresOn'],
    [{ expiresOn: day(2_000) }, 'input.expiresOn'],
    [{ reference: null }, 'input.digest'],
    [{ kind: 'DEA_REGISTRATION' }, 'input.number'],
    [{ kind: 'DEA_REGISTRATION', number: 'FP1234567' }, 'input.number'],
    [{ kind: 'DEA_REGISTRATION', number: 'MW4809135' }, 'input.number'],
    [{ digest: 'x' }, 'input.digest'],
  ];
  for (const [over, path] of tries) {
    const { __typename, issues } = await say(graph.pharmacist, 'recordFacilityEvidence', paper(over));
    expect([__typename, issues?.map((one: { path: string }) => one.path)]).toEqual(['InvalidInput', [path]]);
  }
});

test('an open finding stops what it names, and is closed by somebody else than who recorded the inspection', async () => {
  const report = {
    ...{ pharmacyId: public_.pharmacy, authority: 'FDA', inspectedOn: day(-3), outcome: 'OFFICIAL_ACTION', reference: 'Form FDA 483' },
    findings: [
      { text: 'Smoke studies were not made under dynamic conditions.', severity: 'CRITICAL', stops: 'STERILE' },
      { text: 'A log was not signed.', severity: 'MINOR' },
    ],
  };
  const critical = { ...report, findings: [{ text: 'x', severity: 'CRITICAL' }] };
  expect(await say(graph.pharmacist, 'recordInspection', critical)).toMatchObject({ issues: [{ path: 'input.findings.0.stops' }] });
  const made = await say(
    graph.pharmacist,
    'recordInspection',
    report,
    '... on FacilityInspection { findings { id stops severity closedAt } }',
  );
  expect(made.findings.map(({ stops }: { stops: string | null }) => stops)).toEqual(['STERILE', null]);
  const orderId = await graph.arrived(4);
  expect(await blocking(orderId)).toEqual(['facility.findings FAIL', 'verification.FACILITY_STANDING FAIL']);
  const closing = { findingId: made.findings[0].id, correction: 'Studies repeated and reviewed.', evidence: 'CAPA 12' };
  expect(await say(graph.pharmacist, 'closeInspectionFinding', closing)).toMatchObject({ issues: [{ path: 'input.findingId' }] });
  expect(await say(graph.facilityCompliance, 'closeInspectionFinding', closing, '... on InspectionFinding { correction }')).toEqual({
    ...{ __typename: 'InspectionFinding', correction: 'Studies repeated and reviewed.' },
  });
  expect(await say(graph.facilityCompliance, 'closeInspectionFinding', closing)).toMatchObject({ __typename: 'IllegalTransition' });
  expect(await blocking(orderId)).toEqual([]);
});

test('a licence counts once somebody else has looked it up; a sanction recorded for days gone by changes what is known, not what was known', async () => {
  const licence = {
    pharmacyId: public_.pharmacy,
    state: 'OH',
    kind: 'NON_RESIDENT',
    number: 'oh-1',
    issuedOn: day(-100),
    expiresOn: day(300),
  };
  expect(await say(graph.pharmacist, 'recordPharmacyLicense', { ...licence, kind: 'PHARMACY' })).toMatchObject({
    issues: [{ path: 'input.kind' }],
  });
  const made = await say(graph.pharmacist, 'recordPharmacyLicense', licence, '... on PharmacyLicense { id status number }');
  expect(made).toMatchObject({ status: 'UNVERIFIED', number: 'OH-1' });
  expect(await say(graph.pharmacist, 'recordPharmacyLicense', licence)).toMatchObject({ issues: [{ path: 'input.number' }] });
  const good = { licenseId: made.id, status: 'ACTIVE', effectiveFrom: day(-100), source: 'STATE_BOARD' };
  const standing = 'recordPharmacyLicenseStanding';
  expect(await say(graph.pharmacist, standing, good)).toMatchObject({ issues: [{ path: 'input.status' }] });
  expect(await say(graph.facilityCompliance, standing, { ...good, source: null })).toMatchObject({ issues: [{ path: 'input.source' }] });
  expect(await say(graph.facilityCompliance, standing, good)).toEqual({ __typename: 'PharmacyLicenseStanding' });
  const before = graph.clock.now();
  graph.clock.set(new Date(before.getTime() + 3_600_000));
  const suspended = { licenseId: made.id, status: 'SUSPENDED', effectiveFrom: day(-10), source: 'STATE_BOARD', reference: 'Docket 7' };
  expect(await say(graph.facilityCompliance, standing, suspended)).toEqual({ __typename: 'PharmacyLicenseStanding' });
  const ON = `query ($r: [_Any!]!, $day: Date!, $earlier: DateTime!) { _entities(representations: $r) { ... on PharmacyLicense {
    status now: statusOn(day: $day) earlier: statusOn(day: $day, knownAt: $earlier) standings { status } } } }`;
  const { data } = await graph.frontDesk.ask(ON, {
    r: [{ __typename: 'PharmacyLicense', id: made.id }],
    day: day(-5),
    earlier: before.toISOString(),
  });
  expect(data._entities).toEqual([
    {
      status: 'SUSPENDED',
      now: 'SUSPENDED',
      earlier: 'ACTIVE',
      standings: ['UNVERIFIED', 'ACTIVE', 'SUSPENDED'].map((status) => ({ status })),
    },
  ]);
  expect(await say(graph.facilityCompliance, standing, good)).toMatchObject({ issues: [{ path: 'input.reference' }] });
  expect(await say(graph.facilityCompliance, standing, { ...good, effectiveFrom: day(0), reference: 'Docket 8' })).toEqual({
    __typename: 'PharmacyLicenseStanding',
  });
});

test('a suspension recorded ahead stops the pharmacy from its day on, and a licence recorded for nothing opens nothing', async () => {
  const ahead = {
    licenseId: toId('pharmacyLicense', uuid(11, 1)),
    status: 'SUSPENDED',
    effectiveFrom: day(2),
    source: 'STATE_BOARD',
    reference: 'x',
  };
  expect(await say(graph.facilityCompliance, 'recordPharmacyLicenseStanding', ahead)).toEqual({ __typename: 'PharmacyLicenseStanding' });
  const orderId = await graph.arrived(5);
  expect(await blocking(orderId)).toEqual([]);
  const now = graph.clock.now();
  graph.clock.set(new Date(now.getTime() + 2 * 86_400_000));
  expect(await blocking(await graph.arrived(6))).toEqual(['licence.pharmacy FAIL', 'verification.PHARMACY_LICENSED_SHIP_TO FAIL']);
  const good = { ...ahead, status: 'ACTIVE', effectiveFrom: day(0), reference: 'Reinstated' };
  expect(await say(graph.facilityCompliance, 'recordPharmacyLicenseStanding', good)).toEqual({ __typename: 'PharmacyLicenseStanding' });
});

test('identity is changed with its check digits; the state it stands in is not', async () => {
  const facility = (over: Record<string, unknown>) => ({ pharmacyId: public_.pharmacy, ...over });
  const address = { line1: '2 Main St', city: 'Austin', state: 'TX', postalCode: '78701' };
  expect(await say(graph.pharmacist, 'amendFacility', facility({ ncpdpId: '1234567' }))).toMatchObject({
    issues: [{ path: 'input.ncpdpId' }],
  });
  expect(await say(graph.pharmacist, 'amendFacility', facility({ fei: '12' }))).toMatchObject({ issues: [{ path: 'input.fei' }] });
  expect(await say(graph.pharmacist, 'amendFacility', facility({ address: { ...address, state: 'FL' } }))).toMatchObject({
    issues: [{ path: 'input.address.state' }],
  });
  expect(await say(graph.pharmacist, 'amendFacility', facility({}))).toMatchObject({ issues: [{ path: 'input' }] });
  expect(
    await say(graph.pharmacist, 'amendFacility', facility({ fei: '3001112222', address }), '... on Pharmacy { fei address { line1 } }'),
  ).toEqual({
    ...{ __typename: 'Pharmacy', fei: '3001112222', address: { line1: '2 Main St' } },
  });
});

test('everybody reads what a facility may do; its DEA number, policies and inspections are its own people’s', async () => {
  await graph.sql(
    `insert into facility_evidence (id, pharmacy_id, kind, issuer, number, valid_from, expires_on, recorded_by, recorded_at)
     values ($1, $2, 'DEA_REGISTRATION', 'DEA', 'FP1234563', $3, $4, 'test', now())`,
    [uuid(16, 90), ids.pharmacy, day(-10), day(500)],
  );
  const SEEN = `query ($id: ID!) { pharmacy(id: $id) { duties { kind covers } evidence { kind number } } }`;
  const kinds = async (who: Asker) => {
    const { data } = await who.ask(SEEN, { id: public_.pharmacy });
    return data.pharmacy.evidence.map(({ kind }: { kind: string }) => kind);
  };
  expect(await kinds(graph.frontDesk)).not.toContain('DEA_REGISTRATION');
  expect(await kinds(graph.otherPharmacist)).not.toContain('DEA_REGISTRATION');
  expect(await kinds(graph.facilityCompliance)).toContain('DEA_REGISTRATION');
  const { data } = await graph.frontDesk.ask(SEEN, { id: public_.pharmacy });
  expect(data.pharmacy.duties).toEqual([
    { kind: 'USP_795', covers: 'NONSTERILE' },
    { kind: 'USP_797', covers: 'STERILE' },
    { kind: 'ENVIRONMENTAL_MONITORING', covers: 'STERILE' },
    { kind: 'USP_800', covers: 'HAZARDOUS' },
    { kind: 'DEA_REGISTRATION', covers: 'CONTROLLED' },
  ]);
  const INSPECTIONS = 'query ($id: ID!) { pharmacy(id: $id) { inspections { authority } } }';
  expect((await graph.otherPharmacist.ask(INSPECTIONS, { id: public_.pharmacy })).data.pharmacy.inspections).toEqual([]);
  expect((await graph.technician.ask(INSPECTIONS, { id: public_.pharmacy })).data.pharmacy.inspections).toEqual([{ authority: 'FDA' }]);
  expect((await graph.frontDesk.ask(INSPECTIONS, { id: public_.pharmacy })).errors).toHaveLength(1);
});

test('what runs out is listed with what stops, and reminded of at each mark once', async () => {
  await graph.sql(`update facility_evidence set expires_on = $1 where kind = 'USP_800' and pharmacy_id = $2`, [day(20), ids.pharmacy]);
  const LIST = 'query ($id: ID!, $days: Int) { facilityExpirables(pharmacyId: $id, withinDays: $days) { kind endsOn daysLeft stops } }';
  expect((await graph.technician.ask(LIST, { id: public_.pharmacy, days: 30 })).data.facilityExpirables).toEqual([
    { kind: 'USP_800', endsOn: day(20), daysLeft: 20, stops: ['HAZARDOUS'] },
  ]);
  expect((await graph.otherPharmacist.ask(LIST, { id: public_.pharmacy })).errors).toEqual(['facilityExpirables NOT_FOUND']);
  expect((await graph.technician.ask(LIST, { id: public_.pharmacy, days: -1 })).errors).toEqual(['facilityExpirables INVALID_INPUT']);
});

async function remind(): Promise<string[]> {
  const id = randomUUID();
  await graph.sql(`select enqueue('remind-facilities', $1)`, [id]);
  await vi.waitFor(
    async () =>
      expect(await graph.sql('select 1 from pharmacies_jobs._private_jobs where key = $1', [`remind-facilities:${id}`])).toEqual([]),
    { timeout: 60_000, interval: 50 },
  );
  const told = await graph.sql<{ payload: { kind: string; daysBefore: number } }>(
    `select payload from outbox_event where topic = 'facility-reminder' order by created_at, id`,
  );
  return told.map(({ payload }) => `${payload.kind} ${payload.daysBefore}`).filter((one) => one.startsWith('USP_800'));
}

test('a facility is reminded of a paper at each mark once, and once that it has ended, unless it was renewed', async () => {
  const start = graph.clock.now().getTime();
  const on = (days: number) => graph.clock.set(new Date(start + days * 86_400_000));
  expect(await remind()).toEqual(['USP_800 30']);
  expect(await remind()).toEqual(['USP_800 30']);
  on(14);
  expect(await remind()).toEqual(['USP_800 30', 'USP_800 7']);
  on(22);
  expect(await remind()).toEqual(['USP_800 30', 'USP_800 7', 'USP_800 -1']);
  on(23);
  expect(await remind()).toEqual(['USP_800 30', 'USP_800 7', 'USP_800 -1']);
  const payloads = await graph.sql<{ payload: object }>(`select payload from outbox_event where topic = 'facility-reminder' limit 1`);
  expect(Object.keys(payloads[0]?.payload ?? {}).sort()).toEqual(['daysBefore', 'endsOn', 'kind', 'recordId', 'stops']);
  expect(await say(graph.facilityCompliance, 'recordFacilityEvidence', paper({ kind: 'USP_800', expiresOn: day(300) }))).toMatchObject({
    __typename: 'FacilityEvidence',
  });
  const LIST = 'query ($id: ID!) { facilityExpirables(pharmacyId: $id, withinDays: 90) { kind } }';
  const { data } = await graph.technician.ask(LIST, { id: public_.pharmacy });
  expect(data.facilityExpirables.map(({ kind }: { kind: string }) => kind)).not.toContain('USP_800');
});
