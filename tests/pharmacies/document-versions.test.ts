import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  checkPlatformSignature,
  checkPrescriberSignature,
  type DocumentKey,
  readSignedDocument,
} from '../../subgraphs/pharmacies/verification/signed-document.ts';
import { readDocument } from '../../subgraphs/prescriptions/document/read-document.ts';
import { signOrder, testKey } from './signed-order.ts';
import { orderContent, public_ } from './supply-world.ts';

const kept = JSON.parse(readFileSync(new URL('./data/order-gf-1.json', import.meta.url), 'utf8')) as {
  jws: string;
  digest: string;
  keys: DocumentKey[];
};
const keptText = Buffer.from((JSON.parse(kept.jws) as { payload: string }).payload, 'base64url').toString('utf8');
const content = orderContent(1, new Date('2026-11-20T12:00:00Z'));

test('an order of gf-order/1 verifies for ever', async () => {
  const document = readSignedDocument(kept.jws);
  if ('problem' in document) throw new Error(document.problem);
  expect(document.content.schema).toBe('gf-order/1');
  expect(document.digest).toBe(kept.digest);
  expect(await checkPrescriberSignature(document, kept.keys)).toMatchObject({ key: { purpose: 'PRESCRIBER' } });
  expect(await checkPlatformSignature(document, kept.keys)).toMatchObject({ key: { purpose: 'PLATFORM' } });
});

test('what later versions added is null when an earlier one is read', () => {
  expect(keptText).not.toContain('"dosage"');
  expect(readDocument(keptText)).toMatchObject({
    schema: 'gf-order/1',
    drug: { dosage: null, quantity: { value: '2.5', unit: 'mL' } },
    clinicalDifference: { finding: { code: null } },
    screening: null,
    supersedes: null,
  });
});

test.each(['gf-order/0', 'gf-order/3', 'gf-exam/1', 2, null, undefined])(
  'a document of version %s is refused, however well it is signed',
  async (schema) => {
    const [prescriber, platform] = [await testKey('PRESCRIBER', public_.prescriber), await testKey('PLATFORM', 'goodfaith')];
    const { schema: _known, ...rest } = content;
    const { jws } = await signOrder(schema === undefined ? rest : { ...rest, schema }, prescriber, platform);
    expect(readSignedDocument(jws)).toEqual({
      code: 'DOCUMENT_VERSION_UNKNOWN',
      problem: 'The payload is of a version that is not known here.',
    });
    expect(readDocument(Buffer.from((JSON.parse(jws) as { payload: string }).payload, 'base64url').toString('utf8'))).toBeNull();
  },
);
