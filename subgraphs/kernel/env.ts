/** The environment, read once and nowhere else. What is wrong is said all at once, a sentence each, and never with a secret in it. */
import type { KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import { emailProblem } from './identifiers-contact.ts';
import { publicKeyOf } from './keys.ts';
import { subgraphNames } from './names.ts';
import type { SubgraphName } from './names.ts';

/** The environment cannot be run with. `problems` has one sentence for each thing to change. */
export class EnvRefused extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const address = (...protocols: string[]) =>
  z.string().transform((text, check) => {
    const url = URL.parse(text);
    if (url && protocols.includes(url.protocol)) return url;
    check.addIssue(`must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
    return z.NEVER;
  });

const web = address('http:', 'https:');
const secret = z.string().regex(/^[\w-]{43}$/, 'must be 32 random bytes in base64url (npm run secrets makes one)');

/** `clinics=…,physicians=…`: one value for each subgraph, all four. */
const forEachSubgraph = <T>(read: (text: string) => T) =>
  z.string().transform((text, check): Record<SubgraphName, T> => {
    const pairs = new Map(
      text.split(',').map((pair): [string, string] => [pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1)]),
    );
    try {
      if (pairs.size !== subgraphNames.length) throw new Error('not four names');
      const one = (name: SubgraphName) => read(secret.parse(pairs.get(name)));
      return { clinics: one('clinics'), physicians: one('physicians'), prescriptions: one('prescriptions'), pharmacies: one('pharmacies') };
    } catch {
      check.addIssue(`must be a list like ${subgraphNames.map((name) => `${name}=<key>`).join(',')} (npm run secrets makes one)`);
      return z.NEVER;
    }
  });

/** A list of a primary source of credentials, and where its file is. */
export interface CredentialFile {
  readonly source: 'STATE_BOARD' | 'NPPES' | 'OIG_LEIE' | 'SAM';
  /** Of a state's board. */
  readonly state: string | null;
  readonly path: string;
}

/** `OIG_LEIE=/lists/leie.csv` or `STATE_BOARD:TX=/lists/tx.csv`; null for anything else. */
export function credentialFile(text: string): CredentialFile | null {
  const [, source, state, path] = /^(STATE_BOARD|NPPES|OIG_LEIE|SAM)(?::([A-Z]{2}))?=(.+)$/.exec(text.trim()) ?? [];
  if (source === undefined || path === undefined || (source === 'STATE_BOARD') !== (state !== undefined)) return null;
  return { source: source as CredentialFile['source'], state: state ?? null, path: resolve(path) };
}

const credentialFiles = z.string().transform((text, check) => {
  const files = text.split(',').map(credentialFile);
  const read = files.filter((file) => file !== null);
  if (read.length < files.length)
    check.addIssue('must be a list like OIG_LEIE=/lists/leie.csv,SAM=/lists/sam.csv,STATE_BOARD:TX=/lists/tx.csv');
  return read;
});

/** A LiveKit server that exams are held on. */
export interface LiveKit {
  /** `wss://…`. */
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** The server that mail is handed to, and whom it is from. */
export interface Mail {
  readonly host: string;
  readonly port: number;
  /** Encrypted from the first byte on (`smtps:`). */
  readonly secure: boolean;
  /** Never without STARTTLS: everywhere but on loopback. */
  readonly requireTls: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | null;
  readonly from: { readonly name: string; readonly address: string };
}

/** `Name <address>` or an address alone. */
const sender = z.string().transform((text, check) => {
  const [, name = '', named, alone] = /^(?:"?([^"<>\r\n]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))$/.exec(text.trim()) ?? [];
  const mailAddress = named ?? alone ?? '';
  if (emailProblem(mailAddress) === null) return { name, address: mailAddress };
  check.addIssue('must be an e-mail address, or a name with one like Lakeside <no-reply@lakeside.example>');
  return z.NEVER;
});

const origins = z.string().transform((text, check) => {
  const list = text.split(',').map((origin) => origin.trim());
  const wrong = list.filter((origin) => URL.parse(origin)?.origin !== origin);
  if (wrong.length > 0) check.addIssue('must be a list of origins like https://app.example.com, with commas between and no path');
  return list;
});

const variables = z.object({
  PORT: z
    .string()
    .default('4000')
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65535, 'must be a port from 0 to 65535')
    .transform(Number),
  HOST: z.string().default('127.0.0.1'),
  GOODFAITH_DATA_DIR: z
    .string()
    .default('.data')
    .transform((path) => resolve(path)),
  DATABASE_URL: address('postgres:', 'postgresql:')
    .transform((url) => url.href)
    .optional(),
  DATABASE_POOLER_URL: address('postgres:', 'postgresql:')
    .transform((url) => url.href)
    .optional(),
  DATABASE_REPLICA_URL: address('postgres:', 'postgresql:')
    .transform((url) => url.href)
    .optional(),
  ISSUER: z
    .string()
    .refine((text) => web.safeParse(text).success, 'must be the address of an OpenID Connect issuer')
    .optional(),
  AUDIENCE: z.string().default('goodfaith'),
  JWKS_URI: web.optional(),
  SANDBOX_CLOCK: z
    .enum(['0', '1'], 'must be 1, 0 or unset')
    .default('0')
    .transform((value) => value === '1'),
  NODE_ENV: z.string().default('development'),
  LOG_LEVEL: z
    // The federation engine reads this variable too and knows these words only.
    .enum(['trace', 'debug', 'info', 'warn', 'error'], 'must be trace, debug, info, warn or error')
    .default('info'),
  SUBGRAPH_SECRET: secret.optional(),
  GOODFAITH_SECRET: secret.optional(),
  HOP_KEYS: forEachSubgraph((text) => Buffer.from(text, 'base64url')).optional(),
  ASK_KEYS: forEachSubgraph((text): KeyObject => publicKeyOf(text)).optional(),
  GATEWAY_URL: web.optional(),
  CLINICS_URL: web.optional(),
  PHYSICIANS_URL: web.optional(),
  PRESCRIPTIONS_URL: web.optional(),
  PHARMACIES_URL: web.optional(),
  CORS_ORIGINS: origins.default([]),
  CREDENTIAL_FILES: credentialFiles.default([]),
  VIDEO: z.enum(['optional', 'required'], 'must be required, optional or unset').default('optional'),
  LIVEKIT_URL: address('ws:', 'wss:').optional(),
  LIVEKIT_API_KEY: z.string().optional(),
  LIVEKIT_API_SECRET: z.string().min(32, 'must have 32 characters or more').optional(),
  INTERACTIONS_URL: address('https:').optional(),
  INTERACTIONS_KEY: z.string().optional(),
  SMTP_URL: address('smtp:', 'smtps:').optional(),
  SMTP_FROM: sender.optional(),
  TIME_SOURCE_URL: address('https:').optional(),
  EPCS_CERTIFIED: z
    .string()
    .regex(/^[^\n\r]{3,160} \d{4}-\d{2}-\d{2}$/, 'must be a reference of the audit or certificate, a space, and its day as 2026-10-01')
    .optional(),
});

/** Everything that can be set from outside, typed. Optional settings that are unset, or set to nothing, are undefined. */
export type Env = ReturnType<typeof readEnv>;

/** Reads and checks the environment, or throws `EnvRefused`. Whether a process has what its own part needs is for that process to ask. */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env) {
  // Compose files write `ISSUER: ${ISSUER:-}`: set to nothing means unset.
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = variables.safeParse(set);
  if (!parsed.success) throw new EnvRefused(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`));
  const e = parsed.data;
  const production = e.NODE_ENV === 'production';
  const sandbox = !production && e.DATABASE_URL === undefined && isLoopback(e.HOST);
  const problems = contradictionsIn(e, { production, sandbox });
  if (problems.length > 0) throw new EnvRefused(problems);
  return {
    port: e.PORT,
    host: e.HOST,
    dataDir: e.GOODFAITH_DATA_DIR,
    databaseUrl: e.DATABASE_URL,
    /** Where requests reach that database through a pooler in transaction mode; unset, they reach it as everything else does. */
    databasePoolerUrl: e.DATABASE_POOLER_URL,
    /** Where a streaming replica of that database answers figures; unset, the database does. */
    databaseReplicaUrl: e.DATABASE_REPLICA_URL,
    issuer: e.ISSUER,
    audience: e.AUDIENCE,
    jwksUri: e.JWKS_URI,
    production,
    /** Whether invented people and a movable clock may exist at all: embedded database, on loopback, not in production. */
    sandbox,
    /** Whether the embedded issuer may sign in personas. Never beside a real issuer. */
    personas: sandbox && e.ISSUER === undefined,
    sandboxClock: e.SANDBOX_CLOCK,
    logLevel: e.LOG_LEVEL,
    subgraphSecret: e.SUBGRAPH_SECRET,
    rootSecret: e.GOODFAITH_SECRET,
    hopKeys: e.HOP_KEYS,
    askKeys: e.ASK_KEYS,
    gatewayUrl: e.GATEWAY_URL,
    subgraphUrls: {
      clinics: e.CLINICS_URL,
      physicians: e.PHYSICIANS_URL,
      prescriptions: e.PRESCRIPTIONS_URL,
      pharmacies: e.PHARMACIES_URL,
    },
    corsOrigins: e.CORS_ORIGINS,
    /** Lists of primary sources that are looked through every day; none, and nobody is. */
    credentialFiles: e.CREDENTIAL_FILES,
    /** How the calls of exams are held. */
    video: {
      /** Whether a live exam can be approved only if it was held in a call of this deployment. */
      required: e.VIDEO === 'required',
      /** Null for rooms that are a record alone. */
      liveKit: liveKitIn(e),
    },
    /** Who screens drugs for interactions; null, and what a patient takes besides is not screened. */
    interactions: e.INTERACTIONS_URL === undefined ? null : { url: e.INTERACTIONS_URL, key: e.INTERACTIONS_KEY ?? null },
    /** Where mail goes out; null, and none is sent. */
    mail: mailIn(e),
    /** A server whose time the clock is held against before anything controlled is signed; null, and it is not compared. */
    timeSource: e.TIME_SOURCE_URL ?? null,
    /** The audit or certificate of this deployment's application for controlled prescriptions (21 CFR 1311.300); null, and none is transmitted. */
    epcsCertified: e.EPCS_CERTIFIED ?? null,
  };
}

/**
 * Where this process finds the keys of access tokens: a real issuer, or `null` for the embedded one with its personas.
 * Throws `EnvRefused` when there is neither, since then nobody could ever sign in.
 */
export function tokenIssuerIn(env: Env): { issuer: string; audience: string; jwksUri: URL } | null {
  const { issuer, audience, jwksUri } = env;
  if (issuer !== undefined && jwksUri !== undefined) return { issuer, audience, jwksUri };
  if (env.personas) return null;
  throw new EnvRefused([
    'ISSUER and JWKS_URI are needed: the embedded issuer and its personas exist only with the embedded database, on loopback and outside production.',
  ]);
}

function contradictionsIn(e: z.infer<typeof variables>, { production, sandbox }: { production: boolean; sandbox: boolean }): string[] {
  const problems: string[] = [];
  if (e.ISSUER !== undefined && e.JWKS_URI === undefined)
    problems.push('JWKS_URI is needed with ISSUER: the address of the issuer’s public keys.');
  if (e.ISSUER === undefined && e.JWKS_URI !== undefined)
    problems.push('ISSUER is needed with JWKS_URI: the issuer as its tokens name it.');
  if (production && e.JWKS_URI?.protocol === 'http:' && !isLoopback(e.JWKS_URI.hostname)) {
    problems.push('JWKS_URI must begin with https:// in production, or anyone on the way could put in keys of their own.');
  }
  if (e.SANDBOX_CLOCK && !sandbox) {
    problems.push(
      'SANDBOX_CLOCK=1 is for the embedded instance on loopback only: unset it, or unset DATABASE_URL and NODE_ENV and leave HOST at 127.0.0.1.',
    );
  }
  if (e.DATABASE_POOLER_URL !== undefined && e.DATABASE_URL === undefined)
    problems.push('DATABASE_POOLER_URL goes with DATABASE_URL: migrations, jobs and news need a way to the database that is not pooled.');
  if (e.DATABASE_REPLICA_URL !== undefined && e.DATABASE_URL === undefined)
    problems.push('DATABASE_REPLICA_URL goes with DATABASE_URL: a replica is one of a database that is named.');
  const liveKit = [e.LIVEKIT_URL, e.LIVEKIT_API_KEY, e.LIVEKIT_API_SECRET].filter((value) => value !== undefined);
  if (liveKit.length === 1 || liveKit.length === 2)
    problems.push(
      'LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET go together: set all three, or none for rooms that are a record alone.',
    );
  if (production && e.LIVEKIT_URL?.protocol === 'ws:' && !isLoopback(e.LIVEKIT_URL.hostname))
    problems.push('LIVEKIT_URL must begin with wss:// in production, or anyone on the way could take part in a call.');
  if ((e.SMTP_URL === undefined) !== (e.SMTP_FROM === undefined))
    problems.push('SMTP_URL and SMTP_FROM go together: set both to send mail, or neither.');
  if (e.INTERACTIONS_KEY !== undefined && e.INTERACTIONS_URL === undefined)
    problems.push('INTERACTIONS_KEY goes with INTERACTIONS_URL: set the address that the key is for, or neither.');
  if (e.SMTP_URL !== undefined && e.SMTP_URL.hostname === '')
    problems.push('SMTP_URL must name a server, like smtps://user:password@smtp.example:465.');
  return problems;
}

function mailIn({ SMTP_URL: url, SMTP_FROM: from }: z.infer<typeof variables>): Mail | null {
  if (url === undefined || from === undefined) return null;
  const secure = url.protocol === 'smtps:';
  const auth = url.username === '' ? null : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(url.port) || (secure ? 465 : 587), secure, requireTls: !secure && !isLoopback(url.hostname), auth, from };
}

function liveKitIn(e: z.infer<typeof variables>): LiveKit | null {
  const { LIVEKIT_URL: url, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret } = e;
  return url === undefined || apiKey === undefined || apiSecret === undefined ? null : { url: url.href, apiKey, apiSecret };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
