import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { clinics, digest, id, NOW, stored, writeAuthority } from './authority.ts';
import { acts, actId, agreed, director, elsewhere, examining, nurse, officer, tell, writeActs } from './delegation-verbs.ts';
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
const actions = async () =>
  (await graph.owner.auditEvent.findMany({ where: { kind: 'CHANGE' }, orderBy: { action: 'asc' } })).map(({ action }) => action);

async function drafted(): Promise<string> {
  const answer = await tell(graph.as(officer), 'draftAgreement', agreed);
  expect(answer).toMatchObject({ __typename: 'CollaborativeAgreement', status: 'DRAFT' });
  return answer['id'] as string;
}

async function signed(): Promise<string> {
  const agreementId = await drafted();
  expect(await tell(director(graph), 'signAgreement', { agreementId, digest })).toMatchObject({ status: 'DRAFT' });
  expect(await tell(assistant(), 'signAgreement', { agreementId, digest })).toMatchObject({ status: 'ACTIVE' });
  return agreementId;
}

test('an agreement is drafted for a clinic, in force by both signatures, filed, and met under', async () => {
  const agreementId = await drafted();
  expect(await tell(director(graph), 'signAgreement', { agreementId, digest })).toEqual({
    ...{ __typename: 'CollaborativeAgreement', id: agreementId, status: 'DRAFT' },
    ...{ supervisorSignedAt: '2026-12-01T15:00:00.000Z', superviseeSignedAt: null },
  });
  expect(await tell(assistant(), 'signAgreement', { agreementId, digest })).toMatchObject({ status: 'ACTIVE' });
  const filing = { agreementId, filingNumber: 'TMB-4471', filedOn: '2026-12-01' };
  expect(await tell(graph.as(officer), 'fileAgreement', filing)).toMatchObject({ filingNumber: 'TMB-4471', filedOn: '2026-12-01' });
  expect(await tell(graph.as(officer), 'fileAgreement', filing)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'FILED' });
  graph.setNow('2026-12-10T15:00:00Z');
  expect(await tell(assistant(), 'recordSupervision', { agreementId, kind: 'MEETING', heldOn: '2026-12-09', minutes: 45 })).toEqual({
    ...{ __typename: 'SupervisionEvent', kind: 'MEETING', heldOn: '2026-12-09', minutes: 45 },
    agreement: { supervisionDueOn: '2027-01-08', supervisionOverdue: false },
  });
  const { data } = await assistant().ask(`{ practitioner(id: "${actId.assistant}") {
    agreements { id status supervisionEvents { kind } } supervises { id } } }`);
  expect(data).toEqual({
    practitioner: { agreements: [{ id: agreementId, status: 'ACTIVE', supervisionEvents: [{ kind: 'MEETING' }] }], supervises: [] },
  });
  expect(await actions()).toEqual(['agreement.drafted', 'agreement.filed', 'agreement.signed', 'agreement.signed', 'supervision.recorded']);
});

test('the log is compared with the cadence: the day after the last one they are overdue', async () => {
  const agreementId = await signed();
  const overdue = async () =>
    (await director(graph).ask(`{ practitioner(id: "${id.director}") { supervises { id supervisionDueOn supervisionOverdue } } }`)).data;
  const legacy = { id: id.agreement, supervisionDueOn: null, supervisionOverdue: null };
  const mine = (supervisionOverdue: boolean) => ({
    practitioner: { supervises: [legacy, { id: agreementId, supervisionDueOn: '2026-12-31', supervisionOverdue }] },
  });
  graph.setNow('2026-12-31T15:00:00Z');
  expect(await overdue()).toEqual(mine(false));
  graph.setNow('2027-01-01T15:00:00Z');
  expect(await overdue()).toEqual(mine(true));
});

test('it is suspended by itself while one side’s licence is not good', async () => {
  await signed();
  const status = async () => {
    const { data } = await assistant().ask(`{ practitioner(id: "${actId.assistant}") { agreements { status } } }`);
    return data?.['practitioner'];
  };
  expect(await status()).toEqual({ agreements: [{ status: 'ACTIVE' }] });
  await graph.owner.license.update({ where: { id: stored.license }, data: { status: 'SUSPENDED' } });
  expect(await status()).toEqual({ agreements: [{ status: 'SUSPENDED' }] });
  await graph.owner.license.update({ where: { id: stored.license }, data: { status: 'ACTIVE' } });
  expect(await status()).toEqual({ agreements: [{ status: 'ACTIVE' }] });
});

test('either side ends it at once, and so do those who keep the clinic’s agreements; once', async () => {
  const agreementId = await signed();
  const end = (who: Parameters<typeof tell>[0]) => tell(who, 'terminateAgreement', { agreementId, reason: 'Moves to another state.' });
  expect(await end(nurse(graph))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await end(graph.as(elsewhere))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await end(graph.as({ role: 'MSO_MANAGER', at: id.mso }))).toMatchObject({ code: 'FORBIDDEN' });
  expect(await end(assistant())).toEqual({
    ...{ __typename: 'CollaborativeAgreement', id: agreementId, status: 'TERMINATED', terminatedAt: '2026-12-01T15:00:00.000Z' },
    terminationReason: 'Moves to another state.',
  });
  expect(await end(graph.as(officer))).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'TERMINATED' });
  expect(await tell(director(graph), 'signAgreement', { agreementId, digest })).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const facts = await graph.service.ask(`{ practitionerFacts(id: "${actId.assistant}") { agreements { status } } }`);
  expect(facts.data).toEqual({ practitionerFacts: { agreements: [{ status: 'TERMINATED' }] } });
});

test('an agreement from before signatures were kept is ended by those who keep the clinic’s', async () => {
  expect(
    await tell(graph.as(officer), 'terminateAgreement', { agreementId: id.agreement, reason: 'Replaced by a written one.' }),
  ).toMatchObject({ status: 'TERMINATED' });
});

describe('a signature', () => {
  test('is one’s own, with a second factor, over the text that was drafted, once, and no one else’s', async () => {
    const agreementId = await drafted();
    const sign = (who: Parameters<typeof tell>[0], of = digest) => tell(who, 'signAgreement', { agreementId, digest: of });
    expect(await sign(graph.as(officer))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await sign(nurse(graph))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await sign(director(graph), 'f'.repeat(64))).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.digest' }] });
    expect(await sign(director(graph))).toMatchObject({ status: 'DRAFT' });
    expect(await sign(director(graph))).toMatchObject({ code: 'CONFLICT' });
    expect(await graph.owner.collaborativeAgreement.findUnique({ where: { id: stored.agreement } })).toMatchObject({ status: 'ACTIVE' });
  });

  test('is refused while a licence in the state is not good, or to an agreement that is over', async () => {
    const agreementId = await drafted();
    await graph.owner.license.update({ where: { id: acts.assistantLicense }, data: { status: 'SUSPENDED' } });
    const blocked = (await tell(assistant(), 'signAgreement', { agreementId, digest })) as { rules: { id: string; outcome: string }[] };
    expect(blocked.rules.filter(({ outcome }) => outcome !== 'PASS')).toEqual([{ id: 'licence.supervisee', outcome: 'FAIL' }]);
    graph.setNow('2027-12-01T15:00:00Z');
    expect(await tell(assistant(), 'signAgreement', { agreementId, digest })).toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      from: 'EXPIRED',
    });
  });

  test('of a physician who supervises as many as the state lets one is refused, those who have not signed yet included', async () => {
    const agreementId = await drafted();
    const others = Array.from({ length: 6 }, (_, n) => n);
    await graph.owner.practitioner.createMany({
      data: others.map((n) => ({
        ...{ id: `01980000-0000-7000-8000-00000000090${n}`, npi: `100300020${n}`, credential: n % 2 ? 'PA' : 'NP' },
        ...{ givenName: 'A', familyName: `B${n}`, displayName: `A B${n}` },
      })),
    });
    await graph.owner.collaborativeAgreement.createMany({
      data: others.map((n) => ({
        ...{ id: `01980000-0000-7000-8000-00000000091${n}`, superviseeId: `01980000-0000-7000-8000-00000000090${n}` },
        ...{ supervisorId: stored.director, state: 'TX', startsOn: day('2026-01-01'), endsOn: day('2027-01-01') },
        ...(n === 0 ? { status: 'DRAFT', supervisorSignedAt: new Date(NOW) } : { status: 'ACTIVE' }),
      })),
    });
    const blocked = (await tell(director(graph), 'signAgreement', { agreementId, digest })) as { rules: { id: string; outcome: string }[] };
    expect(blocked.rules.filter(({ outcome }) => outcome !== 'PASS')).toEqual([{ id: 'TX.md.ratio', outcome: 'FAIL' }]);
    const one = toId('collaborativeAgreement', '01980000-0000-7000-8000-000000000910');
    expect(await tell(director(graph), 'terminateAgreement', { agreementId: one, reason: 'Makes room.' })).toMatchObject({
      status: 'TERMINATED',
    });
    expect(await tell(director(graph), 'signAgreement', { agreementId, digest })).toMatchObject({ status: 'DRAFT' });
  });
});

test('no agreement turns supervision round, ends before it begins, overlaps another or is about people of another clinic', async () => {
  const draft = (change: object, who = graph.as(officer)) => tell(who, 'draftAgreement', { ...agreed, ...change });
  const paths = async (change: object) => ((await draft(change))['issues'] as { path: string }[]).map(({ path }) => path);
  expect(await paths({ supervisorId: actId.assistant, superviseeId: id.director })).toEqual(['input.supervisorId', 'input.superviseeId']);
  expect(await paths({ startsOn: '2027-12-02', endsOn: '2027-12-30' })).toEqual(['input.startsOn']);
  expect(await draft({ clinicId: toId('clinic', stored.entity) })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await paths({ endsOn: '2026-11-30' })).toEqual(['input.endsOn']);
  expect(await paths({ endsOn: '2027-12-02' })).toEqual(['input.endsOn']);
  expect(await paths({ startsOn: '2026-11-30' })).toEqual(['input.startsOn']);
  expect(await paths({ superviseeId: id.nurse })).toEqual(['input.startsOn']);
  expect(await paths({ cadenceDays: 0 })).toEqual(['input.cadenceDays']);
  expect(await paths({ digest: 'F'.repeat(64) })).toEqual(['input.digest']);
  for (const change of [{ superviseeId: id.stranger }, { supervisorId: id.stranger }, { clinicId: id.denver }, { clinicId: id.noClinic }])
    expect(await draft(change)).toEqual({ __typename: 'NotFound', code: 'NOT_FOUND' });
  expect(await draft({}, graph.as(elsewhere))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await draft({}, nurse(graph))).toMatchObject({ code: 'FORBIDDEN' });
  expect(await graph.owner.collaborativeAgreement.count()).toBe(1);
});

test('supervision does not come back to where it began, over one agreement or several', async () => {
  const draft = (change: object) => tell(graph.as(officer), 'draftAgreement', { ...agreed, ...change });
  expect(await draft({ superviseeId: id.director })).toMatchObject({ code: 'CIRCULAR_SUPERVISION', practitionerIds: [id.director] });
  await drafted();
  expect(await draft({ supervisorId: actId.assistant, superviseeId: id.director })).toMatchObject({
    ...{ code: 'CIRCULAR_SUPERVISION', practitionerIds: [id.director, actId.assistant] },
  });
  const chain = { ...(await graph.owner.collaborativeAgreement.findUniqueOrThrow({ where: { id: stored.agreement } })), endsOn: null };
  await graph.owner.collaborativeAgreement.create({
    data: { ...chain, id: '01980000-0000-7000-8000-000000000698', supervisorId: acts.assistant, superviseeId: stored.stranger },
  });
  await graph.join(id.stranger, examining);
  expect(await draft({ supervisorId: id.stranger, superviseeId: id.director })).toMatchObject({
    practitionerIds: [id.director, actId.assistant, id.stranger],
  });
});

test('two drafts of the same two at once give one agreement', async () => {
  await tell(graph.as(officer), 'draftAgreement', { ...agreed, cadenceDays: 0 });
  const answers = await Promise.all([1, 2, 3].map(() => tell(graph.as(officer), 'draftAgreement', agreed)));
  expect(answers.map((answer) => answer['__typename']).toSorted()).toEqual(['CollaborativeAgreement', 'InvalidInput', 'InvalidInput']);
});

test('an agreement begins with its second signature, and so do the days until they meet', async () => {
  const agreementId = await drafted();
  await tell(director(graph), 'signAgreement', { agreementId, digest });
  graph.setNow('2026-12-12T15:00:00Z');
  await tell(assistant(), 'signAgreement', { agreementId, digest });
  const facts = await graph.service.ask(`{ practitionerFacts(id: "${actId.assistant}") { agreements { status startsOn } } }`);
  expect(facts.data).toEqual({ practitionerFacts: { agreements: [{ status: 'ACTIVE', startsOn: '2026-12-12' }] } });
  const met = { agreementId, kind: 'MEETING', heldOn: '2026-12-05', minutes: 30 };
  expect(await tell(assistant(), 'recordSupervision', met)).toMatchObject({ issues: [{ path: 'input.heldOn' }] });
});

test('later with a meeting than the grace allows, it carries nothing for its neighbours until they have met', async () => {
  const agreementId = await signed();
  const told = async () => {
    const { data } = await graph.service.ask(`{ practitionerFacts(id: "${actId.assistant}") { agreements { status } } }`);
    return (data?.['practitionerFacts'] as { agreements: { status: string }[] } | undefined)?.agreements.map(({ status }) => status);
  };
  graph.setNow('2027-01-14T15:00:00Z');
  expect(await told()).toEqual(['ACTIVE']);
  graph.setNow('2027-01-15T00:00:00Z');
  expect(await told()).toEqual(['SUSPENDED']);
  await tell(director(graph), 'recordSupervision', { agreementId, kind: 'CONSULT', heldOn: '2027-01-15', minutes: 20 });
  expect(await told()).toEqual(['ACTIVE']);
});

describe('a renewal', () => {
  const renew = (agreementId: string, change: object = {}, who = graph.as(officer)) =>
    tell(who, 'renewAgreement', { agreementId, endsOn: '2028-11-30', cadenceDays: 60, digest: 'e'.repeat(64), ...change });

  test('is another term of the same two, from the day after, and signed by both again', async () => {
    const agreementId = await signed();
    const renewal = await renew(agreementId);
    expect(renewal).toMatchObject({
      ...{ status: 'DRAFT', state: 'TX', startsOn: '2027-12-01', endsOn: '2028-11-30', cadenceDays: 60, follows: { id: agreementId } },
    });
    const signing = { agreementId: renewal['id'], digest: 'e'.repeat(64) };
    expect(await tell(director(graph), 'signAgreement', signing)).toMatchObject({ status: 'DRAFT' });
    expect(await tell(assistant(), 'signAgreement', signing)).toMatchObject({ status: 'ACTIVE' });
    expect(await renew(agreementId)).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.agreementId' }] });
  });
  test('of one that is over begins today', async () => {
    const agreementId = await signed();
    graph.setNow('2027-12-24T15:00:00Z');
    expect(await renew(agreementId)).toMatchObject({ status: 'DRAFT', startsOn: '2027-12-24' });
  });
  test('is for what both had signed and nobody ended, by who keeps it', async () => {
    const agreementId = await drafted();
    expect(await renew(agreementId)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'DRAFT', to: 'RENEWED' });
    expect(await renew(agreementId, {}, graph.as(elsewhere))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await renew(agreementId, {}, nurse(graph))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await renew(agreementId, { digest: 'x' })).toMatchObject({ code: 'INVALID_INPUT' });
  });
});

test('nobody but the clinic it was drafted for files or ends an agreement, wherever the two work besides', async () => {
  const agreementId = await signed();
  await graph.join(actId.assistant, { role: 'EXAMINER', at: id.denver });
  const denver = graph.as(elsewhere);
  expect(await tell(denver, 'terminateAgreement', { agreementId, reason: 'Not ours.' })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await tell(denver, 'fileAgreement', { agreementId, filingNumber: 'bogus', filedOn: '2026-12-01' })).toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await tell(denver, 'renewAgreement', { agreementId, endsOn: '2028-11-30', cadenceDays: 30, digest })).toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('what took place is recorded by the two themselves, soon, and within the agreement', async () => {
  const agreementId = await drafted();
  const record = (change: object, who = director(graph)) =>
    tell(who, 'recordSupervision', { agreementId, kind: 'SITE_VISIT', heldOn: '2026-12-01', minutes: 30, ...change });
  expect(await record({})).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'DRAFT' });
  for (const who of [director(graph), assistant()]) await tell(who, 'signAgreement', { agreementId, digest });
  const refused = async (change: object) => ((await record(change))['issues'] as { path: string }[]).map(({ path }) => path);
  expect(await refused({ heldOn: '2026-12-02' })).toEqual(['input.heldOn']);
  expect(await refused({ heldOn: '2026-11-30' })).toEqual(['input.heldOn']);
  expect(await refused({ minutes: 0 })).toEqual(['input.minutes']);
  expect(await record({}, nurse(graph))).toMatchObject({ code: 'NOT_FOUND' });
  expect(
    await tell(graph.as(officer), 'recordSupervision', { agreementId, kind: 'CONSULT', heldOn: '2026-12-01', minutes: 5 }),
  ).toMatchObject({
    code: 'FORBIDDEN',
  });
  expect(await record({})).toMatchObject({ kind: 'SITE_VISIT' });
  graph.setNow('2027-02-01T15:00:00Z');
  expect(await refused({ heldOn: '2026-12-31' })).toEqual(['input.heldOn']);
});
