import { afterAll, beforeAll, expect, test } from 'vitest';
import { library } from '#rules/packs.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';
import { type StorySoFar, storySoFar, type Told } from '../support/story-so-far.ts';

/** One order from its first refusal to the day its exam's term is over and its examiner's licence is gone, as a compliance officer sees it. */
let graph: TestGraph;
let officer: Asker;
let story: StorySoFar;
/** What the officer and the prescriber saw and did when the order was about to be signed. */
const seen: Record<'explained' | 'refused' | 'attested' | 'explainedAgain', Data> = {
  explained: null,
  refused: null,
  attested: null,
  explainedAgain: null,
};

const RULE = 'TX.gfe.validityMonths';
const entityId = placeTypeId('entity-a1');
const DAY_MS = 86_400_000;
const dayIn = (days: number) => new Date(graph.clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10);
const note = 'Our medical director reads trade practice as six months at most; decided with counsel.';

const standing = `query ($entity: ID!) { rules(jurisdiction: "TX", subject: EXAM, first: 100) {
  nodes { id value confidence attestation(entityId: $entity) { id value standing suspended } } } }`;
const revoke = `mutation ($input: RevokeAttestationInput!) { revokeAttestation(input: $input) {
  __typename ... on Attestation { id standing } ... on Refusal { code message } } }`;
const attest = `mutation ($input: AttestRuleInput!) { attestRule(input: $input) {
  __typename ... on Attestation { id ruleId value packVersion standing } ... on Refusal { code message } } }`;
const explain = `query ($clinic: ID!, $input: ExplainInput!, $on: DateTime) { explain(clinicId: $clinic, input: $input, on: $on) {
  gate packVersion blocked results { id outcome message citation remedy version } } }`;
const sign = `mutation ($input: SignOrderInput!) { signOrder(input: $input) {
  __typename ... on Refusal { code } ... on RuleBlocked { rules { id outcome message citation remedy version } } } }`;
const kept = 'gate at packVersion facts results { id outcome message } replay { same differs packVersion }';

const stops = (results: Data[]): string[] =>
  results.filter(({ outcome }) => outcome !== 'PASS').map(({ id, outcome }) => `${id} ${outcome}`);

/** The same order as a plan: no patient, and nobody needs to commit to it. */
function plan(): Data {
  const drafted = story.told.find(({ operation }) => operation === 'DraftOrder')?.variables['input'] as Data;
  return {
    order: {
      patientState: 'TX',
      service: 'weight-loss',
      modality: 'SYNC_VIDEO',
      examinerId: personas['examiner']?.sub,
      prescriberId: personas['prescriber']?.sub,
      protocolVersionId: drafted.protocolId,
      formularyItemId: drafted.formularyItemId,
      clinicalDifference: drafted.clinicalDifference.statement,
      examCompletedOn: dayIn(0),
    },
  };
}

const planned = async (on?: string): Promise<Data> =>
  (await officer.get(explain, { clinic: placeTypeId('austin'), input: plan(), on })).explain;

/** The moment before the order is signed: the officer takes the exam's term back, sees what that stops, and sets another. */
async function beforeSigning(step: Told, soFar: StorySoFar): Promise<void> {
  if (step.operation !== 'SignOrder') return;
  story = soFar;
  const { rules } = await officer.get(standing, { entity: entityId });
  const attestationId = rules.nodes.find(({ id }: Data) => id === RULE).attestation.id;
  await officer.get(revoke, { input: { attestationId, note } });
  seen.explained = await planned();
  const prescriber = await graph.as('prescriber', { stepUp: true });
  seen.refused = (await prescriber.ask(sign, { ...step.variables })).data.signOrder;
  const input = { entityId, ruleId: RULE, value: 6, note, expiresOn: dayIn(5) };
  seen.attested = (await officer.get(attest, { input })).attestRule;
  seen.explainedAgain = await planned();
}

beforeAll(async () => {
  graph = await testGraph();
  officer = await graph.as('compliance', { stepUp: true });
  story = await storySoFar(graph, { until: 'StartRecall', before: beforeSigning });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** Every decision that was kept on the way, exam, order and fulfillment. */
async function decisions(): Promise<Data[]> {
  const [exam, order] = [story.answerOf('BookExam').id, story.answerOf('SignOrder').id];
  const prescriber = await graph.as('prescriber');
  const pharmacist = await graph.as('pharmacist');
  const [ofExam, ofOrder, ofPharmacy] = await Promise.all([
    prescriber.get(`query ($id: ID!) { exam(id: $id) { decisions { ${kept} } } }`, { id: exam }),
    prescriber.get(`query ($id: ID!) { order(id: $id) { decisions { ${kept} } } }`, { id: order }),
    pharmacist.get(`query ($id: ID!) { order(id: $id) { fulfillment { decisions { ${kept} } } } }`, { id: order }),
  ]);
  return [...ofExam.exam.decisions, ...ofOrder.order.decisions, ...ofPharmacy.order.fulfillment.decisions];
}

test('the plan told the officer what would stop the order, before the order was refused for it', () => {
  expect(seen.explained).toMatchObject({ gate: 'order-signing', packVersion: library.latest.version, blocked: true });
  expect(stops(seen.explained.results)).toEqual([`${RULE} UNKNOWN`, 'exam.valid UNKNOWN']);
  expect(seen.refused).toMatchObject({ __typename: 'RuleBlocked', code: 'RULE_BLOCKED' });
  expect(stops(seen.refused.rules)).toEqual(stops(seen.explained.results));
  expect(seen.refused.rules.find(({ id }: Data) => id === RULE)).toEqual({
    id: RULE,
    outcome: 'UNKNOWN',
    message: 'Texas: no value is recorded for gfe.validityMonths',
    citation: null,
    remedy: `Ask the compliance officer of Bluebonnet Aesthetic Medicine PLLC to set and attest ${RULE}.`,
    version: library.latest.version,
  });
});

test('once the officer had set the term, the plan passed and so did the order', () => {
  expect(seen.attested).toMatchObject({ ruleId: RULE, value: 6, packVersion: library.latest.version, standing: true });
  expect(stops(seen.explainedAgain.results)).toEqual([]);
  expect(story.answerOf('SignOrder').status).toBe('SIGNED');
});

const gates = ['BOOK', 'START', 'COMPLETE', 'SIGN', 'SEND', 'CLAIM', 'DISPENSE', 'SHIP'];

test('every step kept what it stood on, and answers the same when asked again', async () => {
  const all = await decisions();
  expect(all.map(({ gate }) => gate)).toEqual(gates);
  for (const { gate, results, replay, packVersion } of all) {
    expect([gate, stops(results), packVersion]).toEqual([gate, [], library.latest.version]);
    expect([gate, replay]).toEqual([gate, { same: true, differs: [], packVersion }]);
  }
  const terms = (gate: string) =>
    all
      .find((one) => one.gate === gate)
      ?.facts.attestations.filter(({ ruleId, revokedAt }: Data) => ruleId === RULE && revokedAt === null)
      .map(({ value }: Data) => value);
  expect([terms('COMPLETE'), terms('SIGN')]).toEqual([[12], [6]]);
});

test('the day after the attestation ended, nobody is examined on it, and the day before still reads as it was', async () => {
  const signedAt = graph.clock.now();
  graph.clock.set(new Date(signedAt.getTime() + 6 * DAY_MS));
  const director = await graph.as('director');
  const { clinic } = await director.get(
    `query ($id: ID!) { clinic(id: $id) { readiness { services { code status blockers { ruleId message } } } } }`,
    { id: placeTypeId('austin') },
  );
  const [offered] = clinic.readiness.services.filter(({ code }: Data) => code === 'weight-loss');
  expect(offered.status).toBe('CLOSED');
  expect(offered.blockers.map(({ ruleId }: Data) => ruleId)).toContain(RULE);
  expect(stops((await planned()).results)).toContain(`${RULE} UNKNOWN`);
  const then = (await planned(signedAt.toISOString())).results.find(({ id }: Data) => id === RULE);
  expect(then).toMatchObject({ outcome: 'PASS', message: 'An exam in Texas may be relied upon for 6 months' });
  expect((await decisions()).map(({ replay }) => replay.same)).toEqual(gates.map(() => true));
});

test('a licence revoked for days gone by lists what stood on it, while the decisions stay what they were', async () => {
  const [start] = (await decisions()).filter(({ gate }) => gate === 'START');
  const licenseId = start?.['facts'].examiner.licences.find(({ state }: Data) => state === 'TX').id;
  const on = start?.['at'].slice(0, 10);
  const known = async (asKnownAt?: string): Promise<Data> => {
    const document = `query ($id: ID!, $on: Date!, $at: DateTime) { practitioner(id: $id) { licensed(state: TX, on: $on, asKnownAt: $at) { standing licensed } } }`;
    return (await officer.get(document, { id: personas['examiner']?.sub, on, at: asKnownAt })).practitioner.licensed;
  };
  const touched = async (asKnownAt?: string): Promise<string[]> => {
    const document = `query ($id: ID!, $at: DateTime) { affectedBy(licenseId: $id, asKnownAt: $at, first: 50) { nodes { kind subjectId gate part status } } }`;
    const { affectedBy } = await officer.get(document, { id: licenseId, at: asKnownAt });
    return affectedBy.nodes.map((one: Data) => [one.kind, one.subjectId, one.gate, one.part, one.status].join(' ')).sort();
  };
  const before = graph.clock.now().toISOString();
  expect([await known(), await touched()]).toEqual([{ standing: 'ACTIVE', licensed: true }, []]);

  graph.clock.set(new Date(graph.clock.now().getTime() + 60_000));
  const recorded = `mutation ($input: RecordLicenseStandingInput!) { recordLicenseStanding(input: $input) {
    __typename ... on LicenseStanding { status } ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;
  const input = {
    licenseId,
    status: 'REVOKED',
    effectiveFrom: on,
    source: 'STATE_BOARD',
    reference: 'Docket 26-114',
    note: 'Board order.',
  };
  expect((await officer.get(recorded, { input })).recordLicenseStanding).toMatchObject({ status: 'REVOKED' });

  const [exam, order] = [story.answerOf('BookExam').id, story.answerOf('SignOrder').id];
  expect(await known()).toEqual({ standing: 'REVOKED', licensed: false });
  expect(await touched()).toEqual(
    [
      ...['BOOK', 'START', 'COMPLETE'].map((gate) => `EXAM ${exam} ${gate} EXAMINER REVOKED`),
      `ORDER ${order} SIGN EXAMINER REVOKED`,
    ].sort(),
  );
  expect([await known(before), await touched(before)]).toEqual([{ standing: 'ACTIVE', licensed: true }, []]);
  // What was decided stands in the record; the next order on an exam of that examiner is refused.
  expect(stops((await planned()).results)).toContain('exam.examinerLicence FAIL');
  expect((await decisions()).map(({ replay }) => replay.same)).toEqual(gates.map(() => true));
});

test('the officer reads what the releases changed, and that before the first nothing was known', async () => {
  const { ruleChanges, rules } = await officer.get(
    `query { ruleChanges(since: "2026-11-22", jurisdiction: "WI", first: 10) { nodes { ruleId release kind inWords } }
      rules(jurisdiction: "TX", subject: EXAM, asKnownOn: "2026-11-21", first: 100) { nodes { id value confidence } } }`,
  );
  expect(ruleChanges.nodes.map(({ ruleId }: Data) => ruleId)).toContain('WI.np.practiceAuthority');
  expect(rules.nodes.length).toBeGreaterThan(5);
  for (const { value, confidence } of rules.nodes) expect([value, confidence]).toEqual([null, 'UNKNOWN']);
});
