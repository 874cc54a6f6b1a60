import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clinics, digest, id, NOW, stored, writeAuthority } from './authority.ts';
import { actId, agreed, director, examining, officer, tell, writeActs } from './delegation-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  await writeActs(graph);
});
afterEach(() => graph?.stop());

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const assistant = () => graph.person(actId.assistant, examining);
const drafted = async () => (await tell(graph.as(officer), 'draftAgreement', agreed))['id'] as string;

async function signed(): Promise<string> {
  const agreementId = await drafted();
  for (const who of [director(graph), assistant()]) await tell(who, 'signAgreement', { agreementId, digest });
  return agreementId;
}

describe('the physician of an agreement that was drafted for a clinic', () => {
  const told = async (who: string = actId.assistant) => {
    const { data } = await graph.service.ask(`{ practitionerFacts(id: "${who}") { agreements { status } } }`);
    return (data?.['practitionerFacts'] as { agreements: { status: string }[] } | undefined)?.agreements.map(({ status }) => status);
  };
  const engagement = (data: object) => graph.owner.engagement.update({ where: { id: stored.engagement }, data });

  test.each<[string, object]>([
    ['is suspended', { status: 'SUSPENDED' }],
    ['is over', { endsOn: day('2026-11-30') }],
    ['is out of force for a review of charts that was missed', { auditDueOn: day('2026-11-01') }],
  ])('carries it no longer once their engagement there %s, and again when it is in force', async (_what, change) => {
    await signed();
    expect(await told()).toEqual(['ACTIVE']);
    await engagement(change);
    expect(await told()).toEqual(['SUSPENDED']);
    const { data } = await assistant().ask(`{ practitioner(id: "${actId.assistant}") { agreements { status } } }`);
    expect(data?.['practitioner']).toEqual({ agreements: [{ status: 'SUSPENDED' }] });
    // One from before clinics were recorded goes on.
    expect(await told(id.nurse)).toEqual(['ACTIVE']);
    await engagement({ status: 'ACTIVE', endsOn: null, auditDueOn: null });
    expect(await told()).toEqual(['ACTIVE']);
  });
  test('who never was engaged there carries it by their membership alone', async () => {
    await signed();
    await graph.owner.engagement.deleteMany({ where: { id: stored.engagement } });
    await graph.owner.tenancyMembership.deleteMany({ where: { sub: id.director } });
    expect(await told()).toEqual(['SUSPENDED']);
    await graph.join(id.director, { role: 'PRESCRIBER', at: id.austin });
    expect(await told()).toEqual(['ACTIVE']);
  });
  test('signs, renews and is signed with only while they stay there', async () => {
    const agreementId = await drafted();
    await tell(director(graph), 'signAgreement', { agreementId, digest });
    await engagement({ status: 'ENDING', endsOn: day('2026-12-05') });
    graph.setNow('2026-12-06T15:00:00Z');
    expect(await tell(assistant(), 'signAgreement', { agreementId, digest })).toMatchObject({
      ...{ code: 'INVALID_INPUT', issues: [{ path: 'input.agreementId' }] },
    });
    await engagement({ endsOn: day('2027-12-01') });
    expect(await tell(assistant(), 'signAgreement', { agreementId, digest })).toMatchObject({ status: 'ACTIVE' });
    const renewal = { agreementId, endsOn: '2028-11-30', cadenceDays: 60, digest };
    await engagement({ endsOn: day('2027-11-30') });
    expect(await tell(graph.as(officer), 'renewAgreement', renewal)).toMatchObject({ issues: [{ path: 'input.agreementId' }] });
    await engagement({ endsOn: day('2027-12-01') });
    expect(await tell(graph.as(officer), 'renewAgreement', renewal)).toMatchObject({ status: 'DRAFT', startsOn: '2027-12-01' });
  });
  test('signs nothing with somebody who has left', async () => {
    const agreementId = await drafted();
    await tell(director(graph), 'signAgreement', { agreementId, digest: 'f'.repeat(64) });
    await graph.owner.tenancyMembership.deleteMany({ where: { sub: actId.assistant } });
    expect(await tell(director(graph), 'signAgreement', { agreementId, digest })).toMatchObject({
      ...{ code: 'INVALID_INPUT', issues: [{ path: 'input.agreementId' }] },
    });
  });
});
