import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import {
  actId,
  acts,
  attested,
  austinTold,
  competent,
  director,
  directing,
  given,
  nurse,
  officer,
  tell,
  writeActs,
} from './delegation-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  await writeActs(graph);
  await tell(director(graph), 'recordCompetency', competent);
});
afterAll(() => graph?.stop());

describe('nothing is delegated', () => {
  const refused = (change: object, who = director(graph)) => tell(who, 'delegate', { ...given, ...change });

  test.each<[string, object, string[]]>([
    ['for an act that is none', { service: 'tattoo' }, ['input.service']],
    ['from yesterday', { startsOn: '2026-11-30' }, ['input.startsOn']],
    ['from next spring', { startsOn: '2027-03-02' }, ['input.startsOn']],
    ['that ends before it begins', { endsOn: '2026-11-30' }, ['input.endsOn']],
    ['for longer than twelve months', { endsOn: '2027-12-02' }, ['input.endsOn']],
    ['at level 0', { level: 0 }, ['input.level']],
    ['at level 5', { level: 5 }, ['input.level']],
    ['for no state', { states: [] }, ['input.states']],
  ])('%s', async (_what, change, paths) => {
    const { code, issues } = (await refused(change)) as { code: string; issues: { path: string }[] };
    expect([code, ...issues.map(({ path }) => path)]).toEqual(['INVALID_INPUT', ...paths]);
    expect(await graph.owner.delegation.count()).toBe(0);
  });

  test('to oneself: supervision would run in a circle', async () => {
    expect(await refused({ delegateId: id.director })).toMatchObject({ code: 'CIRCULAR_SUPERVISION', practitionerIds: [id.director] });
  });

  test('to a physician, who acts on their own licence, or at level 0 to a credential', async () => {
    await graph.owner.practitioner.update({ where: { id: acts.assistant }, data: { credential: 'MD' } });
    expect(await refused({ delegateId: actId.assistant })).toMatchObject({ code: 'NOT_DELEGABLE', credential: 'MD' });
    await graph.owner.practitioner.update({ where: { id: acts.assistant }, data: { credential: 'RN' } });
    graph.tellOfClinics([{ ...austinTold(), attestations: [attested('US.delegation.botulinum-toxin.RN', 0)] }]);
    expect(await refused({ delegateId: actId.assistant })).toMatchObject({
      ...{ code: 'NOT_DELEGABLE', credential: 'RN', service: 'botulinum-toxin' },
    });
    await graph.owner.practitioner.update({ where: { id: acts.assistant }, data: { credential: 'PA' } });
    graph.tellOfClinics([austinTold()]);
    expect(await graph.owner.delegation.count()).toBe(0);
  });

  test('by a physician who is engaged for something else, or not insured', async () => {
    const stops = async () =>
      ((await refused({}))['rules'] as { id: string; outcome: string }[] | undefined)?.filter(({ outcome }) => outcome !== 'PASS');
    await graph.owner.engagement.update({ where: { id: stored.engagement }, data: { services: ['weight-loss'] } });
    expect(await stops()).toEqual([{ id: 'engagement.delegator', outcome: 'FAIL' }]);
    await graph.owner.engagement.update({ where: { id: stored.engagement }, data: { services: [] } });
    await graph.owner.insurancePolicy.update({ where: { id: stored.policy }, data: { status: 'UNVERIFIED' } });
    expect(await stops()).toEqual([{ id: 'insurance.delegator', outcome: 'FAIL' }]);
    await graph.owner.insurancePolicy.update({ where: { id: stored.policy }, data: { status: 'ACTIVE' } });
  });

  test('to somebody without training', async () => {
    const { rules } = (await refused({ delegateId: actId.assistant })) as { rules: { id: string; outcome: string }[] };
    expect(rules.filter(({ outcome }) => outcome === 'FAIL').map(({ id: rule }) => rule)).toEqual([
      'agreement.performer',
      'competency.performer',
    ]);
  });

  test('at a looser level than the rules, or for another state, and the rules say so', async () => {
    const stops = async (change: object) =>
      ((await refused(change))['rules'] as { id: string; outcome: string }[] | undefined)
        ?.filter(({ outcome }) => outcome !== 'PASS')
        .map(({ id: rule }) => rule);
    expect(await stops({ level: 4 })).toEqual(['delegation.recordedLevel']);
    expect(await stops({ states: ['CA'] })).toEqual(['delegation.record']);
    expect(await stops({ protocolVersionId: id.inForce })).toEqual(['protocol.inForce']);
    graph.tellOfClinics([austinTold([])]);
    expect(await stops({})).toEqual(['US.delegation.botulinum-toxin.NP', 'TX.md.supervision', 'TX.md.onSite', 'delegation.recordedLevel']);
    graph.tellOfClinics([]);
    expect(await stops({})).toEqual(['jurisdiction.clinic']);
    graph.tellOfClinics([austinTold()]);
    expect(await graph.owner.delegation.count()).toBe(0);
  });

  test('for a state beside the clinic’s in which one of the two is not licensed', async () => {
    expect(await refused({ states: ['TX', 'WY'] })).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.states' }] });
    expect(await graph.owner.delegation.count()).toBe(0);
  });

  test('that somebody may do on their own licence', async () => {
    graph.tellOfClinics([austinTold(['US.delegation.weight-loss.NP'])]);
    expect(await refused({ service: 'weight-loss', protocolVersionId: id.inForce })).toMatchObject({
      ...{ code: 'INVALID_INPUT', issues: [{ path: 'input.delegateId' }] },
    });
    graph.tellOfClinics([austinTold()]);
  });

  test('without a second factor, without the right, by nobody’s hand or at another clinic', async () => {
    const ask = async (who: ReturnType<RunningPhysicians['as']>) => (await tell(who, 'delegate', given))['code'];
    expect(await ask(nurse(graph))).toBe('FORBIDDEN');
    expect(await ask(graph.as(officer))).toBe('FORBIDDEN');
    expect(await ask(graph.steppedUp(directing))).toBe('FORBIDDEN');
    expect(await ask(graph.person(id.stranger, { role: 'MEDICAL_DIRECTOR', at: id.denver }))).toBe('NOT_FOUND');
    expect(await ask(graph.person(id.nurse, { role: 'PRESCRIBER', at: id.austin }))).toBe('CIRCULAR_SUPERVISION');
  });

  test('to somebody who does not work there, or by a protocol of another clinic', async () => {
    for (const change of [{ delegateId: id.stranger }, { protocolVersionId: id.strangers }, { delegateId: id.noPractitioner }])
      expect(await refused(change)).toEqual({ __typename: 'NotFound', code: 'NOT_FOUND' });
  });
});

test.each<[string, object, string[]]>([
  ['of oneself', { practitionerId: id.director }, ['input.practitionerId']],
  ['for a service that is none', { service: 'tattoo' }, ['input.service']],
  ['of tomorrow', { assessedOn: '2026-12-02', expiresOn: '2026-12-03' }, ['input.assessedOn']],
  ['of long ago', { assessedOn: '2025-11-30', expiresOn: '2026-11-30' }, ['input.assessedOn']],
  ['that ends before it begins', { expiresOn: '2026-11-19' }, ['input.expiresOn']],
  ['for longer than twelve months', { expiresOn: '2027-11-21' }, ['input.expiresOn']],
  ['with a certificate alone', { handsOnCount: 0 }, ['input.handsOnCount']],
  ['without a course', { course: '' }, ['input.course']],
])('no competency is recorded %s', async (_what, change, paths) => {
  const { code, issues } = (await tell(director(graph), 'recordCompetency', { ...competent, ...change })) as {
    code: string;
    issues: { path: string }[];
  };
  expect([code, ...issues.map(({ path }) => path)]).toEqual(['INVALID_INPUT', ...paths]);
  expect(await graph.owner.competency.count()).toBe(1);
});

test('no competency of somebody who works elsewhere, and none by somebody who may not assess', async () => {
  expect(await tell(director(graph), 'recordCompetency', { ...competent, practitionerId: id.stranger })).toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await tell(director(graph), 'recordCompetency', { ...competent, clinicId: id.miami })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await tell(nurse(graph), 'recordCompetency', competent)).toMatchObject({ code: 'FORBIDDEN' });
});
