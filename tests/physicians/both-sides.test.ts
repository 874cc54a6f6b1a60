import { afterEach, beforeEach, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { clinicFacts, digests, directorOf, officer, screen, terms, told } from './engagement-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  graph.tellOfClinics(clinicFacts);
  await screen(graph);
});
afterEach(() => graph?.stop());

type Data = Record<string, unknown>;
const refusals = (answer: Data) =>
  ((answer['rules'] ?? []) as { id: string; outcome: string }[]).filter((one) => one.outcome !== 'PASS').map(({ id: rule }) => rule);
const sides = [
  { role: 'MSO_MANAGER', at: id.mso },
  { role: 'COMPLIANCE_OFFICER', at: toId('entity', stored.entity) },
  { role: 'COMPLIANCE_OFFICER', at: id.austin },
] as const;

test.each(sides)('whoever is $role there is not engaged, at the proposal nor, having become it since, at the acceptance', async (side) => {
  const proposal = await told(graph.as(officer), 'proposeEngagement', terms);
  expect(proposal['code']).toBeUndefined();
  await graph.join(id.director, side);
  const accepted = await told(directorOf(graph), 'acceptEngagement', { engagementId: proposal['id'], documentDigests: digests });
  expect([accepted['code'], refusals(accepted)]).toEqual(['RULE_BLOCKED', ['engagement.sides']]);
  const again = await told(graph.as(officer), 'proposeEngagement', { ...terms, startsOn: '2027-02-01' });
  expect([again['code'], refusals(again)]).toEqual(['RULE_BLOCKED', ['engagement.sides']]);
});

test('nor is an engagement resumed of whoever has come to manage the clinic', async () => {
  const engagementId = id.engagement;
  await told(graph.steppedUp(officer), 'suspendEngagement', { engagementId, reason: 'To be looked at.' });
  await graph.join(id.director, sides[0]);
  const resumed = await told(graph.steppedUp(officer), 'resumeEngagement', { engagementId, reason: 'Looked at.' });
  expect(resumed['code']).toBe('RULE_BLOCKED');
  expect(refusals(resumed)).toContain('engagement.sides');
});

test('a manager of another MSO is on the other side of nothing here', async () => {
  await graph.join(id.director, { role: 'MSO_MANAGER', at: id.otherMso });
  expect((await told(graph.as(officer), 'proposeEngagement', terms))['code']).toBeUndefined();
});
