import { expect, test } from 'vitest';
import {
  checkPlatformSignature,
  checkPrescriberSignature,
  type DocumentKey,
  readSignedDocument,
} from '../../subgraphs/pharmacies/verification/signed-document.ts';
import { signOrder, testKey } from '../pharmacies/signed-order.ts';
import { orderContent, public_ } from '../pharmacies/supply-world.ts';

const ROUNDS = 500;
const ALLOWED_MS = 3;

async function verified(jws: string, keys: readonly DocumentKey[]): Promise<void> {
  const document = readSignedDocument(jws);
  if ('problem' in document) throw new Error(document.problem);
  const [first, second] = await Promise.all([checkPrescriberSignature(document, keys), checkPlatformSignature(document, keys)]);
  expect(['key' in first, 'key' in second]).toEqual([true, true]);
}

test('a document is verified in less than three milliseconds', async () => {
  const [prescriber, platform] = [await testKey('PRESCRIBER', public_.prescriber), await testKey('PLATFORM', 'goodfaith')];
  const keys: DocumentKey[] = [prescriber.published, platform.published];
  const documents = await Promise.all(
    Array.from({ length: 20 }, (_, n) => signOrder(orderContent(n, new Date('2026-11-20T12:00:00Z')), prescriber, platform)),
  );
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    await verified(documents[round % documents.length]?.jws ?? '', keys);
    times.push(performance.now() - began);
  }
  // The first rounds load and compile.
  const settled = times.slice(100).toSorted((a, b) => a - b);
  const median = settled[Math.floor(settled.length / 2)] ?? Number.POSITIVE_INFINITY;
  console.log(
    `verifying: median ${median.toFixed(2)} ms, fastest ${settled[0]?.toFixed(2)}, one in twenty over ${settled[Math.floor(settled.length * 0.95)]?.toFixed(2)}`,
  );
  expect(median).toBeLessThan(ALLOWED_MS);
});
