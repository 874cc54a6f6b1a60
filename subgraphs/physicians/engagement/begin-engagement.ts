/** How a proposal becomes an engagement: the same whether it was proposed to one physician or offered in a placement. */

import { audit } from '#kernel/audit.ts';
import { IllegalTransition, InvalidInput } from '#kernel/errors.ts';
import type { Engagement as EngagementRow } from '#prisma/generated/physicians/client.ts';
import { addDays } from '#rules/dates.ts';
import type { EngagementStanding } from '#rules/engagement.ts';
import { isMainlySkinCare } from '#rules/skin-care.ts';
import { openAuditDueOn } from '../audit/due.ts';
import type { Context, Tx } from '../builder.ts';
import { dayIn, hasLapsed, todayOf } from '../lapse.ts';
import { type ClinicTold, clinicsTold } from './clinic-told.ts';
import { shownEngagementStatus } from './engagement.ts';
import { certifications, engagementDecision, insuredUntil, keepDecision, requirePass, withLicenses } from './engagement-gate.ts';
import { living } from './engagement-moves.ts';
import { recordEvent } from './engagement-record.ts';
import { endFollowed } from './followed-engagement.ts';
import { requireNoOverlap } from './engagement-refusals.ts';
import { speaksFor } from './speakers-for.ts';

/** How long after its first day a proposal can be accepted. Terms that lay around longer are proposed anew. */
export const PROPOSAL_HOLDS_DAYS = 14;

/** What is told of the clinic of an engagement, and of every other clinic that its physician directs: asked before the transaction. */
export async function clinicsOfAcceptance(
  ctx: Context,
  proposal: Pick<EngagementRow, 'practitionerId' | 'clinicId'>,
): Promise<ReadonlyMap<string, ClinicTold>> {
  const others = await otherDirectorships(ctx.db, proposal);
  return clinicsTold(ctx, [proposal.clinicId, ...others.map(({ clinicId }) => clinicId)]);
}

/** One acceptance of a physician at a time: what they are already engaged for decides. Taken before any row is. */
export async function oneAcceptanceAtATime(tx: Tx, practitionerId: string): Promise<void> {
  await tx.$executeRawUnsafe('select pg_advisory_xact_lock(hashtextextended($1, 0))', practitionerId);
}

/**
 * The physician accepts a draft that this transaction holds: the very papers, no overlap, and everything that the gate `engagement` asks
 * of a beginning. Throws the refusal that stands in the way; else it is in force from its first day, or from today when that is over.
 */
export async function beginEngagement(
  tx: Tx,
  ctx: Context,
  engagement: EngagementRow,
  given: {
    readonly documentDigests: readonly string[];
    readonly told: ReadonlyMap<string, ClinicTold>;
    /** That the clinic is the physician's primary practice, by their own word; left out, it is not. */
    readonly primaryPractice?: boolean;
  },
): Promise<EngagementRow> {
  const { documentDigests, told, primaryPractice = false } = given;
  const now = ctx.now();
  const shown = shownEngagementStatus(engagement, now);
  if (shown !== 'DRAFT') throw new IllegalTransition(shown, 'ACTIVE');
  if (hasLapsed(engagement.endsOn, now)) {
    throw new InvalidInput([
      { path: 'input.engagementId', message: `Its last day was ${dayIn(engagement.endsOn ?? now)}: ask for another proposal.` },
    ]);
  }
  const stale = addDays(dayIn(engagement.startsOn), PROPOSAL_HOLDS_DAYS);
  if (stale < dayIn(now)) {
    throw new InvalidInput([{ path: 'input.engagementId', message: `The proposal held until ${stale}: ask for another.` }]);
  }
  await requireSamePapers(tx, engagement.id, documentDigests);

  // What was done before it was accepted was done without it.
  const startsOn = engagement.startsOn < todayOf(now) ? todayOf(now) : engagement.startsOn;
  const term = { ...engagement, startsOn, primaryPractice };
  if (engagement.followsId !== null) await endFollowed(tx, ctx, engagement.followsId, startsOn);
  await requireNoOverlap(tx, term);
  const others = (await otherDirectorships(tx, engagement)).filter((one) => sharesADay(term, one));
  if (primaryPractice) requireOnePrimaryPractice(told.get(engagement.clinicId), others, told);
  const practitioner = await tx.practitioner.findUniqueOrThrow({ where: { id: engagement.practitionerId }, include: withLicenses });
  const decision = engagementDecision(
    ctx,
    term,
    practitioner,
    told.get(engagement.clinicId),
    {
      insuredUntil: await insuredUntil(tx, engagement.practitionerId, now),
      ...directedElsewhere(term, others, told),
      boardCertifications: await certifications(tx, engagement.practitionerId),
    },
    await speaksFor(tx, engagement),
  );
  requirePass(decision);

  // An audit that is open stays due: neither other terms nor a fresh engagement shakes off one that was missed.
  const auditDueOn = await openAuditDueOn(tx, engagement);
  const accepted = await tx.engagement.update({
    where: { id: engagement.id },
    data: { status: 'ACTIVE', startsOn, acceptedAt: now, primaryPractice, auditDueOn },
  });
  await recordEvent(tx, ctx, engagement.id, { kind: 'ACCEPTED', side: 'PRACTITIONER' });
  await keepDecision(tx, ctx, engagement.id, 'ACCEPT', decision);
  await audit(tx, ctx, {
    ...{ action: 'engagement.accepted', tenantId: engagement.clinicId, subjectKind: 'engagement', subjectId: engagement.id },
    detail: { was: engagement.status, startsOn: dayIn(startsOn), primaryPractice, documentDigests: [...documentDigests].sort() },
  });
  return accepted;
}

/** A physician has one primary practice in a state: two would each take the other out of what a state counts. */
function requireOnePrimaryPractice(
  clinic: ClinicTold | undefined,
  others: readonly EngagementRow[],
  told: ReadonlyMap<string, ClinicTold>,
): void {
  const state = clinic?.address.state;
  if (others.some((one) => one.primaryPractice && told.get(one.clinicId)?.address.state === state)) {
    throw new InvalidInput([{ path: 'input.primaryPractice', message: 'Another clinic of this state is your primary practice already.' }]);
  }
}

async function requireSamePapers(tx: Tx, engagementId: string, digests: readonly string[]): Promise<void> {
  const papers = await tx.engagementDocument.findMany({ where: { engagementId } });
  const [has, given] = [
    papers
      .map(({ sha256 }) => sha256)
      .sort()
      .join(),
    [...digests].sort().join(),
  ];
  if (has !== given) {
    throw new InvalidInput([{ path: 'input.documentDigests', message: 'These are not the papers of the proposal: read them again.' }]);
  }
}

/** The other clinics of which somebody is director, whose terms have not ended. All are one's own, so one sees them. */
async function otherDirectorships(
  db: Pick<Context['db'], 'engagement'>,
  { practitionerId, clinicId }: Pick<EngagementRow, 'practitionerId' | 'clinicId'>,
) {
  return db.engagement.findMany({
    where: { practitionerId, role: 'MEDICAL_DIRECTOR', status: { in: living }, clinicId: { not: clinicId } },
    orderBy: { id: 'asc' },
  });
}

type Term = Pick<EngagementRow, 'startsOn' | 'endsOn'>;

// A row keeps its status when its last day is over.
function sharesADay(one: Term, other: Term): boolean {
  return (one.endsOn === null || other.startsOn <= one.endsOn) && (other.endsOn === null || other.endsOn >= one.startsOn);
}

/** At how many other clinics, and skin-care offices, of each state somebody is director on a day of this term; null when that is not known. */
export function directedElsewhere(
  term: Pick<EngagementRow, 'states' | 'startsOn' | 'endsOn'>,
  others: readonly Pick<EngagementRow, 'clinicId' | 'startsOn' | 'endsOn' | 'primaryPractice'>[],
  told: ReadonlyMap<string, ClinicTold>,
): Pick<EngagementStanding, 'directorships' | 'skinCareOffices'> {
  const together = others.filter((one) => sharesADay(term, one));
  const clinics = [...new Set(together.map(({ clinicId }) => clinicId))].map((clinicId) => told.get(clinicId));
  const primary = new Set(together.flatMap(({ clinicId, primaryPractice }) => (primaryPractice ? [told.get(clinicId)] : [])));
  const offices = clinics.map((clinic) => !primary.has(clinic) && isMainlySkinCare(clinic?.services.map(({ code }) => code)));
  const countedBy = (counts: (index: number) => boolean) =>
    Object.fromEntries(
      term.states.map((state) => [state, clinics.filter((clinic, index) => clinic?.address.state === state && counts(index)).length]),
    );
  const isTold = !clinics.includes(undefined);
  return {
    directorships: isTold ? countedBy(() => true) : null,
    // One of which nobody knows what it offers counts as such an office: the stricter reading.
    skinCareOffices: isTold ? countedBy((index) => offices[index] !== false) : null,
  };
}
