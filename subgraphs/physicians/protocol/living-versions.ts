/** What is in force or being made for a clinic and service already: a second protocol does not come about by forgetting which it follows. */

import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { Context, Tx } from '../builder.ts';
import { todayOf } from '../lapse.ts';
import { visibleTo } from './protocol-version.ts';

/** What was stopped or withdrawn comes back no more, and stands in nobody's way. */
const living = ['ACTIVE', 'AWAITING_SIGNATURES', 'IN_REVIEW', 'DRAFT'];

/** The protocol of a version, and the clinics that work by it. */
export interface Drafted {
  readonly protocolId: string;
  readonly kind: string;
  readonly service: string;
  readonly clinicIds: readonly string[];
}

/** A version about to be drafted, and whether it may stand beside what is there: it follows it, or is said to. */
export interface Drafting {
  readonly version: string;
  readonly mayStandBeside: boolean;
}

/**
 * Refuses a name that another protocol's version bears at one of the clinics, and a new protocol where one is in force or being made,
 * unless it is meant to stand beside it. Two drafts at once take their turns.
 */
export async function requireOnlyOne(
  tx: Tx,
  ctx: Context,
  { protocolId, kind, service, clinicIds }: Drafted,
  draft: Drafting,
): Promise<void> {
  await tx.$queryRawUnsafe(
    'select pg_advisory_xact_lock(hashtextextended(k, 0))::text from (select k from unnest($1::text[]) as k order by k) as keys',
    clinicIds.map((clinicId) => `protocols ${clinicId} ${service} ${kind}`),
  );
  const found = await tx.protocolVersion.findMany({
    where: {
      AND: [visibleTo(ctx, ['protocol:draft'])],
      ...{ status: { in: living }, expiresOn: { gte: todayOf(ctx.now()) } },
      protocol: { kind, service, clinics: { some: { clinicId: { in: [...clinicIds] } } }, NOT: { id: protocolId } },
    },
    select: { id: true, version: true, status: true },
    orderBy: [{ effectiveFrom: 'asc' }, { id: 'asc' }],
  });
  const name = draft.version.trim();
  const issues: InputIssue[] = [];
  if (found.some(({ version }) => version === name)) {
    issues.push({
      path: 'input.version',
      message: `One of the clinics has a version ${name} for this service: name this one differently.`,
    });
  }
  const nearest = found.toSorted((one, other) => living.indexOf(one.status) - living.indexOf(other.status))[0];
  if (!draft.mayStandBeside && nearest !== undefined) {
    const { id, version, status } = nearest;
    const what = `Version ${version} (${toId('protocolVersion', id)}) is ${status === 'ACTIVE' ? 'signed' : 'being made'} for this service`;
    issues.push({ path: 'input.follows', message: `${what} at one of the clinics: follow it, or say \`beside\` where both are to be.` });
  }
  if (issues.length > 0) throw new InvalidInput(issues);
}
