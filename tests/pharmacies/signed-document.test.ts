import { createHmac } from 'node:crypto';
import canonicalize from 'canonicalize';
import { flattenedVerify, importJWK } from 'jose';
import { expect, test } from 'vitest';
import {
  checkPlatformSignature,
  checkPrescriberSignature,
  type DocumentKey,
  readSignedDocument,
} from '../../subgraphs/pharmacies/verification/signed-document.ts';
import { payloadOf, platformHeader, prescriberHeader, signOrder, signPart, testKey } from './signed-order.ts';
import { orderContent, public_ } from './supply-world.ts';

const at = new Date('2026-11-20T12:00:00Z');
const content = orderContent(1, at);
const prescriber = await testKey('PRESCRIBER', public_.prescriber);
const colleague = await testKey('PRESCRIBER', 'prc_01h455vb4pex5vsknk084sn02q');
const platform = await testKey('PLATFORM', 'goodfaith');
const stranger = await testKey('PLATFORM', 'goodfaith');
const keys: DocumentKey[] = [prescriber.published, colleague.published, platform.published];
const good = await signOrder(content, prescriber, platform);

/** PASS, or the part that refused it. */
async function judged(jws: string): Promise<string> {
  const document = readSignedDocument(jws);
  if ('problem' in document) return 'form';
  if ('problem' in (await checkPrescriberSignature(document, keys))) return 'prescriber';
  return 'problem' in (await checkPlatformSignature(document, keys)) ? 'platform' : 'PASS';
}

type Outer = { payload: string; signatures: { protected: string; signature: string }[] };
const outer = (): Outer => JSON.parse(good.jws);
const bytes = (text: string) => Buffer.from(text).toString('base64url');

test('accepts what both have signed, and names its bytes', async () => {
  expect(await judged(good.jws)).toBe('PASS');
  expect(readSignedDocument(good.jws)).toMatchObject({ digest: good.digest, content: { order: { id: public_.order(1) } } });
});

test('a member nobody has heard of is covered and let through', async () => {
  const { jws } = await signOrder({ ...content, future: { x: 1 } }, prescriber, platform);
  expect(await judged(jws)).toBe('PASS');
});

async function resigned(change: (payload: string) => Promise<Outer>): Promise<string> {
  return JSON.stringify(await change(payloadOf(content)));
}

const forgeries: [name: string, where: string, make: () => Promise<string> | string][] = [
  [
    'a third signature beside two good ones',
    'form',
    () => {
      const forged = outer();
      return JSON.stringify({ ...forged, signatures: [...forged.signatures, forged.signatures[0]] });
    },
  ],
  ['the prescriber’s signature alone', 'form', () => JSON.stringify({ ...outer(), signatures: outer().signatures.slice(0, 1) })],
  ['the platform first', 'prescriber', () => JSON.stringify({ ...outer(), signatures: [...outer().signatures].reverse() })],
  [
    'an unprotected header that says more',
    'form',
    () => {
      const forged = outer();
      return JSON.stringify({ ...forged, signatures: [{ ...forged.signatures[0], header: { role: 'platform' } }, forged.signatures[1]] });
    },
  ],
  ['another member beside payload and signatures', 'form', () => JSON.stringify({ ...outer(), note: 'x' })],
  [
    'another quantity under the old signatures',
    'prescriber',
    () => {
      const forged = { ...content, drug: { ...(content['drug'] as object), quantity: { value: '25', unit: 'mL' } } };
      return JSON.stringify({ ...outer(), payload: payloadOf(forged) });
    },
  ],
  [
    'the same order, not canonical, properly signed',
    'form',
    () => {
      const payload = bytes(JSON.stringify(content));
      return resigned(async () => {
        const first = await signPart(payload, prescriber.privateKey, prescriberHeader(prescriber.published.kid));
        return {
          payload,
          signatures: [first, await signPart(payload, platform.privateKey, platformHeader(platform.published.kid, first.signature))],
        };
      });
    },
  ],
  [
    'a member written twice, properly signed',
    'form',
    () => {
      const payload = bytes(`{"schema":"gf-order/0",${(canonicalize(content) ?? '').slice(1)}`);
      return resigned(async () => {
        const first = await signPart(payload, prescriber.privateKey, prescriberHeader(prescriber.published.kid));
        return {
          payload,
          signatures: [first, await signPart(payload, platform.privateKey, platformHeader(platform.published.kid, first.signature))],
        };
      });
    },
  ],
  [
    'a colleague’s good key for another prescriber’s order',
    'prescriber',
    () => signOrder(content, colleague, platform).then(({ jws }) => jws),
  ],
  ['both signatures by the platform', 'prescriber', () => signOrder(content, platform, platform).then(({ jws }) => jws)],
  ['a platform key that is not registered', 'platform', () => signOrder(content, prescriber, stranger).then(({ jws }) => jws)],
  [
    'both signatures by the prescriber',
    'platform',
    () =>
      resigned(async (payload) => {
        const first = await signPart(payload, prescriber.privateKey, prescriberHeader(prescriber.published.kid));
        return {
          payload,
          signatures: [first, await signPart(payload, prescriber.privateKey, platformHeader(prescriber.published.kid, first.signature))],
        };
      }),
  ],
  [
    'the platform’s signature taken from another signing of the same bytes',
    'platform',
    () =>
      resigned(async (payload) => ({
        payload,
        signatures: [
          await signPart(payload, prescriber.privateKey, prescriberHeader(prescriber.published.kid)),
          outer().signatures[1] as Outer['signatures'][0],
        ],
      })),
  ],
  [
    'a role that is not the signer’s',
    'prescriber',
    () =>
      resigned(async (payload) => {
        const first = await signPart(payload, prescriber.privateKey, { ...prescriberHeader(prescriber.published.kid), role: 'platform' });
        return {
          payload,
          signatures: [first, await signPart(payload, platform.privateKey, platformHeader(platform.published.kid, first.signature))],
        };
      }),
  ],
  [
    'a key carried in the header',
    'prescriber',
    () =>
      resigned(async (payload) => {
        const { jwk } = { jwk: stranger.published.publicJwk };
        const first = await signPart(payload, stranger.privateKey, { ...prescriberHeader(stranger.published.kid), jwk });
        return {
          payload,
          signatures: [first, await signPart(payload, platform.privateKey, platformHeader(platform.published.kid, first.signature))],
        };
      }),
  ],
  [
    'another type of signed thing',
    'prescriber',
    () =>
      resigned(async (payload) => {
        const first = await signPart(payload, prescriber.privateKey, { ...prescriberHeader(prescriber.published.kid), typ: 'gf-exam+jws' });
        return {
          payload,
          signatures: [first, await signPart(payload, platform.privateKey, platformHeader(platform.published.kid, first.signature))],
        };
      }),
  ],
  [
    'an HMAC keyed with the public key',
    'prescriber',
    () =>
      resigned(async (payload) => {
        const header = bytes(JSON.stringify({ ...prescriberHeader(prescriber.published.kid), alg: 'HS256' }));
        const signature = createHmac('sha256', JSON.stringify(prescriber.published.publicJwk))
          .update(`${header}.${payload}`)
          .digest('base64url');
        return {
          payload,
          signatures: [
            { protected: header, signature },
            await signPart(payload, platform.privateKey, platformHeader(platform.published.kid, signature)),
          ],
        };
      }),
  ],
  [
    'no algorithm at all',
    'prescriber',
    () => {
      const forged = outer();
      const header = bytes(JSON.stringify({ ...prescriberHeader(prescriber.published.kid), alg: 'none' }));
      return JSON.stringify({ ...forged, signatures: [{ protected: header, signature: '' }, forged.signatures[1]] });
    },
  ],
  ['bytes that are no UTF-8', 'form', () => JSON.stringify({ ...outer(), payload: Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url') })],
  ['base64url spelt another way', 'form', () => JSON.stringify({ ...outer(), payload: `${outer().payload}=` })],
  ['no JSON', 'form', () => 'eyJ.eyJ.sig'],
];

test.each(forgeries)('refuses %s', async (_name, where, make) => {
  expect(await judged(await make())).toBe(where);
});

test('a plain verifier is content with the parts of some of them', async () => {
  const { jws } = await signOrder(content, colleague, platform);
  const forged: Outer = JSON.parse(jws);
  for (const [index, key] of [colleague, platform].entries()) {
    const part = forged.signatures[index] as Outer['signatures'][0];
    await expect(
      flattenedVerify({ payload: forged.payload, ...part }, await importJWK(key.published.publicJwk as { kty: string }, 'ES256')),
    ).resolves.toBeDefined();
  }
});

test('a registered key that is not the one its id names proves nothing', async () => {
  const swapped = keys.map((key) => (key.kid === prescriber.published.kid ? { ...key, publicJwk: colleague.published.publicJwk } : key));
  const document = readSignedDocument(good.jws);
  if ('problem' in document) throw new Error(document.problem);
  expect(await checkPrescriberSignature(document, swapped)).toEqual({
    code: 'KEY_ID_WRONG',
    problem: 'The registered key is not the one its id names.',
  });
});
