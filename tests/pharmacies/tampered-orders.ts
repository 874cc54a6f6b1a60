import canonicalize from 'canonicalize';
import { sha256Of } from '#kernel/keys.ts';
import type { DocumentKey } from '../../subgraphs/pharmacies/verification/signed-document.ts';
import { digestOf, payloadOf, platformHeader, prescriberHeader, signOrder, signPart, testKey } from './signed-order.ts';
import { orderContent, public_ } from './supply-world.ts';

/** When the order was signed. */
export const at = new Date('2026-11-20T12:00:00Z');
const content = orderContent(1, at);
const prescriber = await testKey('PRESCRIBER', public_.prescriber);
const colleague = await testKey('PRESCRIBER', 'prc_01h455vb4pex5vsknk084sn02q');
/** The platform's key, which signs lists and kits too. */
export const platform = await testKey('PLATFORM', 'goodfaith');
/** The registry as it should be. */
export const registered: readonly DocumentKey[] = [prescriber.published, colleague.published, platform.published];
/** An order with nothing wrong. */
export const good = await signOrder(content, prescriber, platform);

type Part = { protected: string; signature: string };
type Outer = { payload: string; signatures: [Part, Part] };
const outer = (): Outer => JSON.parse(good.jws);
const encoded = (text: string) => Buffer.from(text).toString('base64url');
const dosed = { ...content, drug: { ...(content['drug'] as object), quantity: { value: '25', unit: 'mL' } } };

/** Both signatures over any bytes, by the right keys. */
async function signedOver(payload: string, header: object = {}): Promise<string> {
  const first = await signPart(payload, prescriber.privateKey, { ...prescriberHeader(prescriber.published.kid), ...header });
  const second = await signPart(payload, platform.privateKey, platformHeader(platform.published.kid, first.signature));
  return JSON.stringify({ payload, signatures: [first, second] });
}

/** A document that somebody got at. */
export interface Tampered {
  readonly jws: string;
  /** What the registry says, where it was got at as well. */
  readonly keys?: readonly DocumentKey[];
  /** Under which the order was sent, where whoever changed it could not change that too. */
  readonly sentAs?: string;
  /** For which fill it was sent. */
  readonly fill?: number;
}

/** The digest of what arrived. */
export function digestIn(jws: string): string {
  try {
    return digestOf((JSON.parse(jws) as Outer).payload);
  } catch {
    return good.digest;
  }
}

const revoked = (since: string): readonly DocumentKey[] =>
  registered.map((key) => (key.kid === prescriber.published.kid ? { ...key, invalidSince: since } : key));

/** Each way to tamper with a document, and the one code it is found by. */
export const tampered: [what: string, code: string, make: () => Promise<Tampered> | Tampered][] = [
  ['a text that is no JWS', 'NO_JWS', () => ({ jws: 'eyJ.eyJ.sig' })],
  [
    'the prescriber’s signature alone',
    'SIGNATURE_COUNT',
    () => ({ jws: JSON.stringify({ ...outer(), signatures: outer().signatures.slice(0, 1) }) }),
  ],
  [
    'an unprotected header beside a signature',
    'SIGNATURE_SHAPE',
    () => ({
      jws: JSON.stringify({ ...outer(), signatures: [{ ...outer().signatures[0], header: { role: 'platform' } }, outer().signatures[1]] }),
    }),
  ],
  ['a payload spelt another way', 'PAYLOAD_ENCODING', () => ({ jws: JSON.stringify({ ...outer(), payload: `${outer().payload}=` }) })],
  [
    'a member written twice, under good signatures',
    'PAYLOAD_NOT_CANONICAL',
    async () => ({ jws: await signedOver(encoded(`{"schema":"gf-order/2",${(canonicalize(content) ?? '').slice(1)}`)) }),
  ],
  [
    'a version that is not known, under good signatures',
    'DOCUMENT_VERSION_UNKNOWN',
    async () => ({ jws: await signedOver(payloadOf({ ...content, schema: 'gf-order/99' })) }),
  ],
  [
    'an order without its drug, under good signatures',
    'DOCUMENT_SHAPE',
    async () => ({ jws: await signedOver(payloadOf({ ...content, drug: null })) }),
  ],
  [
    'a header that is no JSON',
    'HEADER_UNREADABLE',
    () => ({
      jws: JSON.stringify({ ...outer(), signatures: [{ ...outer().signatures[0], protected: encoded('{') }, outer().signatures[1]] }),
    }),
  ],
  [
    'the signature of another kind of document',
    'HEADER_WRONG',
    async () => ({ jws: await signedOver(payloadOf(content), { typ: 'gf-exam+jws' }) }),
  ],
  [
    'a colleague’s good key for another prescriber’s order',
    'KEY_NOT_REGISTERED',
    () => signOrder(content, colleague, platform).then(({ jws }) => ({ jws })),
  ],
  [
    'a registry whose key was exchanged under its id',
    'KEY_ID_WRONG',
    () => ({
      jws: good.jws,
      keys: registered.map((key) => (key.kid === prescriber.published.kid ? { ...key, publicJwk: colleague.published.publicJwk } : key)),
    }),
  ],
  [
    'another quantity under the old signatures',
    'SIGNATURE_WRONG',
    () => ({ jws: JSON.stringify({ ...outer(), payload: payloadOf(dosed) }) }),
  ],
  [
    'the platform’s signature taken from another signing of the same bytes',
    'OTHER_SIGNATURE_COVERED',
    async () => {
      const payload = payloadOf(content);
      const first = await signPart(payload, prescriber.privateKey, prescriberHeader(prescriber.published.kid));
      const second = await signPart(payload, platform.privateKey, {
        ...platformHeader(platform.published.kid, ''),
        over: sha256Of('another'),
      });
      return { jws: JSON.stringify({ payload, signatures: [first, second] }) };
    },
  ],
  [
    'another order, well signed, in the place of the one that was sent',
    'DIGEST_DIFFERS',
    async () => ({ jws: (await signOrder(dosed, prescriber, platform)).jws, sentAs: good.digest }),
  ],
  [
    'the order of another patient, sent as this one’s',
    'HAND_OFF_DIFFERS',
    async () => ({ jws: (await signOrder({ ...content, patient: { id: public_.patient(2) } }, prescriber, platform)).jws }),
  ],
  [
    'an order dated to before its key was made',
    'KEY_NOT_IN_USE',
    () => ({ jws: good.jws, keys: registered.map((key) => ({ ...key, validFrom: '2026-11-21T00:00:00.000Z' })) }),
  ],
  [
    'an order signed with a key that was revoked by then',
    'KEY_REVOKED_BEFORE',
    () => ({ jws: good.jws, keys: revoked('2026-11-19T00:00:00.000Z') }),
  ],
  [
    'an order dated to before the loss of its key, with nothing to prove it',
    'KEY_REVOKED_SINCE',
    () => ({ jws: good.jws, keys: revoked('2026-11-21T00:00:00.000Z') }),
  ],
];
