import { toId } from '#kernel/ids.ts';
import type { Engagement } from '#prisma/generated/physicians/client.ts';
import { evaluate } from '#rules/evaluate.ts';
import { facilityFacts, oversightFacts } from '#rules/oversight-facts.ts';
import type { Context } from '../builder.ts';
import { shownEngagementStatus } from '../engagement/engagement.ts';
import { certifications, engagementDecision, insuredUntil, withLicenses } from '../engagement/engagement-gate.ts';
import { selfOf } from '../engagement/parties.ts';
import { speaksFor } from '../engagement/speakers-for.ts';
import { dayIn } from '../lapse.ts';
import type { OnboardingFacts, ScopedService } from './onboarding-facts.ts';
import { peopleThere } from './people-there.ts';
import { type Told, toldOf } from './told.ts';

/**
 * Everything the stages of an engagement are worked out from, by the right of whoever asks: one of its two sides. Of people's delegations and
 * agreements only those hear who may read them at the clinic; to others they are unknown, not missing.
 */
export async function gatherFacts(ctx: Context, engagement: Engagement): Promise<OnboardingFacts> {
  const told = await toldOf(ctx, toId('clinic', engagement.clinicId));
  const now = ctx.now();
  const services = servicesOf(ctx, engagement, told);
  const reads = ctx.actor.places('delegation:read').includes(engagement.clinicId);
  const codes = services?.map(({ code }) => code);
  const people =
    reads && told.clinic !== null && codes !== undefined ? await peopleThere(ctx, told.clinic, engagement.clinicId, codes) : null;
  const { id, clinicId, practitionerId, role, states, feeBasis } = engagement;
  return {
    engagement: {
      ...{ id: toId('engagement', id), clinicId: toId('clinic', clinicId), role, states, feeBasis },
      status: shownEngagementStatus(engagement, now),
      hasAgreement: (await ctx.db.engagementDocument.count({ where: { engagementId: id, kind: 'AGREEMENT' } })) > 0,
    },
    riskClass: await riskOf(ctx, engagement),
    matching: await matchingOf(ctx, engagement, told),
    ...{ services, acts: people?.acts ?? null, collaborators: people?.collaborators ?? null },
    ...{ pharmacies: told.pharmacies, examinerIds: told.examinerIds },
    hasOpenAudit: (await ctx.db.chartAudit.count({ where: { clinicId, practitionerId, recordedAt: null } })) > 0,
    today: dayIn(now),
  };
}

/** The services that the engagement is for and the clinic offers, each with what its readiness answers. */
function servicesOf(ctx: Context, engagement: Engagement, { clinic, oversight }: Told): ScopedService[] | null {
  if (clinic === null) return null;
  const isFor = (code: string) => engagement.services.length === 0 || engagement.services.includes(code);
  const legs = { state: clinic.address.state, ...oversightFacts(oversight), facilityLicences: facilityFacts(clinic.facilityLicenses) };
  const attested = { attestations: clinic.attestations, entityName: clinic.entityName };
  return clinic.services
    .filter(({ code }) => isFor(code))
    .map(({ code, modalities }) => ({
      code,
      results: evaluate(
        { gate: 'clinic-service', ...attested, service: code, offered: true, modalities, ...legs },
        ctx.now().toISOString(),
      ),
    }));
}

/** A clinic reads no policies of somebody it has only proposed to: what it does not see is not missing, but unknown. */
const seesPapers = (ctx: Context, { status, practitionerId }: Engagement) => status !== 'DRAFT' || selfOf(ctx) === practitionerId;

/** The gate of the engagement, asked again: how many directorships there are was counted when it was accepted. */
async function matchingOf(ctx: Context, engagement: Engagement, { clinic }: Told) {
  const { practitionerId, acceptedAt } = engagement;
  const practitioner = await ctx.db.practitioner.findUniqueOrThrow({ where: { id: practitionerId }, include: withLicenses });
  const { results } = engagementDecision(
    ctx,
    engagement,
    practitioner,
    clinic ?? undefined,
    {
      insuredUntil: seesPapers(ctx, engagement) ? await insuredUntil(ctx.db, practitionerId, ctx.now()) : null,
      directorships: acceptedAt === null ? null : 'counted-before',
      boardCertifications: await certifications(ctx.db, practitionerId),
    },
    await speaksFor(ctx.db, engagement),
  );
  return results;
}

/** As computed for the placement it came of. Of what was proposed without one nobody asked the volume, the devices and who prescribes. */
async function riskOf(ctx: Context, engagement: Engagement): Promise<string | null> {
  const offer = await ctx.db.placementOffer.findFirst({ where: { engagementId: engagement.id }, include: { request: true } });
  return offer?.request.riskClass ?? null;
}
