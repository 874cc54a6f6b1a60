/** Whether the physician of an agreement is at the clinic it was drafted for. Nothing of it is stored: it counts from its moment on. */

import DataLoader from 'dataloader';
import type { CollaborativeAgreement as AgreementRow } from '#prisma/generated/physicians/client.ts';
import type { Context, Tx } from '../builder.ts';
import { shownEngagementStatus } from '../engagement/engagement.ts';
import { living } from '../engagement/engagement-moves.ts';
import { dayIn } from '../lapse.ts';
import { inForce } from '../protocol/signer-authority.ts';

/** Where a physician stands at the clinic of an agreement: one line for each engagement there, or one without. */
interface Standing {
  readonly agreementId: string;
  /** Whether they work there by a membership as one who treats. */
  readonly isMember: boolean;
  readonly engagement: Engaged | null;
}

interface Engaged {
  readonly status: string;
  readonly startsOn: Date;
  readonly endsOn: Date | null;
  readonly auditDueOn: Date | null;
}

type Asked = Pick<AgreementRow, 'id' | 'clinicId'>;

async function standingsOf(db: Pick<Tx, '$queryRawUnsafe'>, ids: readonly string[]): Promise<Standing[]> {
  const rows = await db.$queryRawUnsafe<(Pick<Standing, 'agreementId' | 'isMember'> & { [K in keyof Engaged]: Engaged[K] | null })[]>(
    `select agreement_id::text as "agreementId", is_member as "isMember", status, starts_on as "startsOn", ends_on as "endsOn",
       audit_due_on as "auditDueOn" from supervisors_standing($1::uuid[])`,
    [...ids],
  );
  return rows.map(({ agreementId, isMember, status, startsOn, endsOn, auditDueOn }) => ({
    ...{ agreementId, isMember },
    engagement: status === null || startsOn === null ? null : { status, startsOn, endsOn, auditDueOn },
  }));
}

const engagementsAmong = (standings: readonly Standing[]) => standings.flatMap(({ engagement }) => engagement ?? []);

/** Whoever has begun to work there under an engagement works there under one that is in force; who never did, by their membership. */
function isThere(standings: readonly Standing[], now: Date): boolean {
  const begun = engagementsAmong(standings).filter(({ startsOn }) => dayIn(startsOn) <= dayIn(now));
  return begun.length > 0 ? begun.some((one) => inForce(one, now)) : standings.some(({ isMember }) => isMember);
}

/**
 * Those of these agreements whose physician is not at their clinic today: one statement, and none where no agreement has a clinic. An
 * agreement from before its clinic was recorded is never among them.
 */
export async function withoutSupervisor(db: Pick<Tx, '$queryRawUnsafe'>, agreements: readonly Asked[], now: Date): Promise<Set<string>> {
  const ids = agreements.flatMap(({ id, clinicId }) => (clinicId === null ? [] : [id]));
  if (ids.length === 0) return new Set();
  const standings = await standingsOf(db, ids);
  const gone = (id: string) =>
    !isThere(
      standings.filter(({ agreementId }) => agreementId === id),
      now,
    );
  return new Set(ids.filter(gone));
}

const loaders = new WeakMap<Context, DataLoader<string, boolean>>();

/** Whether the physician of one agreement is at its clinic today, batched with every other asked for in the same tick. */
export async function isSupervisorThere(ctx: Context, { id, clinicId }: Asked): Promise<boolean> {
  if (clinicId === null) return true;
  const loader =
    loaders.get(ctx) ??
    new DataLoader<string, boolean>(
      async (ids) => {
        const asked = ids.map((one) => ({ id: one, clinicId }));
        const gone = await withoutSupervisor(ctx.db, asked, ctx.now());
        return ids.map((one) => !gone.has(one));
      },
      // Not kept from tick to tick: a change in the same request counts.
      { cache: false },
    );
  loaders.set(ctx, loader);
  return loader.load(id);
}

/**
 * Whether the physician of an agreement will be at its clinic on the first day of a term: engaged there no shorter than that, suspended or
 * not, or, who never was engaged there, by their membership.
 */
export async function supervisorStays(tx: Tx, agreement: Asked, firstDay: string, now: Date): Promise<boolean> {
  if (agreement.clinicId === null) return true;
  const standings = await standingsOf(tx, [agreement.id]);
  const engagements = engagementsAmong(standings);
  if (engagements.length === 0) return standings.some(({ isMember }) => isMember);
  const day = firstDay < dayIn(now) ? dayIn(now) : firstDay;
  return engagements.some((one) => living.includes(shownEngagementStatus(one, now)) && (one.endsOn === null || dayIn(one.endsOn) >= day));
}
