import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '#kernel/log.ts';
import { type ExamReport, takeForwarded } from '../../gateway/exam-reports.ts';
import { createReportDoor, REPORT_PATH } from '../../gateway/report-door.ts';
import { readBody } from '../../gateway/request-body.ts';
import { sendJson } from '../../gateway/responses.ts';
import { type GatewayServer, type Handle, listen } from '../../gateway/server.ts';
import { forwardReports } from '../../gateway/subgraph-http.ts';

const taken: ExamReport[] = [];
const take = async (report: ExamReport) => {
  taken.push(report);
  return report.body === 'refuse' ? { status: 422, body: { code: 'INVALID_INPUT' } } : { status: 202, body: { externalId: 'x' } };
};
const servers: GatewayServer[] = [];
let urls: { one: string; five: string; down: string };

/** A server that answers that one path. */
async function serving(handle: Handle): Promise<string> {
  const where = { host: '127.0.0.1', port: 0, corsOrigins: [], log: createLog('silent', 'test'), closing: new AbortController() };
  const server = await listen({ [`POST ${REPORT_PATH}`]: handle }, where);
  servers.push(server);
  return `${server.url}${REPORT_PATH}`;
}

beforeAll(async () => {
  const subgraph = await serving(async (request, response) => {
    const { status, body } = await takeForwarded(take)(await readBody(request, 1_000_000));
    sendJson(response, status, body);
  });
  urls = {
    one: await serving(createReportDoor(take)),
    five: await serving(createReportDoor(forwardReports(new URL(subgraph)))),
    down: await serving(createReportDoor(forwardReports(new URL('http://127.0.0.1:9/')))),
  };
});
afterAll(async () => void (await Promise.all(servers.map((server) => server.stop()))));

const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1795000000', 'webhook-signature': 'v1,abc' };
async function post(url: string, body: string, more: Record<string, string> = {}): Promise<[status: number, body: unknown]> {
  const response = await fetch(url, { method: 'POST', body, headers: { ...headers, ...more } });
  return [response.status, await response.json()];
}

test.each(['one', 'five'] as const)(
  'in %s processes a report reaches its subgraph to the letter, and its answer comes back',
  async (way) => {
    taken.length = 0;
    const body = ' {"a": "ü\\u0041"}\n';
    expect(await post(`${urls[way]}?vendor=exv_1`, body)).toEqual([202, { externalId: 'x' }]);
    expect(taken).toEqual([{ vendorId: 'exv_1', messageId: 'msg_1', timestamp: '1795000000', signature: 'v1,abc', body }]);
    expect(await post(`${urls[way]}?vendor=exv_1`, 'refuse')).toEqual([422, { code: 'INVALID_INPUT' }]);
  },
);

test('what is no report is refused before anybody is asked', async () => {
  taken.length = 0;
  expect(await post(urls.one, '{}')).toEqual([400, { code: 'BAD_REQUEST', message: expect.stringContaining('webhook-id') }]);
  expect(await post(`${urls.one}?vendor=exv_1`, '{}', { 'webhook-signature': '' })).toMatchObject([400, { code: 'BAD_REQUEST' }]);
  expect(await post(`${urls.one}?vendor=exv_1`, 'x'.repeat(256 * 1024 + 1))).toMatchObject([413, { code: 'BODY_TOO_LARGE' }]);
  expect((await fetch(urls.one)).status).toBe(405);
  expect(taken).toEqual([]);
});

test('while its subgraph is down the sender is told to try again', async () => {
  expect(await post(`${urls.down}?vendor=exv_1`, '{}')).toMatchObject([503, { code: 'UNAVAILABLE' }]);
});
