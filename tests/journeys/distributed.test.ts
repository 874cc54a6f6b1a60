import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeProof } from '#kernel/hop.ts';
import { deriveKey } from '#kernel/keys.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import { contractDocuments, contractVariables } from '../../gateway/journey/documents.ts';
import { type Step, tellStory } from '../../gateway/journey/story.ts';
import { type Deployment, startDeployment } from '../support/processes.ts';
import { readEvents, type SentEvent } from '../support/read-events.ts';
import { storyUntil } from '../support/story-part.ts';

let deployment: Deployment;
const steps: Step[] = [];
let examId = '';

beforeAll(async () => {
  deployment = await startDeployment();
}, 180_000);

afterAll(async () => deployment?.[Symbol.asyncDispose]());

// biome-ignore lint/suspicious/noExplicitAny: a test names the fields it asked for
type Body = { data?: any; errors?: { message: string; path?: unknown; extensions: { code: string } }[] };

async function post(url: string, body: string, headers: Record<string, string>): Promise<{ status: number; body: Body }> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  return { status: response.status, body: (await response.json()) as Body };
}

const codes = ({ errors = [] }: Body): string[] => errors.map(({ extensions }) => extensions.code);

async function ask(persona: string, query: string, variables: Record<string, unknown> = {}): Promise<{ status: number; body: Body }> {
  const authorization = `Bearer ${await deployment.issuer.tokenOf(persona)}`;
  return post(`${deployment.addressOf('gateway')}/graphql`, JSON.stringify({ query, variables }), { authorization });
}

test('the whole story plays through five processes, from registration to recall', async () => {
  await tellStory(
    deployment.frontEnd,
    await contractVariables(),
    () => new Date(),
    (step) => steps.push(step),
  );
  expect(steps.at(-1)?.operation).toBe('OversightByDirector');
  expect(steps.find((step) => step.operation === 'VerifyOrder')?.outcome).toMatch(/^VERIFIED: (\d+) of \1 checks pass$/);
  expect(steps.find((step) => step.operation === 'OrderTimeline')?.outcome).toMatch(/SIGNED → SENT.* → COMPLETED$/);
});

describe('a subgraph reached directly', () => {
  const documents: Record<string, string> = {
    'a question to nobody': '{ __typename }',
    'its schema': '{ _service { sdl } }',
    'a question about its schema': '{ __schema { types { name } } }',
    'an entity': '{ _entities(representations: [{ __typename: "Clinic", id: "cli_1" }]) { __typename } }',
    'a change': 'mutation { __typename }',
    'a field it has not': '{ nothingLikeThis }',
    'what does not parse': '{',
  };

  const direct = async (
    name: SubgraphName,
    query: string,
    sign?: (body: string, facts: { authorization: string; requestId: string }) => string,
  ) => {
    const [authorization, requestId, body] = [
      `Bearer ${await deployment.issuer.tokenOf('prescriber')}`,
      randomUUID(),
      JSON.stringify({ query }),
    ];
    const proof = sign?.(body, { authorization, requestId });
    const headers = { authorization, 'x-request-id': requestId, ...(proof === undefined ? {} : { 'x-goodfaith-proof': proof }) };
    const send = () => post(`${deployment.addressOf(name)}/graphql`, body, headers);
    return { ...(await send()), again: send };
  };

  const proofOf =
    (name: SubgraphName, atMs = Date.now()) =>
    (body: string, facts: { authorization: string; requestId: string }) =>
      makeProof(deriveKey(deployment.secrets[name], 'hop'), { subgraph: name, body, ...facts }, atMs);

  test.each(subgraphNames)('%s answers a good token nothing without the gateway’s proof', async (name) => {
    for (const [what, document] of Object.entries(documents)) {
      const { body } = await direct(name, document);
      expect([what, body.data ?? null, codes(body)]).toEqual([what, null, ['PROOF_REQUIRED']]);
    }
  });

  test.each(subgraphNames)('%s takes its own proof, and neither a neighbour’s nor an old one', async (name) => {
    const neighbour = subgraphNames.find((other) => other !== name) ?? name;
    expect((await direct(name, '{ __typename }', proofOf(name))).body).toEqual({ data: { __typename: 'Query' } });
    expect(codes((await direct(name, '{ __typename }', proofOf(neighbour))).body)).toEqual(['PROOF_REQUIRED']);
    expect(codes((await direct(name, '{ __typename }', proofOf(name, Date.now() - 31_000))).body)).toEqual(['PROOF_REQUIRED']);
  });

  test('a proof is of one body', async () => {
    const other = (_body: string, facts: { authorization: string; requestId: string }) =>
      proofOf('clinics')('{"query":"{ viewer { id } }"}', facts);
    expect(codes((await direct('clinics', '{ __typename }', other)).body)).toEqual(['PROOF_REQUIRED']);
  });

  test('a change is taken once for one proof', async () => {
    const first = await direct('prescriptions', 'mutation { __typename }', proofOf('prescriptions'));
    expect(first.body).toEqual({ data: { __typename: 'Mutation' } });
    expect(codes((await first.again()).body)).toEqual(['PROOF_REQUIRED']);
  });

  test('a proof without a token is nobody’s', async () => {
    const body = JSON.stringify({ query: '{ __typename }' });
    const requestId = randomUUID();
    const facts = { subgraph: 'clinics', requestId, authorization: undefined, body } as const;
    const proof = makeProof(deriveKey(deployment.secrets.clinics, 'hop'), facts, Date.now());
    const headers = { 'x-request-id': requestId, 'x-goodfaith-proof': proof };
    expect(codes((await post(`${deployment.addressOf('clinics')}/graphql`, body, headers)).body)).toEqual(['UNAUTHENTICATED']);
  });
});

test('the gateway publishes the keys that orders are signed with, which prescriptions keeps', async () => {
  const [through, from] = await Promise.all(
    (['gateway', 'prescriptions'] as const).map(async (part) =>
      (await fetch(`${deployment.addressOf(part)}/.well-known/jwks.json`)).json(),
    ),
  );
  expect(through).toEqual(from);
  expect((through as { keys: object[] }).keys.length).toBeGreaterThan(1);
  expect(JSON.stringify(through)).not.toMatch(/"d":/);
});

test('a token that no issuer signed for us opens nothing', async () => {
  const { status } = await post(`${deployment.addressOf('gateway')}/graphql`, '{"query":"{ viewer { id } }"}', {
    authorization: 'Bearer a.b.c',
  });
  expect(status).toBe(401);
});

describe('ExamUpdated', () => {
  const follow = async (id: string, seconds?: number) => {
    const body = JSON.stringify({ query: (await contractDocuments()).get('ExamUpdated'), variables: { id } });
    const token = await deployment.issuer.tokenOf('front-desk', seconds === undefined ? {} : { seconds });
    return readEvents(`${deployment.addressOf('gateway')}/graphql`, token, body);
  };

  test('tells of an exam that starts, with the examiner’s name from physicians, and ends with its token', async () => {
    const told = await storyUntil(deployment.frontEnd, 'StartExam');
    const { id } = told['BookExam'];
    examId = id;
    const [following, short] = [await follow(id), await follow(id, 4)];
    const ended = short.rest();
    const input = { ...((await contractVariables())['StartExam']?.['input'] as object), examId: id };
    const started = await deployment.frontEnd.send('examiner', 'StartExam', { input });
    expect(started.data).toMatchObject({ startExam: { id, status: 'IN_PROGRESS' } });
    const changed = {
      data: { examUpdated: { id, status: 'IN_PROGRESS', examiner: { displayName: told['BookExam'].examiner.displayName } } },
    };
    // News of the booking may still have been on its way.
    const isNews = ({ data }: SentEvent) => JSON.stringify(data).includes('IN_PROGRESS');
    let event = await following.next();
    while (event && !isNews(event)) event = await following.next();
    expect(event).toEqual({ event: 'next', data: changed });
    following.end();
    const all = await ended;
    expect(all.slice(all.findIndex(isNews))).toEqual([
      { event: 'next', data: changed },
      {
        event: 'next',
        data: { errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) } }] },
      },
      { event: 'complete', data: null },
    ]);
  });
});

describe('while physicians is down', () => {
  test('it stops in order when it is told to', async () => {
    expect(await deployment.end('physicians', 'SIGTERM')).toBe(0);
  });

  test('a question to it alone is 503, and the gateway is not ready', async () => {
    const { status, body } = await ask('director', '{ practitionersFacts(ids: []) { id } }');
    expect([status, body.data, codes(body)]).toEqual([503, null, ['UNAVAILABLE']]);
    expect(JSON.stringify(body)).not.toMatch(/physicians|127\.0\.0\.1|ECONN/);
    expect((await fetch(`${deployment.addressOf('gateway')}/readyz`)).status).toBe(503);
    expect((await fetch(`${deployment.addressOf('gateway')}/healthz`)).status).toBe(200);
  });

  const question = 'query Exam($id: ID!) { exam(id: $id) { id status clinic { name } examiner { displayName } } }';

  test('the rest of a question is answered', async () => {
    const { status, body } = await ask('examiner', question, { id: examId });
    expect(status).toBe(200);
    expect(body.data).toEqual({ exam: { id: examId, status: 'IN_PROGRESS', clinic: { name: expect.any(String) }, examiner: null } });
    expect(body.errors).toEqual([
      { message: expect.any(String), path: ['exam', 'examiner'], extensions: { code: 'UNAVAILABLE', requestId: expect.any(String) } },
    ]);
  });

  test('and all of it once it is back', async () => {
    await deployment.start('physicians');
    const { body } = await ask('examiner', question, { id: examId });
    expect([body.errors, body.data.exam.examiner]).toEqual([undefined, { displayName: expect.stringMatching(/^Imani/) }]);
    expect((await fetch(`${deployment.addressOf('gateway')}/readyz`)).status).toBe(200);
  });
});
