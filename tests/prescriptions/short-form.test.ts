import { inflateRawSync } from 'node:zlib';
import { compactVerify, generateKeyPair } from 'jose';
import QRCode from 'qrcode';
import { expect, test } from 'vitest';
import { signedShortForm } from '../../subgraphs/prescriptions/document/short-form.ts';

const at = new Date('2026-11-22T12:00:00Z');
const form = {
  orderId: 'ord_01h455vb4pex5vsknk084sn02q',
  documentDigest: 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90',
  prescriberKeyId: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
};

async function printed() {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const text = await signedShortForm({ kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k', key: privateKey }, form, at);
  return { text, publicKey };
}

test('the short form names the order, its document and where to ask, and nothing else', async () => {
  const { text, publicKey } = await printed();
  const { payload, protectedHeader } = await compactVerify(text, publicKey, { algorithms: ['ES256'] });
  expect(protectedHeader).toEqual({ alg: 'ES256', zip: 'DEF', typ: 'gf-short+jws', kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k' });
  expect(JSON.parse(inflateRawSync(payload).toString('utf8'))).toEqual({
    dig: Buffer.from(form.documentDigest, 'hex').toString('base64url'),
    exp: Date.parse('2026-12-22T12:00:00Z') / 1000,
    iat: at.getTime() / 1000,
    kid: form.prescriberKeyId,
    ord: form.orderId,
    sta: '/order-status.jws',
    v: 1,
  });
});

test('it fits a QR code that a telephone reads, with a quarter-way error correction', async () => {
  const { text } = await printed();
  expect(QRCode.create(text, { errorCorrectionLevel: 'M' }).version).toBeLessThanOrEqual(17);
});

test('one that was changed on the way is refused', async () => {
  const { text, publicKey } = await printed();
  const [head, payload = '', signature] = text.split('.');
  const other = `${payload[0] === 'A' ? 'B' : 'A'}${payload.slice(1)}`;
  await expect(compactVerify(`${head}.${other}.${signature}`, publicKey)).rejects.toThrow();
});
