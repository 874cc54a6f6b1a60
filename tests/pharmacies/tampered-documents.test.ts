import { expect, test } from 'vitest';
import type { Check } from '../../subgraphs/pharmacies/verification/check.ts';
import { documentChecks } from '../../subgraphs/pharmacies/verification/document-checks.ts';
import type { Evidence } from '../../subgraphs/pharmacies/verification/evidence.ts';
import { readSignedDocument } from '../../subgraphs/pharmacies/verification/signed-document.ts';
import { ids } from './supply-world.ts';
import { at, digestIn, good, registered, type Tampered, tampered } from './tampered-orders.ts';

/** What the checks say of a document that arrived with everything else as it should be. */
async function judged({ jws, keys = registered, sentAs, fill = 1 }: Tampered): Promise<Check[]> {
  const digest = sentAs ?? digestIn(jws);
  const evidence = {
    document: readSignedDocument(jws),
    keys,
    order: { signature: { documentDigest: digest } },
    fulfillment: {
      ...{ orderId: ids.order(1), patientId: ids.patient(1), prescriberId: ids.prescriber, clinicId: ids.clinic },
      ...{ pharmacyId: ids.pharmacy, formularyItemId: ids.item, shipToState: 'TX', signedAt: at, documentDigest: digest, fill },
    },
  } as unknown as Evidence;
  return documentChecks(evidence);
}

test.each(tampered)('%s: %s and nothing else', async (_what, code, make) => {
  const checks = await judged(await make());
  expect([...new Set(checks.flatMap(({ reason }) => reason ?? []))]).toEqual([code]);
  expect(checks.some(({ outcome }) => outcome !== 'PASS')).toBe(true);
});

test('the document they were made from passes every check', async () => {
  expect((await judged({ jws: good.jws })).map(({ code, outcome }) => [code, outcome])).toEqual([
    ['DOCUMENT_WELL_FORMED', 'PASS'],
    ['BYTES_UNCHANGED', 'PASS'],
    ['PRESCRIBER_SIGNATURE', 'PASS'],
    ['PLATFORM_SIGNATURE', 'PASS'],
    ['KEY_VALID_WHEN_SIGNED', 'PASS'],
  ]);
});

test('it may be sent for as many fills as were signed, and not for one more', async () => {
  const [, second] = await judged({ jws: good.jws, fill: 2 });
  const [, third] = await judged({ jws: good.jws, fill: 3 });
  expect([second?.outcome, third]).toMatchObject([
    'PASS',
    { code: 'BYTES_UNCHANGED', outcome: 'FAIL', reason: 'HAND_OFF_DIFFERS', detail: 'It was sent for fill 3; what was signed allows 2.' },
  ]);
});

test('no two of them have the same code', () => {
  const codes = tampered.map(([, code]) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.length).toBeGreaterThanOrEqual(15);
});
