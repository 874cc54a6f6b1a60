import type { Engagement as EngagementRow } from '#prisma/generated/physicians/client.ts';
import type { Context, Tx } from '../builder.ts';
import { recordEvent } from './engagement-record.ts';

/** Terms with their papers, and who on the clinic’s side proposed them when. */
export interface Proposal
  extends Pick<EngagementRow, 'clinicId' | 'practitionerId' | 'role' | 'model' | 'feeBasis' | 'noticeDays' | 'startsOn' | 'endsOn'> {
  /** Given where it is known before the draft is there. */
  readonly id?: string;
  readonly states: readonly string[];
  readonly services: readonly string[];
  readonly documents: readonly { readonly kind: string; readonly sha256: string; readonly signedOn: Date }[];
  readonly proposedBy: { readonly sub: string; readonly name: string };
  readonly proposedAt: Date;
  /** The engagement whose terms it changes. */
  readonly followsId?: string;
}

/** Writes a draft with its papers, as proposed by the clinic. It carries nothing before its physician accepts. */
export async function writeProposal(tx: Tx, ctx: Context, proposal: Proposal): Promise<EngagementRow> {
  const { id = ctx.newId(), documents, proposedBy, proposedAt, states, services, ...terms } = proposal;
  const engagement = await tx.engagement.create({
    data: { id, status: 'DRAFT', proposedBy: proposedBy.sub, states: [...states], services: [...services], ...terms },
  });
  await tx.engagementDocument.createMany({
    data: documents.map((document) => ({ id: ctx.newId(), engagementId: engagement.id, ...document })),
  });
  await recordEvent(tx, ctx, engagement.id, { kind: 'PROPOSED', side: 'CLINIC', by: proposedBy, at: proposedAt });
  return engagement;
}
