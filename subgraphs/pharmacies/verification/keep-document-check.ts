import { audit } from '#kernel/audit.ts';
import type { WriteOptions } from '#kernel/context.ts';
import { toId, tryId } from '#kernel/ids.ts';
import type { Ctx } from '../builder.ts';
import type { Check } from './check.ts';
import { keysQuestion, signersOf, statusListQuestion } from './neighbour-facts.ts';
import { type PublicFacts, strayVerdict } from './stray-checks.ts';
import type { Verified } from './verification.ts';

/** The keys of whoever a text says it is from, and the status list, by the service's right. Nothing else of the text is asked about. */
export async function askPublicFacts(ctx: Ctx, ...prescribers: readonly string[]): Promise<PublicFacts> {
  const [keys, list] = await Promise.all([
    ctx.graph.ask(keysQuestion, { signers: signersOf(...prescribers) }),
    ctx.graph.ask(statusListQuestion, {}),
  ]);
  return { keys: keys?.documentKeys ?? null, ended: endedIn(list?.orderStatusList ?? null) };
}

// It comes from the subgraph that signs it, over a door that proves so: its signature is for those who have nothing but the list.
function endedIn(list: string | null): ReadonlyMap<string, string> | null {
  if (list === null) return null;
  try {
    const said = JSON.parse(Buffer.from(list.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      cancelled: readonly { digest: string; reason: string }[];
    };
    return new Map(said.cancelled.map(({ digest, reason }) => [digest, reason]));
  } catch {
    return null;
  }
}

/** The caller's pharmacies, as ids of the graph. */
export function ownPharmacies(ctx: Ctx): string[] {
  return ctx.actor.places('order:verify').map((id) => toId('pharmacy', id));
}

interface Shown {
  readonly source: 'DOCUMENT' | 'SHORT_FORM';
  readonly documentDigest: string | null;
  /** Whom it names, if anybody. */
  readonly pharmacyId: string | null;
  readonly checks: readonly Check[];
}

/** Keeps that somebody looked at a text whose order is not theirs: what was found, and no order, clinic or patient. */
export async function keepDocumentCheck(
  ctx: Ctx,
  { source, documentDigest, pharmacyId: named, checks }: Shown,
  write: WriteOptions,
): Promise<Verified> {
  const verdict = strayVerdict(checks);
  const own = ctx.actor.places('order:verify');
  const pharmacyId = own.find((id) => id === (named === null ? null : tryId('pharmacy', named))) ?? own[0] ?? '';
  const { id, checkedAt } = await ctx.write(write, async (tx) => {
    const kept = await tx.documentCheck.create({
      data: {
        ...{ id: ctx.newId(), pharmacyId, source, documentDigest, verdict },
        checks: checks.map((check) => ({ ...check })),
        ...{ checkedBy: ctx.actor.sub, checkedAt: ctx.now() },
      },
    });
    await audit(tx, ctx, {
      ...{ action: 'document.checked', tenantId: pharmacyId, subjectKind: 'verification', subjectId: kept.id },
      detail: { verdict, source, digest: documentDigest },
    });
    return kept;
  });
  return { id, orderId: null, verdict, checkedAt, checks, document: null };
}
