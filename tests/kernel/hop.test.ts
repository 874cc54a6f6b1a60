import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createProofCheck, makeProof } from '#kernel/hop.ts';
import type { HopFacts } from '#kernel/hop.ts';
import { subgraphNames } from '#kernel/names.ts';

const key = randomBytes(32);
const at = 1_795_300_000_000;
const facts: HopFacts = { subgraph: 'clinics', requestId: 'req-1', authorization: 'Bearer abc', body: '{"query":"{ viewer { name } }"}' };
const reading = { once: false, nowMs: at };

/** The text with one byte changed to another. */
const changed = (text: string, index: number, by: number) => {
  const bytes = Buffer.from(text, 'latin1');
  const i = index % bytes.length;
  bytes[i] = ((bytes[i] ?? 0) + by) % 256;
  return bytes.toString('latin1');
};

test('accepts the gateway’s proof of these facts for 30 s, and not a moment longer', () => {
  const check = createProofCheck(key);
  const proof = makeProof(key, facts, at);
  const ages = [-5_001, -5_000, 0, 1, 30_000, 30_001, 3_600_000];
  expect(ages.map((age) => check(proof, facts, { once: false, nowMs: at + age }))).toEqual([false, true, true, true, true, false, false]);
});

test('a mutation’s proof is good once, a query’s as often as it is sent', () => {
  const check = createProofCheck(key);
  const proof = makeProof(key, facts, at);
  const once = { once: true, nowMs: at };
  expect([check(proof, facts, reading), check(proof, facts, reading)]).toEqual([true, true]);
  expect([check(proof, facts, once), check(proof, facts, once), check(proof, facts, { once: true, nowMs: at + 30_000 })]).toEqual([
    true,
    false,
    false,
  ]);
  const next = { ...facts, requestId: 'req-2' };
  expect(check(makeProof(key, next, at), next, once)).toBe(true);
});

test('a refused proof is not remembered, so nobody can use up another’s', () => {
  const check = createProofCheck(key);
  const proof = makeProof(key, facts, at);
  expect(check(proof, { ...facts, body: '{}' }, { once: true, nowMs: at })).toBe(false);
  expect(check(proof, facts, { once: true, nowMs: at })).toBe(true);
});

test('refuses no proof, and everything that is not written like one', () => {
  const check = createProofCheck(key);
  const proof = makeProof(key, facts, at);
  const [, ms = '', mac = ''] = proof.split('.');
  const wrong = [
    undefined,
    '',
    'v1',
    `v2.${ms}.${mac}`,
    `v1.0${ms}.${mac}`,
    `v1.${ms}.${mac}=`,
    `v1.${ms}.${mac} `,
    ` ${proof}`,
    `${proof}\n`,
    `v1.NaN.${mac}`,
  ];
  expect(wrong.filter((text) => check(text, facts, reading))).toEqual([]);
});

test('a proof for one subgraph opens no other, and another key opens nothing', () => {
  const proof = makeProof(key, facts, at);
  const check = createProofCheck(key);
  expect(subgraphNames.filter((subgraph) => check(proof, { ...facts, subgraph }, reading))).toEqual(['clinics']);
  expect(createProofCheck(randomBytes(32))(proof, facts, reading)).toBe(false);
});

test('facts cannot flow into one another', () => {
  const check = createProofCheck(key);
  const proof = makeProof(key, { ...facts, requestId: 'a","b' }, at);
  expect(check(proof, { ...facts, requestId: 'a' }, reading)).toBe(false);
  expect(check(makeProof(key, { ...facts, authorization: undefined }, at), facts, reading)).toBe(false);
});

test('any single byte changed in proof or facts is refused', () => {
  const text = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 60 });
  const change = fc.record({ index: fc.nat(1_000), by: fc.integer({ min: 1, max: 255 }) });
  fc.assert(
    fc.property(text, text, text, change, (requestId, authorization, body, { index, by }) => {
      const honest: HopFacts = { subgraph: 'pharmacies', requestId, authorization, body };
      const proof = makeProof(key, honest, at);
      const check = createProofCheck(key);
      const forged: [string, HopFacts][] = [
        [changed(proof, index, by), honest],
        [proof, { ...honest, requestId: changed(requestId, index, by) }],
        [proof, { ...honest, authorization: changed(authorization, index, by) }],
        [proof, { ...honest, body: changed(body, index, by) }],
      ];
      expect(check(proof, honest, reading)).toBe(true);
      expect(forged.filter(([text, claimed]) => check(text, claimed, reading))).toEqual([]);
    }),
  );
});
