import { toId } from '#kernel/ids.ts';
import type { ProtocolFact } from '#rules/facts.ts';
import type { Context } from '../builder.ts';
import { dayIn } from '../lapse.ts';
import { shownProtocolStatus } from '../protocol/protocol-version.ts';
import { type SignersToday, signersToday } from '../protocol/read-lapses.ts';
import { lastDayInForce, unbrokenSince } from '../protocol/supersession.ts';

/** What is delegated: by which version, and by whom. */
interface Delegated {
  readonly protocolVersionId: string;
  readonly delegatorId: string;
}

/** The protocol version that a delegation goes by at a clinic, as a gate is told of it; null when the clinic does not work by it. */
export async function protocolOf(ctx: Context, delegated: Delegated, clinicId: string): Promise<ProtocolFact | null> {
  const found = await versionToday(ctx, delegated, clinicId);
  if (found === null) return null;
  const { version, how, since } = found;
  return {
    id: toId('protocolVersion', version.id),
    status: statusAt(ctx, version, how, clinicId),
    service: version.protocol.service,
    effectiveFrom: dayIn(since),
    effectiveUntil: dayIn(lastDayInForce({ ...version, supersededOn: how.supersededOn })),
  };
}

/** Where the version that a delegation goes by stands at a clinic: suspended where one who signed for it there may not answer for it today. */
export async function protocolStatusAt(ctx: Context, delegated: Delegated, clinicId: string): Promise<string> {
  const found = await versionToday(ctx, delegated, clinicId);
  return found === null ? 'NONE' : statusAt(ctx, found.version, found.how, clinicId);
}

/**
 * A delegation names one version. When another takes over, it goes on by that one as soon as the physician who gave it has signed it: they
 * have read what they let somebody do. Until then it stands on what is over. Where one took over from the other without a day between, it
 * has been in force since the first day of the one that was named; otherwise since the last such day, so that no day without is covered.
 */
async function versionToday(ctx: Context, { protocolVersionId, delegatorId }: Delegated, clinicId: string) {
  const where = { protocol: { kind: 'PROTOCOL', clinics: { some: { clinicId } } } };
  const version = await ctx.db.protocolVersion.findFirst({ where: { id: protocolVersionId, ...where }, include: { protocol: true } });
  if (version === null) return null;
  const how = await signersToday(ctx, version.id);
  const named = { version, how, since: version.effectiveFrom };
  if (how.supersededOn === null || how.supersededOn > ctx.now()) return named;
  const all = await ctx.db.protocolVersion.findMany({
    where: { protocolId: version.protocolId },
    include: { protocol: true, signatures: { where: { practitionerId: delegatorId }, select: { practitionerId: true } } },
    orderBy: [{ effectiveFrom: 'desc' }, { id: 'desc' }],
  });
  const signed = all.filter(({ signatures }) => signatures.length > 0);
  const latest = signed.find(({ status, effectiveFrom }) => status === 'ACTIVE' && effectiveFrom <= ctx.now());
  if (latest === undefined) return named;
  const gone = [version, ...signed.filter(({ id, effectiveFrom }) => id !== version.id && effectiveFrom >= version.effectiveFrom)];
  return { version: latest, how: await signersToday(ctx, latest.id), since: unbrokenSince(latest, gone, all) };
}

function statusAt(
  ctx: Context,
  version: { readonly status: string; readonly expiresOn: Date },
  { lapses, heldNowhere, supersededOn }: SignersToday,
  clinicId: string,
): string {
  const isHeld = !heldNowhere && lapses.every((lapse) => lapse.clinicId !== clinicId);
  return shownProtocolStatus({ ...version, supersededOn }, ctx.now(), isHeld);
}
