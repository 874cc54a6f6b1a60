import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, InvalidInput, NotFound } from '#kernel/errors.ts';
import type { Engagement as EngagementRow } from '#prisma/generated/physicians/client.ts';
import { builder, type Context, type Tx } from '../builder.ts';
import { dayIn, hasLapsed, todayOf } from '../lapse.ts';
import { type ClinicTold, clinicsTold } from './clinic-told.ts';
import { Engagement, shownEngagementStatus } from './engagement.ts';
import { engagementDecision, insuredUntil, keepDecision, requirePass, withLicenses } from './engagement-gate.ts';
import { living } from './engagement-moves.ts';
import { recordEvent } from './engagement-record.ts';
import { OverlappingEngagement, requireNoOverlap } from './engagement-refusals.ts';
import { engagementSeen, lockEngagement, selfOf } from './parties.ts';

const AcceptEngagementInput = builder.inputType('AcceptEngagementInput', {
  description: 'What a physician accepts.',
  fields: (t) => ({
    engagementId: t.id({ required: true, description: 'The proposal.' }),
    documentDigests: t.stringList({
      required: true,
      description: 'SHA-256 of every paper that the physician has read, in hex: those of the proposal, no more and no less.',
    }),
  }),
  validate: z.object({ documentDigests: z.array(z.string()).max(50, 'An engagement has fewer papers.') }).loose(),
});

builder.mutationField('acceptEngagement', (t) =>
  t.field({
    description:
      'The physician accepts a proposal: licensed in each of its states, insured, and free for it. It is in force from its first day, or from today when that is over.',
    type: Engagement,
    authScopes: { may: 'engagement:answer' },
    args: { input: t.arg({ type: AcceptEngagementInput, required: true, description: 'What is accepted.' }) },
    errors: { types: [OverlappingEngagement] },
    resolve: async (_root, args, ctx, info) => {
      const seen = await engagementSeen(ctx, args.input.engagementId);
      const own = seen !== null && seen.practitionerId === selfOf(ctx) ? seen : null;
      const others = own === null ? [] : await otherDirectorships(ctx.db, own);
      const told = own === null ? new Map() : await clinicsTold(ctx, [own.clinicId, ...others.map(({ clinicId }) => clinicId)]);
      return ctx.write({ info, args, answer: 'engagement' }, async (tx) => {
        if (own === null) throw new NotFound();
        ctx.requireStepUp();
        // One acceptance of a physician at a time: what they are already engaged for decides.
        await tx.$executeRawUnsafe('select pg_advisory_xact_lock(hashtextextended($1, 0))', own.practitionerId);
        const engagement = await lockEngagement(tx, ctx, own);
        if (engagement === null) throw new NotFound();
        const now = ctx.now();
        const shown = shownEngagementStatus(engagement, now);
        if (shown !== 'DRAFT') throw new IllegalTransition(shown, 'ACTIVE');
        if (hasLapsed(engagement.endsOn, now)) {
          throw new InvalidInput([
            { path: 'input.engagementId', message: `Its last day was ${dayIn(engagement.endsOn ?? now)}: ask for another proposal.` },
          ]);
        }
        await requireSamePapers(tx, engagement.id, args.input.documentDigests);

        // What was done before it was accepted was done without it.
        const startsOn = engagement.startsOn < todayOf(now) ? todayOf(now) : engagement.startsOn;
        const term = { ...engagement, startsOn };
        await requireNoOverlap(tx, term);
        const practitioner = await tx.practitioner.findUniqueOrThrow({ where: { id: engagement.practitionerId }, include: withLicenses });
        const decision = engagementDecision(ctx, term, practitioner, told.get(engagement.clinicId), {
          insuredUntil: await insuredUntil(tx, engagement.practitionerId, now),
          directorships: countedByState(term, await otherDirectorships(tx, engagement), told),
        });
        requirePass(decision);

        const accepted = await tx.engagement.update({
          where: { id: engagement.id },
          data: { status: 'ACTIVE', startsOn, acceptedAt: now },
        });
        await recordEvent(tx, ctx, engagement.id, { kind: 'ACCEPTED', side: 'PRACTITIONER' });
        await keepDecision(tx, ctx, engagement.id, 'ACCEPT', decision);
        await audit(tx, ctx, {
          ...{ action: 'engagement.accepted', tenantId: engagement.clinicId, subjectKind: 'engagement', subjectId: engagement.id },
          detail: { was: engagement.status, startsOn: dayIn(startsOn), documentDigests: [...args.input.documentDigests].sort() },
        });
        return accepted;
      });
    },
  }),
);

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
async function otherDirectorships(db: Pick<Context['db'], 'engagement'>, { practitionerId, clinicId }: EngagementRow) {
  return db.engagement.findMany({
    where: { practitionerId, role: 'MEDICAL_DIRECTOR', status: { in: living }, clinicId: { not: clinicId } },
    orderBy: { id: 'asc' },
  });
}

/** At how many other clinics of each state somebody is director on a day of this term; null when a clinic's state is not known. */
function countedByState(
  term: Pick<EngagementRow, 'states' | 'startsOn' | 'endsOn'>,
  others: readonly EngagementRow[],
  told: ReadonlyMap<string, ClinicTold>,
): Record<string, number> | null {
  const together = others.filter(
    ({ startsOn, endsOn }) => (term.endsOn === null || startsOn <= term.endsOn) && (endsOn === null || endsOn >= term.startsOn),
  );
  const states = [...new Set(together.map(({ clinicId }) => clinicId))].map((clinicId) => told.get(clinicId)?.address.state);
  if (states.includes(undefined)) return null;
  return Object.fromEntries(term.states.map((state) => [state, states.filter((one) => one === state).length]));
}
