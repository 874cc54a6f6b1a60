import { toId } from '#kernel/ids.ts';
import type { ProtocolFact } from '#rules/facts.ts';
import type { Context } from '../builder.ts';
import { dayIn } from '../lapse.ts';
import { shownProtocolStatus } from '../protocol/protocol-version.ts';
import { signersToday } from '../protocol/read-lapses.ts';

/** A protocol version of a clinic as a gate is told of it; null when the clinic does not work by it. */
export async function protocolOf(ctx: Context, versionId: string, clinicId: string): Promise<ProtocolFact | null> {
  const version = await ctx.db.protocolVersion.findFirst({
    where: { id: versionId, protocol: { clinics: { some: { clinicId } } } },
    include: { protocol: true },
  });
  if (version === null) return null;
  return {
    id: toId('protocolVersion', version.id),
    status: await protocolStatusAt(ctx, version, clinicId),
    service: version.protocol.service,
    effectiveFrom: dayIn(version.effectiveFrom),
    effectiveUntil: dayIn(version.expiresOn),
  };
}

/** Where a version stands at a clinic: one whose signer for that clinic may not answer for it today is suspended there. */
export async function protocolStatusAt(
  ctx: Context,
  version: { readonly id: string; readonly status: string; readonly expiresOn: Date },
  clinicId: string,
): Promise<string> {
  const { lapses, heldNowhere } = await signersToday(ctx, version.id);
  const isHeld = !heldNowhere && lapses.every((lapse) => lapse.clinicId !== clinicId);
  return shownProtocolStatus(version, ctx.now(), isHeld);
}
