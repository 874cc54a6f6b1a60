import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { austin, sendOrder, signOrder } from '../prescriptions/order-desk.ts';
import {
  type ControlledDesk,
  controlledDesk,
  grant,
  openRules,
  propose,
  recordCheck,
  recordEvaluation,
  revoke,
  signControlled,
  signer,
  withdrawEvaluation,
} from '../prescriptions/controlled-desk.ts';
import { subgraphNames } from '#kernel/names.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { type Data, type TestGraph, testGraph } from '../support/graph.ts';

/**
 * Testosterone for a patient who was examined by live video. While the federal flexibility holds, it is signed; from 2027-01-01 it takes an
 * evaluation in person. Before each: a query of the monitoring program, access that two people granted, a review, and two factors for that one signature.
 */
let graph: TestGraph;
let desk: ControlledDesk;
const open = (answer: Data): string[] =>
  answer.rules.filter(({ outcome }: Data) => outcome !== 'PASS').map(({ id, outcome }: Data) => `${id} ${outcome}`);
const about = { clinicId: austin, practitionerId: signer };
const evaluated = { evaluatedOn: '2027-01-02', state: 'TX', place: 'The clinic, room 2', evidenceDigest: 'e'.repeat(64) };
let orderId = '';

beforeAll(async () => {
  graph = await testGraph();
  desk = await controlledDesk(graph);
  graph.clock.set(new Date('2026-12-30T18:00:00Z'));
  await desk.lookUpLicences();
  orderId = await desk.draftTestosterone();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const sign = async (id: string, secondsAgo: number, changes: object = {}, amr?: readonly string[]): Promise<Data> => {
  const reviewDigest = (await desk.review(id))?.digest ?? 'f'.repeat(64);
  const prover = await desk.prover(secondsAgo, amr);
  return (await prover.ask(signControlled, { input: { orderId: id, reviewDigest, readyToSign: true, ...changes } })).data
    .signControlledOrder;
};

describe('before the flexibility ends', () => {
  test('a draft says what is still missing: a query of the program, and who may sign', async () => {
    expect(await openRules(desk, orderId)).toEqual(['pdmp.query UNKNOWN', 'US.controlled.signing FAIL']);
  });

  test('access takes two people, of whom the second is a registrant and not the first', async () => {
    const director = await graph.as('director', { stepUp: true });
    const officer = await graph.as('compliance', { stepUp: true });
    const alone = (await director.ask(grant, { input: about })).data.grantControlledSigning;
    expect(alone).toMatchObject({ __typename: 'IllegalTransition', from: 'none', to: 'GRANTED' });
    const unchecked = (await officer.ask(propose, { input: { ...about, authorityVerified: false } })).data.proposeControlledSigning;
    expect(unchecked).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: 'input.authorityVerified' }] });
    const also = { role: 'COMPLIANCE_OFFICER', at: placeTypeId('entity-a1') };
    await graph.sql(`insert into clinics.membership (id, sub, role, at, starts_at) values ($1, $2, $3, $4, now() - interval '1 day')`, [
      ...[randomUUID(), signer, also.role, also.at],
    ]);
    for (const name of subgraphNames) await graph.running[name].refreshTenancy();
    const both = { sub: signer, name: 'Prescriber and officer', grants: [also] };
    const self = await (await graph.asSomeone(both, { stepUp: true })).ask(propose, { input: { ...about, authorityVerified: true } });
    expect(open(self.data.proposeControlledSigning)).toEqual(['controlled.access.ownProposal FAIL']);
    await officer.get(propose, { input: { ...about, authorityVerified: true } });
    const own = (await (await desk.prover(240)).ask(grant, { input: about })).data.grantControlledSigning;
    expect(open(own)).toEqual(['controlled.access.fourEyes FAIL']);
    const granted = (await director.ask(grant, { input: about })).data.grantControlledSigning;
    expect(granted).toMatchObject({ status: 'GRANTED', position: 2, takenByName: expect.stringContaining('Ashgrove') });
    expect(await openRules(desk, orderId)).toEqual(['pdmp.query UNKNOWN']);
  });

  test('a query that failed blocks until it says why it may go on; one that came lets it pass', async () => {
    const record = async (changes: object) =>
      (await desk.prescriber.ask(recordCheck, { input: desk.checkInput(orderId, changes) })).data.recordPdmpCheck;
    const failed = { outcome: 'FAILED', patientMatch: 'NONE', resultReference: null };
    expect(await record({ ...failed, resultReference: 'X' })).toMatchObject({ issues: [{ path: 'input.resultReference' }] });
    expect(await record({ resultReference: null })).toMatchObject({ issues: [{ path: 'input.resultReference' }] });
    expect(await record({ patientMatch: 'NONE' })).toMatchObject({ issues: [{ path: 'input.patientMatch' }] });
    expect(await record({ checkedAt: '2026-12-30T18:30:00Z' })).toMatchObject({ issues: [{ path: 'input.checkedAt' }] });
    expect(await record({ ...failed, checkedAt: '2026-12-30T16:00:00Z' })).toMatchObject({ __typename: 'PdmpCheck', outcome: 'FAILED' });
    expect(await openRules(desk, orderId)).toEqual(['pdmp.query FAIL']);
    await record({ ...failed, checkedAt: '2026-12-30T16:30:00Z', outageReason: 'The program is down since the morning.' });
    expect(await openRules(desk, orderId)).toEqual([]);
    await record({});
    expect(await openRules(desk, orderId)).toEqual([]);
  });

  test('the review shows what a prescription must say, and a front desk none of it', async () => {
    expect(await desk.review(orderId)).toMatchObject({
      dateOfIssue: '2026-12-30',
      drugName: expect.stringContaining('Testosterone'),
      strengths: ['Testosterone cypionate 200 mg/mL'],
      refills: 1,
      schedule: 'III',
      prescriberName: expect.stringContaining('Quintero'),
      deaNumber: expect.stringMatching(/^[BF][A-Z]\d{7}$/),
      statement: expect.stringContaining('two factors'),
    });
  });

  test('it is signed by its own command, as reviewed, with two factors for it alone', async () => {
    const plainly = (await desk.prescriber.ask(signOrder, { input: { orderId } })).data.signOrder;
    expect(open(plainly)).toEqual(['controlled.ownCommand FAIL']);
    expect(await sign(orderId, 200, { readyToSign: false })).toMatchObject({ issues: [{ path: 'input.readyToSign' }] });
    expect(await sign(orderId, 200, { reviewDigest: 'f'.repeat(64) })).toMatchObject({ code: 'CONFLICT' });
    expect(open(await sign(orderId, 200, {}, ['pwd', 'sms']))).toEqual(['US.controlled.signing-factors FAIL']);
    vi.stubEnv('TIME_SOURCE_URL', 'https://127.0.0.1:9/');
    expect(open(await sign(orderId, 200))).toEqual(['US.controlled.signing-clock UNKNOWN']);
    vi.unstubAllEnvs();
    expect(await sign(orderId, 200)).toMatchObject({ __typename: 'Order', status: 'SIGNED' });
    const [row] = await graph.sql<{ document: string }>(
      'select document from prescriptions."order" where digest is not null and document like $1',
      [`%${orderId}%`],
    );
    expect(JSON.parse(row?.document ?? '{}').controlled).toMatchObject({
      schedule: 'III',
      dea: { state: 'TX' },
      basis: { kind: 'TELEMEDICINE', ruleId: 'US.controlled.telemedicine', citation: '90 FR 61301; 21 CFR 1307.41' },
    });
  });

  test('the same proof signs no second one, nor does an earlier one', async () => {
    const second = await desk.draftTestosterone();
    await desk.prescriber.get(recordCheck, { input: desk.checkInput(second) });
    expect(await sign(second, 230)).toMatchObject({ code: 'STEP_UP_REQUIRED' });
    expect(await sign(second, 100)).toMatchObject({ status: 'SIGNED' });
  });

  test('it is not sent from a deployment without a certified application', async () => {
    const refused = (await desk.prescriber.ask(sendOrder, { input: { orderId } })).data.sendOrder;
    expect(open(refused)).toEqual(['controlled.transmission FAIL']);
    expect(refused.rules.find(({ id }: Data) => id === 'controlled.transmission')).toMatchObject({
      citation: '21 CFR 1311.300',
      remedy: expect.stringContaining('EPCS_CERTIFIED'),
    });
  });
});

describe('after it has ended', () => {
  let late = '';
  beforeAll(async () => {
    graph.clock.set(new Date('2027-01-02T18:00:00Z'));
    await desk.lookUpLicences();
    late = await desk.draftTestosterone();
    await desk.prescriber.get(recordCheck, { input: desk.checkInput(late) });
  });

  test('nothing is signed on video alone', async () => {
    expect(open(await sign(late, 60))).toEqual(['US.controlled.telemedicine UNKNOWN']);
  });

  test('nor on an evaluation by somebody else, or one that was taken back', async () => {
    const record = async (who: string, changes: object = {}) =>
      (await graph.as(who, { stepUp: true })).get(recordEvaluation, { input: { patientId: desk.patientId, ...evaluated, ...changes } });
    await record('examiner');
    // What an examiner writes down of the prescriber is not the prescriber's word.
    await record('examiner', { evaluatorId: signer });
    expect(await openRules(desk, late)).toEqual(['US.controlled.telemedicine UNKNOWN']);
    const { recordInPersonEvaluation } = await record('prescriber');
    expect(await openRules(desk, late)).toEqual([]);
    await desk.prescriber.get(withdrawEvaluation, { input: { evaluationId: recordInPersonEvaluation.id, reason: 'WRONG_DAY' } });
    expect(await openRules(desk, late)).toEqual(['US.controlled.telemedicine UNKNOWN']);
    const future = await desk.prescriber.ask(recordEvaluation, {
      input: { patientId: desk.patientId, ...evaluated, evaluatedOn: '2027-01-03' },
    });
    expect(future.data.recordInPersonEvaluation).toMatchObject({ issues: [{ path: 'input.evaluatedOn' }] });
  });

  test('but on the prescriber’s own evaluation in person', async () => {
    await desk.prescriber.get(recordEvaluation, { input: { patientId: desk.patientId, ...evaluated } });
    expect(await sign(late, 30)).toMatchObject({ status: 'SIGNED' });
  });

  test('and not once access is revoked, which one person can do', async () => {
    const next = await desk.draftTestosterone();
    await desk.prescriber.get(recordEvaluation, { input: { patientId: desk.patientId, ...evaluated } });
    await desk.prescriber.get(recordCheck, { input: desk.checkInput(next) });
    const officer = await graph.as('compliance', { stepUp: true });
    expect((await officer.get(revoke, { input: { ...about, reason: 'LOST' } })).revokeControlledSigning).toMatchObject({
      status: 'REVOKED',
      position: 3,
    });
    expect(open(await sign(next, 0))).toEqual(['US.controlled.signing FAIL']);
  });

  test('the month before is logged to whom it was signed for, once, by count and digest', async () => {
    const run = async () => {
      const id = randomUUID();
      await graph.sql(`select prescriptions.enqueue('log-controlled-signings', $1)`, [id]);
      const waits = () => graph.sql('select 1 from prescriptions_jobs._private_jobs where key = $1', [`log-controlled-signings:${id}`]);
      await vi.waitFor(async () => expect(await waits()).toEqual([]), { timeout: 60_000, interval: 100 });
    };
    const logOf = async (who: string): Promise<Data> =>
      (
        await (
          await graph.as(who)
        ).get(
          `{ controlledSigningLog(month: "2026-12") { month signings { order { id } schedule basis factors signedAt } made { clinicId signings digest } } }`,
        )
      ).controlledSigningLog;
    await run();
    await run();
    const { month, signings, made } = await logOf('prescriber');
    expect(month).toBe('2026-12');
    expect(signings).toMatchObject([
      { order: { id: orderId }, schedule: 'III', basis: 'TELEMEDICINE', factors: ['pwd', 'otp'] },
      { order: { id: expect.any(String) }, schedule: 'III', basis: 'TELEMEDICINE', factors: ['pwd', 'otp'] },
    ]);
    expect(made).toEqual([{ clinicId: austin, signings: 2, digest: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    const director = await (await graph.as('director')).ask('{ controlledSigningLog(month: "2026-12") { month } }');
    expect(director.errors.map(({ code }) => code)).toEqual(['FORBIDDEN']);
    const told = await graph.sql<{ payload: Data }>(
      `select payload from prescriptions.outbox_event where topic = 'controlled-signing-log'`,
    );
    expect(told.map(({ payload }) => payload)).toEqual([
      { practitionerId: signer, clinicId: austin, month: '2026-12', signings: 2, digest: made[0].digest },
    ]);
    const wrong = await (await graph.as('prescriber')).ask('{ controlledSigningLog(month: "2026-13") { month } }');
    expect(wrong.errors.map(({ code }) => code)).toEqual(['INVALID_INPUT']);
  });

  test('the report tells all of it without a patient or a drug', async () => {
    const officer = await graph.as('compliance');
    const { controlledAuditReport: report } = await officer.get(
      `query ($clinicId: ID!) { controlledAuditReport(clinicId: $clinicId, from: "2027-01-02", to: "2027-01-02") { digest events { at kind actor subjectId outcome } } }`,
      { clinicId: austin },
    );
    expect(report.events.map(({ kind }: Data) => kind)).toEqual(
      expect.arrayContaining(['PDMP_CHECKED', 'EVALUATION_RECORDED', 'EVALUATION_WITHDRAWN', 'SIGNED', 'ACCESS_REVOKED', 'REFUSED']),
    );
    expect(JSON.stringify(report)).not.toMatch(/testosterone|pat_|AWARXE/i);
  });
});
