/** What every part that can be started needs. */
import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Env } from '#kernel/env.ts';
import { deriveKey } from '#kernel/keys.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import { StartRefused } from '#prisma/start-refused.ts';
import { type GatewayServer, listen, type Routes } from './server.ts';

/** A part that runs until it is told to stop. */
export interface Started {
  stop(): Promise<void>;
}

/** Whose access tokens are believed. */
export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: URL;
}

/** Steps to be taken back in reverse order. One that fails does not keep the others. */
export function undoList(): { add(step: () => Promise<void>): void; run(): Promise<void> } {
  const steps: (() => Promise<void>)[] = [];
  return {
    add: (step) => void steps.push(step),
    async run() {
      for (const step of steps.splice(0).reverse()) await step().catch((error: unknown) => console.error(error));
    },
  };
}

/** One value for each subgraph. */
export function perSubgraph<Value>(value: (name: SubgraphName) => Value): Record<SubgraphName, Value> {
  return Object.fromEntries(subgraphNames.map((name) => [name, value(name)])) as Record<SubgraphName, Value>;
}

/** The passwords of a subgraph's two database roles: derived, so that every replica sets the same. */
export function databasePasswordsOf(secret: string): { app: string; worker: string } {
  const password = (purpose: string) => deriveKey(secret, purpose).toString('base64url');
  return { app: password('database'), worker: password('database-worker') };
}

/** The issuer a part in a process of its own believes, and the sentence that is wanting when there is none. */
export function outsideIssuer({ issuer, audience, jwksUri }: Env): { issuer: Issuer | null; missing: string[] } {
  if (issuer !== undefined && jwksUri !== undefined) return { issuer: { issuer, audience, jwksUri }, missing: [] };
  return { issuer: null, missing: ['ISSUER and JWKS_URI are needed: whose access tokens are believed, and where its public keys are.'] };
}

/** Refuses at once when the port is taken, instead of after a database was started for nothing. */
export async function needFreePort(where: { host: string; port: number }): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => reject(refusalOf(error, where)));
    probe.listen(where.port, where.host, () => probe.close(() => resolve()));
  });
}

/** Listens, or says in a sentence why it cannot. */
export function listenOrRefuse(routes: Routes, where: Parameters<typeof listen>[1]): Promise<GatewayServer> {
  return listen(routes, where).catch((error: Error) => {
    throw refusalOf(error, where);
  });
}

/** The sentence for a socket that cannot be had. */
export function refusalOf(error: Error & { code?: string }, { host, port }: { host: string; port: number }): Error {
  if (error.code === 'EADDRINUSE') return new StartRefused(`Port ${port} on ${host} is in use: stop what uses it, or set PORT to another.`);
  if (error.code === 'EACCES') return new StartRefused(`Port ${port} may not be used without more rights: set PORT to one above 1023.`);
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new StartRefused(`This machine has no address ${host}: set HOST to one it has, such as 127.0.0.1.`);
  return error;
}

/**
 * Gives back what starting left behind: loading and composing leave the heap at over twice what running needs, and V8
 * keeps the pages.
 */
export function releaseStartMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect: NodeJS.GCFunction = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
