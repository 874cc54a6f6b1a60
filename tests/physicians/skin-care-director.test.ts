import { afterEach, describe, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { readCandidates } from '../../subgraphs/physicians/placement/candidate-facts.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { clinicFacts, digests, directorOf, screen, terms, told } from './engagement-verbs.ts';
import { people, publish, requested, startPlacing } from './placement-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
afterEach(() => graph?.stop());

const dermatology = (practitionerId: string, status: string) => ({
  ...{ id: '01980000-0000-7000-8000-000000000455', practitionerId, board: 'ABD', specialty: 'Dermatology', status },
  certifiedOn: new Date('2016-01-01T00:00:00Z'),
});

describe('who oversees a Florida office for skin care is certified by a board that said so', () => {
  const rule = 'FL.md.skinCareCertification';

  test.each([
    ['a certificate its board confirmed is taken', 'ACTIVE', []],
    ['one that nobody looked up leaves it to be attested', 'UNVERIFIED', ['UNKNOWN']],
    ['one its board acted against is none', 'SUSPENDED', ['UNKNOWN']],
  ])('%s', async (_what, status, stops) => {
    graph = await startPhysicians(clinics, NOW);
    await writeAuthority(graph.owner);
    await screen(graph);
    const skinCare = ['botulinum-toxin', 'dermal-filler'].map((code) => ({ code }));
    graph.tellOfClinics(clinicFacts.map((one) => (one.id === id.miami ? { ...one, services: skinCare } : one)));
    await graph.owner.license.update({ where: { id: stored.staleLicense }, data: { verifiedAt: new Date('2026-11-20T10:00:00Z') } });
    await graph.owner.boardCertification.create({ data: dermatology(stored.director, status) });

    const wanted = { ...terms, clinicId: id.miami, states: ['FL'], services: ['botulinum-toxin'] };
    const proposed = await told(graph.as({ role: 'COMPLIANCE_OFFICER', at: id.miami }), 'proposeEngagement', wanted);
    const answer =
      proposed['code'] === undefined
        ? await told(directorOf(graph), 'acceptEngagement', { engagementId: proposed['id'], documentDigests: digests })
        : proposed;
    const rules = (answer['rules'] ?? []) as { id: string; outcome: string }[];
    expect(rules.filter((one) => one.id === rule && one.outcome !== 'PASS').map(({ outcome }) => outcome)).toEqual(stops);
    if (stops.length === 0) expect(answer).toMatchObject({ status: 'ACTIVE' });
  });
});

test('of a candidate for a placement only what a board confirmed is told', async () => {
  graph = await startPlacing();
  await publish(graph, 'ann');
  const request = await graph.owner.placementRequest.findUniqueOrThrow({
    where: { id: fromId('placementRequest', await requested(graph)) },
  });
  const certified = async () => {
    const [ann] = await graph.owner.$transaction((tx) => readCandidates(tx, request, new Date(NOW)));
    return ann?.boardCertifications;
  };
  await graph.owner.boardCertification.create({ data: dermatology(people.ann, 'UNVERIFIED') });
  expect(await certified()).toEqual([]);
  await graph.owner.boardCertification.updateMany({ data: { status: 'ACTIVE' } });
  expect(await certified()).toEqual([{ specialty: 'Dermatology', expiresOn: null, noEnd: true }]);
  await graph.owner.boardCertification.updateMany({ data: { status: 'SUSPENDED' } });
  expect(await certified()).toEqual([]);
});
