import { describe, expect, test } from 'vitest';
import { EnvRefused, readEnv } from '#kernel/env.ts';
import { httpsScreener } from '../../subgraphs/prescriptions/drug-screening/https-screener.ts';
import { isPublicAddress, postJson } from '../../subgraphs/prescriptions/drug-screening/outbound.ts';

const address = { url: new URL('https://screener.example/v1'), key: 'k' };
const request = { ingredients: [{ name: 'Semaglutide', unii: '53AXN4NNHX' }], medications: ['insulin'] };
const answer = {
  ...{ screener: 'Screener', version: '7', asOf: '2026-11-01' },
  findings: [{ severity: 'MAJOR', ingredient: 'Semaglutide', medication: 'insulin', text: 'hypoglycaemia' }],
};
const notScreened = {
  ...{ screener: 'screener.example', version: 'unknown', asOf: null, outcome: 'NOT_SCREENED', medications: ['insulin'], findings: [] },
};

describe('a screener', () => {
  test('is sent substances and medicines alone, and its answer is taken over whole', async () => {
    const sent: unknown[] = [];
    const screener = httpsScreener(address, (url, body, { key, timeoutMs }) => {
      sent.push([url.href, body, key, timeoutMs]);
      return Promise.resolve(answer);
    });
    expect(await screener.screen(request)).toEqual({ ...answer, outcome: 'SCREENED', medications: ['insulin'] });
    expect(sent).toEqual([['https://screener.example/v1', request, 'k', 3_000]]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['does not answer', () => Promise.reject(new Error('insulin'))],
    ['answers something else', () => Promise.resolve({ ok: true })],
    ['answers a severity that nobody knows', () => Promise.resolve({ ...answer, findings: [{ ...answer.findings[0], severity: 'BAD' }] })],
    ['answers without a version', () => Promise.resolve({ ...answer, version: '' })],
    ['answers no day', () => Promise.resolve({ ...answer, asOf: 'today' })],
  ])('that %s has not screened', async (_what, post) => {
    expect(await httpsScreener(address, post).screen(request)).toEqual(notScreened);
  });
});

describe('out of this machine', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '2001:db8::1',
    'screener',
  ])('nothing goes to %s', (closed) => expect(isPublicAddress(closed)).toBe(false));
  test.each(['8.8.8.8', '2606:4700::1111'])('what is public is open: %s', (open) => expect(isPublicAddress(open)).toBe(true));

  const bounds = { timeoutMs: 2_000, mostBytes: 100, key: null };
  test.each([
    ['http://screener.example/', 'NOT_HTTPS'],
    ['https://127.0.0.1:9/', 'ADDRESS_CLOSED'],
    ['https://[::1]:9/', 'ADDRESS_CLOSED'],
    ['https://localhost:9/', 'ADDRESS_CLOSED'],
  ])('%s is refused before anything is sent', async (url, code) => {
    await expect(postJson(new URL(url), request, bounds)).rejects.toThrow(code);
  });

  test('an address that is not https is refused at the start', () => {
    expect(() => readEnv({ INTERACTIONS_URL: 'http://screener.example/' })).toThrow(EnvRefused);
    expect(() => readEnv({ INTERACTIONS_KEY: 'k' })).toThrow('INTERACTIONS_KEY goes with INTERACTIONS_URL');
    expect(readEnv({}).interactions).toBeNull();
  });
});
