import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { coverageOf } from '#rules/coverage.ts';
import { definitions, stateKeys } from '#rules/definitions.ts';
import { changesBetween } from '#rules/diff.ts';
import { jurisdictions, library } from '#rules/packs.ts';
import { noRules } from '#rules/rule-set.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
let officer: Asker;
beforeAll(async () => {
  graph = await testGraph();
  officer = await graph.as('compliance');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());
beforeEach(() => graph.clock.set(new Date()));

const RULES = `query ($jurisdiction: String, $subject: RuleSubject, $on: Date, $asKnownOn: Date, $first: Int, $after: String) {
  rules(jurisdiction: $jurisdiction, subject: $subject, on: $on, asKnownOn: $asKnownOn, first: $first, after: $after) {
    nodes { id jurisdiction subject key question value valueInWords citation source sourceTier confidence asOf effectiveFrom effectiveTo inForce owner since }
    pageInfo { hasNextPage endCursor }
  } }`;

/** What each state is asked, or an entity in each state. */
const questionsOfAState = definitions.filter(({ everyState, ofEntity }) => everyState || ofEntity);

/** Every page of a list. */
async function all(document: string, field: string, variables: object): Promise<Data[]> {
  const nodes: Data[] = [];
  for (let after: string | null = null; ; ) {
    const page: Data = (await officer.get(document, { ...variables, first: 200, after }))[field];
    nodes.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return nodes;
    after = page.pageInfo.endCursor;
  }
}

test('a rule says its question, value, citation, source, trust, days, owner and release', async () => {
  const exam = await all(RULES, 'rules', { jurisdiction: 'TX', subject: 'EXAM' });
  expect(exam.map(({ key }) => key)).toEqual(definitions.filter(({ subject }) => subject === 'exam').map(({ key }) => key));
  const recorded = library.latest.find('TX.gfe.syncAudioVideo', '2026-11-22').rule;
  expect(exam.find(({ key }) => key === 'gfe.syncAudioVideo')).toEqual({
    ...{ id: 'TX.gfe.syncAudioVideo', jurisdiction: 'TX', subject: 'EXAM', key: 'gfe.syncAudioVideo', question: 'By live video?' },
    ...{
      value: 'allowed',
      valueInWords: 'allowed',
      citation: 'Occ. Code 111.005(a)(3)(A)',
      source: recorded?.source,
      sourceTier: 'PRIMARY',
    },
    ...{ confidence: 'VERIFIED', asOf: recorded?.asOf, effectiveFrom: recorded?.effectiveFrom, effectiveTo: null, inForce: true },
    ...{ owner: recorded?.owner, since: '2026-11-22.1' },
  });
});

test('what a state leaves open is listed as an open question', async () => {
  const exam = await all(RULES, 'rules', { jurisdiction: 'TX', subject: 'EXAM' });
  expect(exam.find(({ key }) => key === 'gfe.validityMonths')).toEqual({
    ...{ id: 'TX.gfe.validityMonths', jurisdiction: 'TX', subject: 'EXAM', key: 'gfe.validityMonths' },
    ...{
      question: 'For how many months may it be relied upon?',
      value: null,
      valueInWords: null,
      citation: null,
      source: null,
      sourceTier: null,
    },
    ...{ confidence: 'UNKNOWN', asOf: null, effectiveFrom: null, effectiveTo: null, inForce: false, owner: null, since: null },
  });
});

test('page by page, every entry of the release and every open question is there once', async () => {
  const listed = await all(RULES, 'rules', {});
  const open =
    jurisdictions.length * questionsOfAState.length -
    new Set(library.latest.rules.filter(({ key }) => stateKeys.includes(key)).map(({ id }) => id)).size;
  expect(listed).toHaveLength(library.latest.rules.length + open);
  expect(new Set(listed.map(({ id, asOf, effectiveFrom }) => `${id} ${asOf} ${effectiveFrom}`)).size).toBe(listed.length);
  expect(new Set(listed.map(({ jurisdiction }) => jurisdiction)).size).toBe(jurisdictions.length + 1);
  expect(listed[0].jurisdiction).toBe('US');
});

test('on another day another entry is in force', async () => {
  const telemedicine = async (on: string) =>
    (await all(RULES, 'rules', { jurisdiction: 'US', subject: 'CONTROLLED_SUBSTANCES', on })).find(
      ({ key }) => key === 'controlled.telemedicine',
    );
  expect(await telemedicine('2026-12-31')).toMatchObject({ inForce: true, effectiveTo: '2026-12-31' });
  expect(await telemedicine('2027-01-01')).toMatchObject({ inForce: false });
  const inAugust = async (more: object) =>
    (await all(RULES, 'rules', { jurisdiction: 'WI', subject: 'AUTHORITY', on: '2026-08-31', ...more })).filter(
      ({ key }) => key === 'np.practiceAuthority',
    );
  const wisconsin = await inAugust({ asKnownOn: '2026-11-22' });
  expect(wisconsin.map(({ value, inForce }) => [value, inForce])).toEqual([
    ['reduced', true],
    [expect.not.stringMatching('reduced'), false],
  ]);
  // As known on that day itself, when nothing had been released, it is an open question.
  expect((await inAugust({})).map(({ value, inForce }) => [value, inForce])).toEqual([[null, false]]);
});

test('as known before the first release every question of a state is unknown, and nothing else is there', async () => {
  const known = await all(RULES, 'rules', { asKnownOn: '2026-11-21' });
  expect(known).toHaveLength(jurisdictions.length * questionsOfAState.length);
  expect(new Set(known.map(({ value, confidence, inForce }) => JSON.stringify([value, confidence, inForce])))).toEqual(
    new Set([JSON.stringify([null, 'UNKNOWN', false])]),
  );
  expect(await all(RULES, 'rules', { jurisdiction: 'US', asKnownOn: '1999-12-31' })).toEqual([]);
});

test.each(['PR', 'tx', 'Texas', ''])('a jurisdiction that is none is refused: %s', async (jurisdiction) => {
  for (const document of [RULES, 'query ($jurisdiction: String) { ruleCoverage(jurisdiction: $jurisdiction) { known } }']) {
    const { errors } = await officer.ask(document, { jurisdiction });
    expect(errors).toEqual([{ code: 'INVALID_INPUT', path: expect.any(String), message: expect.stringMatching(/^jurisdiction: /) }]);
  }
});

const ATTESTED = `query ($entity: ID!) { rules(jurisdiction: "TX", subject: EXAM) { nodes { id attestation(entityId: $entity) { id value suspended } } } }`;

test('a rule shows what the entity attested to those who may read it, and to nobody else', async () => {
  const attested = async (persona: string, entity = 'entity-a1') =>
    (await (await graph.as(persona)).get(ATTESTED, { entity: placeTypeId(entity) })).rules.nodes.filter(
      ({ attestation }: Data) => attestation !== null,
    );
  expect(await attested('compliance')).toEqual([
    {
      id: 'TX.gfe.validityMonths',
      attestation: { id: toId('attestation', uuidOf('attestation:entity-a1:TX.gfe.validityMonths')), value: 12, suspended: false },
    },
  ]);
  for (const persona of ['compliance-b', 'mso-manager', 'front-desk', 'director', 'auditor', 'pharmacist'])
    expect(await attested(persona), persona).toEqual([]);
  expect(await attested('compliance', 'entity-b1')).toEqual([]);
});

const CHANGES = `query ($since: Date!, $jurisdiction: String, $subject: RuleSubject, $first: Int, $after: String) {
  ruleChanges(since: $since, jurisdiction: $jurisdiction, subject: $subject, first: $first, after: $after) {
    nodes { ruleId jurisdiction subject release on kind inWords citation before { value effectiveTo } after { value effectiveTo } suspends { id ruleId } }
    pageInfo { hasNextPage endCursor }
  } }`;

test('the releases are listed, and what each changed, newest first', async () => {
  const { ruleReleases } = await officer.get('{ ruleReleases { version on summary } }');
  expect(ruleReleases).toEqual(library.releases.map(({ version, on, summary }) => ({ version, on, summary })));
  const changes = await all(CHANGES, 'ruleChanges', { since: '2026-11-01' });
  const releases = [noRules, ...library.releases.map(({ version }) => library.of(version) ?? noRules)];
  const expected = releases
    .slice(1)
    .map((release, before) => changesBetween(releases[before] ?? noRules, release))
    .toReversed()
    .flat();
  expect(changes.map(({ ruleId, kind, inWords }) => [ruleId, kind, inWords])).toEqual(
    expected.map(({ ruleId, kind, sentence }) => [ruleId, kind.toUpperCase(), sentence]),
  );
  expect(await all(CHANGES, 'ruleChanges', { since: '2026-11-23' })).toEqual([]);
  const wisconsin = await all(CHANGES, 'ruleChanges', { since: '2026-11-01', jurisdiction: 'WI', subject: 'AUTHORITY' });
  expect(wisconsin.find(({ ruleId, release }) => ruleId === 'WI.np.practiceAuthority' && release === '2026-11-22.2')).toMatchObject({
    kind: 'CHANGED',
    before: [{ value: expect.any(String) }],
    after: [{ value: 'reduced', effectiveTo: '2026-08-31' }, { value: expect.any(String) }],
  });
});

test('a change tells an officer which of their attestations it suspended, and others nothing', async () => {
  const changed = { since: '2026-11-01', jurisdiction: 'TX', subject: 'SUPERVISION' };
  const suspendedBy = async () => (await all(CHANGES, 'ruleChanges', changed)).flatMap(({ suspends }) => suspends);
  expect(await suspendedBy()).toEqual([]);
  const id = uuidOf('attestation:entity-a1:TX.md.onSite');
  await graph.sql(`update clinics.attestation set pack_version = '2020-01-01.1' where rule_id = 'TX.md.onSite'`);
  expect(await suspendedBy()).toEqual([{ id: toId('attestation', id), ruleId: 'TX.md.onSite' }]);
  const manager = await graph.as('mso-manager');
  const { ruleChanges } = await manager.get(CHANGES, { ...changed, first: 200 });
  expect(new Set(ruleChanges.nodes.map(({ suspends }: Data) => suspends))).toEqual(new Set([null]));
  await graph.sql(`update clinics.attestation set pack_version = $1 where rule_id = 'TX.md.onSite'`, [library.latest.version]);
});

test('coverage counts what is known state by state, and what the entity has attested', async () => {
  const document = `query ($jurisdiction: String, $entity: ID!) { ruleCoverage(jurisdiction: $jurisdiction) {
    jurisdiction name questions verified known uncertain unknown toConfirm toSet attested(entityId: $entity) } }`;
  const today = new Date().toISOString().slice(0, 10);
  const entity = placeTypeId('entity-a1');
  const { ruleCoverage } = await officer.get(document, { entity });
  const expected = coverageOf(library.latest, today, jurisdictions).states;
  expect(ruleCoverage.map(({ attested: _attested, ...counts }: Data) => counts)).toEqual(
    expected.map(({ code, asked, ...counts }) => ({ jurisdiction: code, questions: asked, ...counts })),
  );
  const [texas] = (await officer.get(document, { entity, jurisdiction: 'TX' })).ruleCoverage;
  const given = await graph.sql(
    `select 1 from clinics.attestation where jurisdiction = 'TX' and entity_id = (select entity_id from clinics.clinic where name = 'Bluebonnet Austin')`,
  );
  expect(texas.attested).toBe(given.length);
  expect((await (await graph.as('mso-manager')).get(document, { entity, jurisdiction: 'TX' })).ruleCoverage[0].attested).toBeNull();
  await graph.sql(`update clinics.attestation set pack_version = '2020-01-01.1' where rule_id = 'TX.md.onSite'`);
  expect((await officer.get(document, { entity, jurisdiction: 'TX' })).ruleCoverage[0].attested).toBe(given.length - 1);
  await graph.sql(`update clinics.attestation set pack_version = $1 where rule_id = 'TX.md.onSite'`, [library.latest.version]);
});

test('whoever works here may read the rules; a patient may not', async () => {
  for (const persona of ['front-desk', 'mso-manager', 'pharmacist', 'technician', 'auditor', 'examiner']) {
    expect((await (await graph.as(persona)).get(RULES, { jurisdiction: 'TX', first: 1 })).rules.nodes, persona).toHaveLength(1);
  }
  const { errors } = await (
    await graph.asSomeone({ sub: 'usr_patient', name: 'A Patient', grants: [{ role: 'PATIENT', at: placeTypeId('austin') }] })
  ).ask(RULES, {});
  expect(errors.map(({ code }) => code)).toEqual(['FORBIDDEN']);
});
