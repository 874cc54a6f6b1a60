/** Everything the graph knows about who may examine, prescribe and oversee, in reading order. */

import './references.ts';
import './practitioner/practitioner.ts';
import './license/license.ts';
import './license/standing.ts';
import './license/license-answer.ts';
import './license/record-license-standing.ts';
import './license/record-license.ts';
import './license/renew-license.ts';
import './practitioner/register-practitioner.ts';
import './practitioner/record-curriculum-vitae.ts';
import './credential/dea-registration.ts';
import './credential/insurance-policy.ts';
import './credential/board-certification.ts';
import './credential/credential-check.ts';
import './credential/collaborative-agreement.ts';
import './credential/draft-agreement.ts';
import './credential/renew-agreement.ts';
import './credential/sign-agreement.ts';
import './credential/file-agreement.ts';
import './credential/terminate-agreement.ts';
import './credential/controlled-substance-registration.ts';
import './credential/record-dea-registration.ts';
import './credential/record-controlled-substance-registration.ts';
import './credential/record-insurance-policy.ts';
import './credential/cancel-insurance-policy.ts';
import './credential/record-board-certification.ts';
import './credential/record-training.ts';
import './credential/record-credential-check.ts';
import './verification/exclusion.ts';
import './verification/verification-run.ts';
import './verification/possible-matches.ts';
import './verification/clear-possible-match.ts';
import './engagement/engagement.ts';
import './engagement/mso-engagements.ts';
import './engagement/engagements.ts';
import './engagement/propose-engagement.ts';
import './engagement/accept-engagement.ts';
import './engagement/amend-engagement.ts';
import './engagement/decline-proposal.ts';
import './engagement/withdraw-proposal.ts';
import './engagement/log-director-work.ts';
import './engagement/suspend-engagement.ts';
import './engagement/resume-engagement.ts';
import './engagement/give-notice.ts';
import './placement/availability.ts';
import './placement/publish-availability.ts';
import './placement/placement-request.ts';
import './placement/request-placement.ts';
import './placement/withdraw-placement.ts';
import './placement/offer-placement.ts';
import './placement/decline-offer.ts';
import './placement/accept-offer.ts';
import './placement/candidate-facts.ts';
import './protocol/protocol-version.ts';
import './protocol/active-protocols.ts';
import './protocol/protocol-versions.ts';
import './protocol/draft-protocol-version.ts';
import './protocol/amend-protocol-version.ts';
import './protocol/submit-protocol.ts';
import './protocol/sign-protocol.ts';
import './protocol/withdraw-protocol.ts';
import './protocol/renew-protocol.ts';
import './protocol/cosign-protocol.ts';
import './delegation/competency.ts';
import './delegation/record-competency.ts';
import './delegation/withdraw-competency.ts';
import './delegation/delegation.ts';
import './delegation/delegate.ts';
import './delegation/revoke-delegation.ts';
import './delegation/may-perform.ts';
import './supervision/supervision-event.ts';
import './supervision/record-supervision.ts';
import './audit/chart-audit.ts';
import './audit/schedule-audit.ts';
import './audit/record-audit.ts';
import './onboarding/onboarding.ts';
import './facts/practitioner-facts.ts';
import './facts/practitioners-by-npi-facts.ts';
import './facts/license-standings.ts';
import './facts/oversight.ts';
import './facts/authority-papers.ts';
import './facts/protocol-facts.ts';
import { toFederated } from '#kernel/builder.ts';
import { readEnv } from '#kernel/env.ts';
import type { SubgraphDefinition } from '#kernel/subgraph.ts';
import { PrismaClient } from '#prisma/generated/physicians/client.ts';
import { builder, type Tx } from './builder.ts';
import { protocolDeliveries, tellOfProtocols } from './protocol/protocol-notices.ts';
import { watchPlacements } from './placement/placement-clock.ts';
import { deliverPlacementEvent, PLACEMENT_TOPIC } from './placement/placement-event.ts';
import { verifyConfigured } from './verification/verify-configured.ts';

/** The authority side: nothing in it names a patient. */
export const physicians: SubgraphDefinition<Tx> = {
  name: 'physicians',
  ...toFederated(builder),
  createClient: (adapter) => new PrismaClient({ adapter }),
  recordModels: [],
  deliveries: { [PLACEMENT_TOPIC]: deliverPlacementEvent, ...protocolDeliveries },
  tasks: {
    'verify-credentials': (service) => verifyConfigured(service, readEnv().credentialFiles),
    'tell-of-protocols': tellOfProtocols,
    'watch-placements': watchPlacements,
  },
  schedules: { 'verify-credentials': '41 5 * * *', 'tell-of-protocols': '*/5 * * * *', 'watch-placements': '* * * * *' },
};
