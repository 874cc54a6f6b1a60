import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeProof } from '#kernel/hop.ts';
import { fromId } from '#kernel/ids.ts';
import { deriveKey } from '#kernel/keys.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { contractDocuments, contractVariables } from '../../gateway/journey/documents.ts';
import { type FrontEnd, httpFrontEnd } from '../../gateway/journey/front-end.ts';
import { type Step, tellStory } from '../../gateway/journey/story.ts';
import { type Deployment, type Part, startDeployment } from '../support/processes.ts';
import { readEvents } from '../support/read-events.ts';
import { storyUntil } from '../support/story-part.ts';

/** Two gateways before three copies of `prescriptions` and two of everything else: each request goes to the next of them. */
const COPIES = { gateway: 2, clinics: 2, physicians: 2, prescriptions: 3, pharmacies: 2 } as const satisfies Record<Part, number>;

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment(COPIES);
}, 300_000);
afterAll(async () => deployment?.[Symbol.asyncDispose]());

// biome-ignore lint/suspicious/noExplicitAny: a test names the fields it asked for
type Body = { data?: any; errors?: { message: string; extensions: { code: string } }[] };

const gateways = () => deployment.copiesOf('gateway').map((url) => `${url}/graphql`);

async function post(url: string, persona: string, query: string, variables: object, headers: Record<string, string> = {}): Promise<Body> {
  const authorization = `Bearer ${await deployment.issuer.tokenOf(persona, { stepUp: true })}`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Body;
}

/** A front end whose requests go to one gateway and the other in turn. */
async function alternating(): Promise<FrontEnd> {
  const documents = await contractDocuments();
  const ends = gateways().map((url) => httpFrontEnd(url, documents, (persona, stepUp) => deployment.issuer.tokenOf(persona, { stepUp })));
  let turn = 0;
  return { send: (...sent) => (ends[turn++ % ends.length] as FrontEnd).send(...sent) };
}

const register = async (givenName: string) => {
  const { input } = (await contractVariables())['RegisterPatient'] as { input: object };
  return { input: { ...input, givenName, clinicId: placeTypeId('austin') } };
};

test('the whole story plays through two gateways and several copies of each subgraph', { timeout: 300_000 }, async () => {
  const steps: Step[] = [];
  await tellStory(
    await alternating(),
    await contractVariables(),
    () => new Date(),
    (step) => steps.push(step),
  );
  expect(steps.at(-1)?.operation).toBe('OversightByDirector');
  expect(steps.find((step) => step.operation === 'VerifyOrder')?.outcome).toMatch(/^VERIFIED: (\d+) of \1 checks pass$/);
  expect(steps.find((step) => step.operation === 'OrderTimeline')?.outcome).toMatch(/SIGNED → SENT.* → COMPLETED$/);
});

test('a change that is sent again through the other gateway, to every copy at once, is made once', { timeout: 120_000 }, async () => {
  const query = (await contractDocuments()).get('RegisterPatient') ?? '';
  const variables = await register('Onceonly');
  const headers = { 'idempotency-key': randomUUID() };
  const send = (n: number) => post(gateways()[n % 2] ?? '', 'front-desk', query, variables, headers);
  const first = await send(0);
  const again = await Promise.all(Array.from({ length: 6 }, (_, n) => send(n)));
  expect(first.data?.registerPatient.__typename).toBe('Patient');
  expect(again).toEqual(again.map(() => first));
  const rows = await deployment.sql(`select id from prescriptions.patient where given_name = 'Onceonly'`);
  expect(rows).toEqual([{ id: fromId('patient', first.data?.registerPatient.id) }]);
});

test('whoever follows an exam at one gateway hears what was done through the other', { timeout: 120_000 }, async () => {
  const told = await storyUntil(await alternating(), 'StartExam');
  const { id } = told['BookExam'];
  const body = JSON.stringify({ query: (await contractDocuments()).get('ExamUpdated'), variables: { id } });
  const token = await deployment.issuer.tokenOf('front-desk');
  // More of them than there are copies: each copy has to hear of it.
  const following = await Promise.all(Array.from({ length: 6 }, () => readEvents(gateways()[0] ?? '', token, body)));
  const { input } = (await contractVariables())['StartExam'] as { input: object };
  const start = (await contractDocuments()).get('StartExam') ?? '';
  const started = await post(gateways()[1] ?? '', 'examiner', start, { input: { ...input, examId: id } });
  expect(started.data).toMatchObject({ startExam: { id, status: 'IN_PROGRESS' } });
  for (const one of following) {
    let event = await one.next();
    while (event && !JSON.stringify(event.data).includes('IN_PROGRESS')) event = await one.next();
    expect(event).toMatchObject({ event: 'next', data: { data: { examUpdated: { id, status: 'IN_PROGRESS' } } } });
    one.end();
  }
});

/** Between two requests of one caller: a process that starts needs the processors too. */
const PAUSE_MS = 150;

interface Tally {
  readonly wrong: string[];
  answered: number;
  again: number;
}

/** Asks through one gateway and, when it has no answer, through the other, with the same key: as a front end is told to. */
async function untilAnswered(tally: Tally, persona: string, query: string, variables: object): Promise<Body | null> {
  const headers = { 'idempotency-key': randomUUID() };
  let last = '';
  for (let tries = 0; tries < 20; tries += 1) {
    const url = gateways()[(tally.answered + tally.again) % 2] ?? '';
    const body = await post(url, persona, query, variables, headers).catch((error: Error) => {
      last = error.message;
      return null;
    });
    const codes = body?.errors?.map(({ extensions }) => extensions.code) ?? [];
    if (body !== null && codes.length === 0) {
      tally.answered += 1;
      return body;
    }
    if (body !== null) last = codes.join();
    // What says neither "not now" nor nothing at all is no answer to try again.
    if (body !== null && codes.some((code) => !['UNAVAILABLE', 'OVERLOADED'].includes(code))) break;
    tally.again += 1;
    await sleep(100);
  }
  tally.wrong.push(last);
  return null;
}

test('every process is restarted under load, and no request is lost or done twice', { timeout: 300_000 }, async () => {
  const told = await storyUntil(await alternating(), 'StartExam');
  const mutation = (await contractDocuments()).get('RegisterPatient') ?? '';
  const variables = await register('Rolling');
  const read = 'query ($id: ID!) { exam(id: $id) { id clinic { name } examiner { displayName } } }';
  const tally: Tally = { wrong: [], answered: 0, again: 0 };
  const made = new Set<string>();
  let isOver = false;
  const reader = async (): Promise<void> => {
    while (!isOver) {
      const body = await untilAnswered(tally, 'examiner', read, { id: told['BookExam'].id });
      if (body && !body.data.exam.examiner?.displayName) tally.wrong.push(JSON.stringify(body));
      await sleep(PAUSE_MS);
    }
  };
  const writer = async (): Promise<void> => {
    while (!isOver) {
      const body = await untilAnswered(tally, 'front-desk', mutation, variables);
      if (body) made.add(body.data.registerPatient.id);
      await sleep(PAUSE_MS);
    }
  };
  const load = Promise.all([reader(), reader(), writer(), writer()]);
  const ended: (number | null)[] = [];
  for (const [part, count] of Object.entries(COPIES) as [Part, number][])
    for (let nth = 0; nth < count; nth += 1) ended.push(await deployment.restart(part, nth));
  isOver = true;
  await load;
  expect(tally.wrong).toEqual([]);
  expect(ended).toEqual(ended.map(() => 0));
  expect(tally.answered).toBeGreaterThan(50);
  const rows = await deployment.sql(`select id from prescriptions.patient where given_name = 'Rolling'`);
  expect(rows.length).toBe(made.size);
});

/** One request to one copy, past gateway and balancer. */
async function askCopy(url: string, persona: string, query: string, variables: object): Promise<Body> {
  const [authorization, requestId] = [`Bearer ${await deployment.issuer.tokenOf(persona)}`, randomUUID()];
  const body = JSON.stringify({ query, variables });
  const key = deriveKey(deployment.secrets.prescriptions, 'hop');
  const proof = makeProof(key, { subgraph: 'prescriptions', requestId, authorization, body }, Date.now());
  const headers = { 'content-type': 'application/json', authorization, 'x-request-id': requestId, 'x-goodfaith-proof': proof };
  return (await (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).json()) as Body;
}

test('a right that is taken away is known to every copy before any of them would have asked by itself', { timeout: 120_000 }, async () => {
  const list = 'query ($at: ID!) { memberships(at: $at, first: 50) { nodes { id role name subject } } }';
  const at = placeTypeId('austin');
  const { data } = await post(gateways()[0] ?? '', 'compliance', list, { at });
  const desk = data.memberships.nodes.find(({ subject }: { subject: string }) => subject === personas['front-desk']?.sub);
  const waiting = 'query ($clinicId: ID!) { waitingRoom(clinicId: $clinicId) { __typename } }';
  const copies = deployment.copiesOf('prescriptions');
  const answers = () =>
    Promise.all(copies.map(async (url) => (await askCopy(url, 'front-desk', waiting, { clinicId: at })).errors?.[0]?.extensions.code));
  expect(await answers()).toEqual(copies.map(() => undefined));
  const end = 'mutation ($input: EndMembershipInput!) { endMembership(input: $input) { __typename ... on Refusal { code message } } }';
  const ended = await post(gateways()[1] ?? '', 'compliance', end, { input: { membershipId: desk.id } });
  expect(ended.data).toEqual({ endMembership: { __typename: 'Membership' } });
  let known = await answers();
  // The one that was told has told the others; what is left is the way there.
  for (let tries = 0; tries < 40 && known.includes(undefined); tries += 1) {
    await sleep(100);
    known = await answers();
  }
  expect(known).toEqual(copies.map(() => 'FORBIDDEN'));
});
