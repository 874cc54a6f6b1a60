import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createLoad } from '../../gateway/load.ts';
import { type StubGateway, startStubGateway, token } from './stub-gateway.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const started = async (...options: Parameters<typeof startStubGateway>): Promise<StubGateway> => {
  const gateway = await startStubGateway(...options);
  undo.push(() => gateway.stop());
  return gateway;
};

/** Holds back the answer of `prescriptions`: `asked` once it was asked, answered once it is `open`. */
function heldBack(gateway: StubGateway) {
  const open = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  gateway.stubs.prescriptions.before = () => {
    asked.resolve();
    return open.promise;
  };
  return { asked, open };
}

const never = new AbortController().signal;
const order = '{ order(id: "ord_1") { id } }';
const enriched = '{ order(id: "ord_1") { id clinic { name } } }';

describe('the line before the door', () => {
  test('takes so many at once, lets so many wait in the order they came, and refuses the rest', async () => {
    const load = createLoad({ atOnce: 2, waiting: 2, waitMs: 60_000 });
    const [first] = [await load.enter(never), await load.enter(never)];
    expect(load.isFull).toBe(false);
    const said: string[] = [];
    const third = load.enter(never).then((over) => {
      said.push('third');
      return over;
    });
    const fourth = load.enter(never).then((over) => {
      said.push('fourth');
      return over;
    });
    expect(load.isFull).toBe(true);
    expect(await load.enter(never)).toBeNull();
    first?.();
    // Called twice, it gives back one place.
    first?.();
    (await third)?.();
    await fourth;
    expect(said).toEqual(['third', 'fourth']);
    expect(load.isFull).toBe(false);
  });

  test('keeps nobody longer than it says, nor a place for who went away', async () => {
    const load = createLoad({ atOnce: 1, waiting: 1, waitMs: 20 });
    const over = await load.enter(never);
    expect(await load.enter(never)).toBeNull();
    const gone = new AbortController();
    const patient = createLoad({ atOnce: 1, waiting: 1, waitMs: 60_000 });
    await patient.enter(never);
    const waits = patient.enter(gone.signal);
    expect(patient.isFull).toBe(true);
    gone.abort();
    expect(await waits).toBeNull();
    expect(patient.isFull).toBe(false);
    over?.();
    expect(await load.enter(never)).not.toBeNull();
  });
});

test('a burst is answered as far as there is room, and the rest is told at once to come again', async () => {
  const gateway = await started({ more: { limits: { atOnce: 4, waiting: 6, waitMs: 60_000 } } });
  const open = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  let inside = 0;
  let most = 0;
  gateway.stubs.prescriptions.before = async () => {
    inside += 1;
    most = Math.max(most, inside);
    if (inside === 4) asked.resolve();
    await open.promise;
    inside -= 1;
  };
  const bearer = await token();
  const post = () =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      body: JSON.stringify({ query: order }),
    }).then(async (response) => ({ status: response.status, after: response.headers.get('retry-after'), body: await response.json() }));
  const burst = Array.from({ length: 40 }, post);
  // Thirty hear no while nobody of the ten has been answered.
  const refused: unknown[] = [];
  for (const one of burst) void one.then((answer) => answer.status === 503 && refused.push(answer));
  while (refused.length < 30) await new Promise((resolve) => setTimeout(resolve, 5));
  await asked.promise;
  expect(refused[0]).toEqual({
    status: 503,
    after: '1',
    body: { errors: [{ message: expect.any(String), extensions: { code: 'OVERLOADED', requestId: expect.any(String) } }] },
  });
  const health = await fetch(`${gateway.url}/healthz`);
  expect([health.status, await health.json()]).toEqual([200, { status: 'full' }]);
  open.resolve();
  const answers = await Promise.all(burst);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
  expect(most).toBe(4);
  expect(await (await fetch(`${gateway.url}/healthz`)).json()).toEqual({ status: 'ok' });
  expect((await post()).status).toBe(200);
});

test('a subgraph that has too much to do says so unread, and that is unknown to who asked', async () => {
  const gateway = await started({ over: 'http', atOnce: 1 });
  const { asked, open } = heldBack(gateway);
  const first = gateway.ask(order);
  await asked.promise;
  const second = await gateway.ask(order);
  expect([second.status, second.body.errors?.map(({ extensions }) => extensions.code)]).toEqual([503, ['UNAVAILABLE']]);
  open.resolve();
  expect((await first).status).toBe(200);
  expect((await gateway.ask(order)).status).toBe(200);
});

/** Takes connections and says nothing, ever. */
async function silence(): Promise<URL> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
}

test('a neighbour that hangs costs each caller the deadline and no more, and the rest of the answer comes', async () => {
  const gateway = await started({ over: 'http', deadlineMs: 3_000, elsewhere: { clinics: await silence() } });
  const began = performance.now();
  const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.ask(enriched)));
  // Twenty wait beside each other: one after the other they would take twenty deadlines.
  expect(performance.now() - began).toBeLessThan(30_000);
  for (const { status, body } of answers) {
    expect(status).toBe(200);
    expect(body.data).toEqual({ order: { id: 'ord_1', clinic: null } });
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAVAILABLE']);
  }
  expect((await gateway.ask(order)).body).toEqual({ data: { order: { id: 'ord_1' } } });
});

test('a question whose connection is closed under it is asked once again', async () => {
  let closed = 0;
  const server = createServer((socket) => {
    closed += 1;
    socket.on('error', () => undefined).once('data', () => socket.resetAndDestroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => server.close());
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
  const gateway = await started({ over: 'http', elsewhere: { clinics: url } });
  const { body } = await gateway.ask(enriched);
  expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAVAILABLE']);
  // Asked once again, and not for ever.
  expect(closed).toBe(2);
});

describe('a gateway that is told to stop', () => {
  test('answers what it was asked, and takes nothing more', async () => {
    const gateway = await startStubGateway();
    const { asked, open } = heldBack(gateway);
    const answer = gateway.ask(order);
    await asked.promise;
    const stopped = gateway.stop();
    await expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow();
    open.resolve();
    const { status, headers, body } = await answer;
    expect([status, headers.get('connection'), body]).toEqual([200, 'close', { data: { order: { id: 'ord_1' } } }]);
    await stopped;
  });

  test.each(['process', 'http'] as const)('tells subscribers to subscribe again, subgraphs reached by %s', async (over) => {
    const gateway = await startStubGateway({ over });
    const response = await subscribed(gateway);
    const stopped = gateway.stop();
    const text = await response.text();
    expect(text).toMatch(/^retry: 1000\n\n/);
    expect(text).toMatch(
      /event: next\ndata: \{"errors":\[\{"message":"[^"]+","extensions":\{"code":"UNAVAILABLE"[^\n]+\n\nevent: complete\n/,
    );
    await stopped;
  });
});

test('a subgraph that is told to stop answers what it was asked, and its subscribers hear that there is more elsewhere', async () => {
  const gateway = await started({ over: 'http' });
  const response = await subscribed(gateway);
  const { asked, open } = heldBack(gateway);
  const answer = gateway.ask(order);
  await asked.promise;
  const killed = gateway.kill('prescriptions');
  expect(await response.text()).toMatch(/"code":"UNAVAILABLE"[^\n]+\n\nevent: complete\n/);
  open.resolve();
  expect((await answer).body).toEqual({ data: { order: { id: 'ord_1' } } });
  await killed;
});

async function subscribed(gateway: StubGateway): Promise<Response> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${await token()}` },
    body: JSON.stringify({ query: 'subscription { orderUpdated(id: "ord_1") { id } }' }),
  });
  while (gateway.stubs.prescriptions.subscribers() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  return response;
}
