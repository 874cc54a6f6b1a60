import { expect, test } from 'vitest';
import {
  checkPlatformSignature,
  checkPrescriberSignature,
  type DocumentKey,
  readSignedDocument,
} from '../../subgraphs/pharmacies/verification/signed-document.ts';
import { signOrder, testKey } from '../pharmacies/signed-order.ts';
import { orderContent, public_ } from '../pharmacies/supply-world.ts';
import { inTurns } from './command/in-turns.ts';

const ROUNDS = 400;
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
  const [measured] = await inTurns(
    { name: 'verify-document', what: 'form, both signatures and their keys of one document', rounds: ROUNDS, warm: 100 },
    [{ name: 'Goodfaith', round: (round) => verified(documents[round % documents.length]?.jws ?? '', keys) }],
  );
  expect(measured?.medianMs).toBeLessThan(ALLOWED_MS);
});
