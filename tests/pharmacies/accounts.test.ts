import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { type Asker, CLAIM, supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { public_, uuid } from './supply-world.ts';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

const refusal =
  '__typename ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome } }';
const whole = '... on ClinicPharmacyAccount { id status reasonCode reason }';

// biome-ignore lint/suspicious/noExplicitAny: a test names the fields it asked for
async function say(who: Asker, verb: string, input: Record<string, unknown>, selection = whole): Promise<any> {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  const { data, errors } = await who.ask(`mutation ($input: ${type}!) { ${verb}(input: $input) { ${refusal} ${selection} } }`, { input });
  if (errors.length > 0) throw new Error(errors.join());
  return data[verb];
}

const application = (over: Record<string, unknown> = {}) => ({
  ...{ pharmacyId: public_.pharmacy, clinicId: public_.clinic, responsiblePhysicianId: public_.prescriber },
  answers: [{ code: 'CLINIC_LICENSE', answer: 'On file with the board under 4711.' }],
  ...over,
});

test('a clinic applies with what the pharmacy asks for, is refused with a reason it sees, and applies again', async () => {
  const requirements = [
    { code: 'CLINIC_LICENSE', text: 'The number of the clinic’s licence.' },
    { code: 'HOURS', text: 'When parcels are received.', required: false },
  ];
  const set = { pharmacyId: public_.pharmacy, requirements };
  const asked = '... on Pharmacy { accountRequirements { code required } }';
  expect(await say(graph.facilityCompliance, 'setAccountRequirements', set, asked)).toEqual({
    __typename: 'Pharmacy',
    accountRequirements: [
      { code: 'CLINIC_LICENSE', required: true },
      { code: 'HOURS', required: false },
    ],
  });
  expect(await say(graph.director, 'applyForAccount', application({ answers: [] }))).toMatchObject({
    issues: [{ path: 'input.answers', message: 'The pharmacy asks for CLINIC_LICENSE.' }],
  });
  expect(await say(graph.director, 'applyForAccount', application({ answers: [{ code: 'SHOE_SIZE', answer: '42' }] }))).toMatchObject({
    issues: [{ path: 'input.answers.0.code' }, { path: 'input.answers' }],
  });
  const applied = await say(graph.director, 'applyForAccount', application());
  expect(applied).toMatchObject({ __typename: 'ClinicPharmacyAccount', status: 'APPLIED', reasonCode: null });
  expect(await say(graph.director, 'applyForAccount', application())).toMatchObject({ __typename: 'IllegalTransition' });

  const decide = (over: Record<string, unknown>) => ({ accountId: applied.id, ...over });
  expect(await say(graph.pharmacist, 'decideAccount', decide({ decision: 'REFUSED' }))).toMatchObject({
    issues: [{ path: 'input.reasonCode' }, { path: 'input.reason' }],
  });
  const why = { reasonCode: 'STATE_NOT_SERVED', reason: 'We do not ship there yet.' };
  expect(await say(graph.pharmacist, 'decideAccount', decide({ decision: 'REFUSED', ...why }))).toMatchObject({
    status: 'REFUSED',
    ...why,
  });

  const MINE = `query ($clinic: ID!) { clinicAccounts(clinicId: $clinic) {
    status reasonCode reason responsiblePhysicianId answers { code answer } steps { status reasonCode reason } } }`;
  expect((await graph.frontDesk.ask(MINE, { clinic: public_.clinic })).data.clinicAccounts).toEqual([
    {
      ...{ status: 'REFUSED', ...why, responsiblePhysicianId: public_.prescriber },
      answers: [{ code: 'CLINIC_LICENSE', answer: 'On file with the board under 4711.' }],
      steps: [
        { status: 'APPLIED', reasonCode: null, reason: null },
        { status: 'REFUSED', ...why },
      ],
    },
  ]);
  expect((await graph.otherDesk.ask(MINE, { clinic: public_.clinic })).errors).toEqual(['clinicAccounts NOT_FOUND']);
  expect(await say(graph.director, 'applyForAccount', application())).toMatchObject({ status: 'APPLIED', id: applied.id });
  expect(await say(graph.otherPharmacist, 'decideAccount', decide({ decision: 'APPROVED' }))).toMatchObject({ code: 'NOT_FOUND' });
  const more = { reasonCode: 'INFORMATION_MISSING', reason: 'Send the licence itself.' };
  expect(await say(graph.pharmacist, 'decideAccount', decide({ decision: 'INFO_REQUESTED', ...more }))).toMatchObject({
    status: 'INFO_REQUESTED',
  });
  expect(await say(graph.director, 'applyForAccount', application())).toMatchObject({ status: 'APPLIED' });
  expect(await say(graph.facilityCompliance, 'decideAccount', decide({ decision: 'APPROVED' }))).toMatchObject({
    status: 'APPROVED',
    reasonCode: null,
  });
});

async function blocking(orderId: string): Promise<string[]> {
  const { data } = await graph.pharmacist.ask(CLAIM, { input: { orderId } });
  return (data.claimOrder.rules ?? [])
    .filter(({ outcome }: { outcome: string }) => outcome !== 'PASS')
    .map(({ id, message }: { id: string; message: string }) => `${id}: ${message}`);
}

test('a suspended account takes no further orders, and one taken up again does', async () => {
  const { data } = await graph.pharmacist.ask('query ($id: ID!) { pharmacy(id: $id) { accounts(status: [APPROVED]) { nodes { id } } } }', {
    id: public_.pharmacy,
  });
  const accountId = data.pharmacy.accounts.nodes[0].id;
  const suspended = { accountId, decision: 'SUSPENDED', reasonCode: 'PAYMENT_OVERDUE', reason: 'Invoice 12 is overdue.' };
  expect(await say(graph.facilityCompliance, 'decideAccount', suspended)).toMatchObject({ status: 'SUSPENDED' });
  const orderId = await graph.arrived(1);
  expect(await blocking(orderId)).toEqual(['account.pharmacy: The clinic’s account with the pharmacy is SUSPENDED: PAYMENT_OVERDUE']);
  const told = await graph.service.ask(
    'query ($ids: [ID!]!, $clinics: [ID!]!) { pharmacyFacts(ids: $ids) { accountsOf(clinicIds: $clinics) { clinicId status reasonCode } } }',
    { ids: [public_.pharmacy], clinics: [public_.clinic, public_.otherClinic] },
  );
  expect(told.data.pharmacyFacts[0].accountsOf).toEqual([{ clinicId: public_.clinic, status: 'SUSPENDED', reasonCode: 'PAYMENT_OVERDUE' }]);
  expect(await say(graph.pharmacist, 'decideAccount', { accountId, decision: 'APPROVED' })).toMatchObject({
    status: 'APPROVED',
    reason: null,
  });
  expect(await blocking(orderId)).toEqual([]);
  expect(await say(graph.director, 'closeAccount', { accountId, reason: 'We moved.' })).toMatchObject({
    status: 'CLOSED',
    reasonCode: 'CLINIC_LEFT',
  });
  expect(await say(graph.director, 'closeAccount', { accountId, reason: 'We moved.' })).toMatchObject({ __typename: 'IllegalTransition' });
});

test('a physician answers for the clinic, licensed where it is; what is not known of them blocks', async () => {
  const apply = application({ pharmacyId: public_.otherPharmacy, answers: [] });
  const people = graph.answers['PrescriberNow'];
  if (!people) throw new Error('physicians says nothing');
  const blockedBy = async () =>
    (await say(graph.director, 'applyForAccount', apply)).rules?.filter(({ outcome }: { outcome: string }) => outcome !== 'PASS');
  graph.answers['PrescriberNow'] = null;
  expect(await blockedBy()).toEqual([{ id: 'account.responsiblePhysician', outcome: 'UNKNOWN' }]);
  const as = (credential: string, license: object) => (variables: unknown) => {
    const { practitionerFacts } = people(variables as never) as { practitionerFacts: { licenses: object[] } };
    return {
      practitionerFacts: { ...practitionerFacts, credential, licenses: practitionerFacts.licenses.map((one) => ({ ...one, ...license })) },
    };
  };
  graph.answers['PrescriberNow'] = as('NP', { type: 'NURSE_PRACTITIONER' });
  expect(await blockedBy()).toEqual([{ id: 'account.responsiblePhysician', outcome: 'FAIL' }]);
  graph.answers['PrescriberNow'] = as('MD', { state: 'CA' });
  expect(await blockedBy()).toEqual([{ id: 'licence.responsiblePhysician', outcome: 'FAIL' }]);
  graph.answers['PrescriberNow'] = people;
  expect(await say(graph.director, 'applyForAccount', apply)).toMatchObject({ status: 'APPLIED' });
});

test('who may not apply for a clinic, or decide for a pharmacy, is told nothing of it', async () => {
  expect(await say(graph.director, 'applyForAccount', application({ clinicId: public_.otherClinic }))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await say(graph.frontDesk, 'applyForAccount', application())).toMatchObject({ code: 'FORBIDDEN' });
  const unknown = toId('clinicPharmacyAccount', uuid(99, 1));
  expect(await say(graph.pharmacist, 'decideAccount', { accountId: unknown, decision: 'APPROVED' })).toMatchObject({ code: 'NOT_FOUND' });
});
