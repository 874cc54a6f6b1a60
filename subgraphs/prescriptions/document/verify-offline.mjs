// node verify-offline.mjs <kit.jws> <platform key id> <order.jws or short form>
// Says AUTHENTIC (exit 0), REFUSED and a code (exit 1), or STALE (exit 2: authentic, but the kit's time is over). Never more than that:
// whether another pharmacy has the order, whether it is held or was changed since, only the graph knows.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { calculateJwkThumbprint, compactVerify, flattenedVerify, importJWK } from 'jose';

const [kitText, pinned, text] = [process.argv[2], process.argv[3], process.argv[4]].map((given, index) =>
  index === 1 ? given : readFileSync(given, 'utf8').trim(),
);
const refuse = (code) => {
  console.log(`REFUSED ${code}`);
  process.exit(1);
};
const orElse = (code, read) => {
  try {
    return read();
  } catch {
    return refuse(code);
  }
};
const sha256 = (data, encoding) => createHash('sha256').update(data).digest(encoding);
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const hasExactly = (value, members) => isObject(value) && Object.keys(value).sort().join() === [...members].sort().join();
// base64url spells the same bytes in several ways; only the one that comes out again is taken.
const bytesOf = (part) => {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw new Error('not base64url');
  return bytes;
};
const utf8 = (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
// RFC 8785: members in the order of their names, each once. A text that does not print as it parses is not canonical.
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
};
// A header that does not print as it parses has a member twice or hides in spelling.
const headerOf = (part, code) =>
  orElse(code, () => {
    const written = utf8(bytesOf(part));
    const header = JSON.parse(written);
    if (!isObject(header) || JSON.stringify(header) !== written) throw new Error('not a header');
    return header;
  });
const idOf = ({ kty, crv, x, y }) => calculateJwkThumbprint({ kty, crv, x, y }).catch(() => null);
const opened = ({ kty, crv, x, y }) => importJWK({ kty, crv, x, y }, 'ES256');

// 1. The kit: of the platform's key that was pinned, and of no other, whatever the kit says of itself.
const kit = await (async () => {
  const parts = kitText.split('.');
  const [header, said] = orElse('KIT_UNREADABLE', () => {
    if (parts.length !== 3) throw new Error('not a compact JWS');
    return [JSON.parse(utf8(bytesOf(parts[0]))), JSON.parse(utf8(bytesOf(parts[1])))];
  });
  if (!hasExactly(header, ['alg', 'typ', 'kid']) || header.alg !== 'ES256' || header.typ !== 'gf-offline-kit+jws') refuse('KIT_UNREADABLE');
  if (said.schema !== 'gf-offline-kit/1') refuse('KIT_VERSION_UNKNOWN');
  const key = said.jwks.keys.find((one) => one.kid === pinned && one.purpose === 'platform');
  if (header.kid !== pinned || !key || (await idOf(key)) !== pinned) refuse('KIT_NOT_OURS');
  await compactVerify(kitText, await opened(key), { algorithms: ['ES256'] }).catch(() => refuse('KIT_NOT_OURS'));
  if (key.invalidSince) refuse('KIT_NOT_OURS');
  return said;
})();

// 2. Keys: believed of what they signed while in use. A revoked one of nothing, since whoever has it can date a document back.
const registered = async (found) => {
  if (!found) refuse('KEY_NOT_REGISTERED');
  if ((await idOf(found)) !== found.kid) refuse('KEY_ID_WRONG');
  return found;
};
const inUse = (key, at) => {
  if (!(at >= Date.parse(key.validFrom)) || (key.validUntil && at >= Date.parse(key.validUntil))) refuse('KEY_NOT_IN_USE');
  if (key.invalidSince) refuse(at >= Date.parse(key.invalidSince) ? 'KEY_REVOKED_BEFORE' : 'KEY_REVOKED_SINCE');
};
const finish = (id, digest, words) => {
  const ended = kit.ended.find((one) => one.digest === digest);
  if (ended) refuse(ended.reason);
  const stale = !(Date.parse(kit.goodUntil) > Date.now());
  console.log(stale ? `STALE ${id}: nothing is known of it since ${kit.at}` : `AUTHENTIC ${id} ${words}`);
  process.exit(stale ? 2 : 0);
};

// 3a. A short form: the platform said that this order was signed.
if (!text.startsWith('{') && text.split('.').length === 3) {
  const [first, second] = text.split('.');
  const header = headerOf(first, 'SHORT_FORM_UNREADABLE');
  const form = orElse('SHORT_FORM_UNREADABLE', () => {
    if (!hasExactly(header, ['alg', 'zip', 'typ', 'kid']) || header.alg !== 'ES256' || header.typ !== 'gf-short+jws') throw new Error();
    const said = inflateRawSync(bytesOf(second), { maxOutputLength: 4096 }).toString('utf8');
    const payload = JSON.parse(said);
    if (payload.v !== 1 || canonical(payload) !== said) throw new Error('not canonical');
    return payload;
  });
  const key = await registered(kit.jwks.keys.find((one) => one.kid === header.kid && one.purpose === 'platform'));
  await compactVerify(text, await opened(key), { algorithms: ['ES256'] }).catch(() => refuse('SIGNATURE_WRONG'));
  inUse(key, form.iat * 1000);
  if (!(form.exp * 1000 > Date.now())) refuse('SHORT_FORM_EXPIRED');
  finish(form.ord, Buffer.from(form.dig, 'base64url').toString('hex'), 'was signed; ask for its document before filling it');
}

// 3b. A signed order: both signatures over the same canonical bytes, the platform's tied to the prescriber's.
const outer = orElse('NO_JWS', () => JSON.parse(text));
if (!hasExactly(outer, ['payload', 'signatures'])) refuse('NO_JWS');
const { payload, signatures } = outer;
if (typeof payload !== 'string' || signatures?.length !== 2) refuse('SIGNATURE_COUNT');
if (!signatures.every((one) => hasExactly(one, ['protected', 'signature']))) refuse('SIGNATURE_SHAPE');
const bytes = orElse('PAYLOAD_ENCODING', () => bytesOf(payload));
const written = orElse('PAYLOAD_ENCODING', () => utf8(bytes));
const document = orElse('PAYLOAD_NOT_CANONICAL', () => JSON.parse(written));
if (canonical(document) !== written) refuse('PAYLOAD_NOT_CANONICAL');
if (!kit.documents.some(({ schema }) => schema === document.schema)) refuse('DOCUMENT_VERSION_UNKNOWN');
if (!document.order?.signedAt || !document.prescriber?.id || !document.exam?.validUntil || !document.drug) refuse('DOCUMENT_SHAPE');
const used = [];
for (const [index, role] of ['prescriber', 'platform'].entries()) {
  const { protected: encoded, signature } = signatures[index];
  const header = headerOf(encoded, 'HEADER_UNREADABLE');
  const members = role === 'platform' ? ['alg', 'typ', 'kid', 'role', 'over'] : ['alg', 'typ', 'kid', 'role'];
  if (!hasExactly(header, members)) refuse('HEADER_WRONG');
  if (role === 'platform' && header.over !== sha256(signatures[0].signature, 'base64url')) refuse('OTHER_SIGNATURE_COVERED');
  if (header.alg !== 'ES256' || header.typ !== 'gf-order+jws' || header.role !== role) refuse('HEADER_WRONG');
  const theirs = kit.jwks.keys.filter((one) => one.purpose === role && (role === 'platform' || one.sub === document.prescriber.id));
  const key = await registered(theirs.find((one) => one.kid === header.kid));
  const jws = { payload, protected: encoded, signature };
  await flattenedVerify(jws, await opened(key), { algorithms: ['ES256'] }).catch(() => refuse('SIGNATURE_WRONG'));
  used.push(key);
}
for (const key of used) inUse(key, Date.parse(document.order.signedAt));
// The exam's last day is the order's at the latest; a schedule may end it earlier.
if (new Date().toISOString().slice(0, 10) > document.exam.validUntil) refuse('ORDER_EXPIRED');
finish(document.order.id, sha256(bytes, 'hex'), `signed ${document.order.signedAt} by ${document.prescriber.displayName}`);
