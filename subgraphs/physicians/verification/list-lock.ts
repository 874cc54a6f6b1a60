import type { Tx } from '../builder.ts';

/** Lets nobody else keep or clear what this list says until the transaction ends. */
export async function lockList(tx: Tx, { source, state }: { readonly source: string; readonly state: string | null }): Promise<void> {
  await tx.$queryRawUnsafe('select pg_advisory_xact_lock(hashtext($1))::text', `verification ${source} ${state}`);
}
