/** What the two sides see of an engagement besides its terms: its papers by digest, what happened to it, what the rules answered. */

import type { EngagementDecision as EngagementDecisionRow } from '#prisma/generated/physicians/client.ts';
import { replay } from '#rules/decision.ts';
import { builder, graph, type Context, type Tx } from '../builder.ts';
import type { Side } from './parties.ts';

/** What a paper of an engagement is. */
export const EngagementDocumentKind = builder.enumType('EngagementDocumentKind', {
  description: 'What a paper of an engagement is.',
  values: {
    AGREEMENT: { description: 'The agreement itself; there is always one.' },
    FEE_VALUATION: { description: 'Why the fee is fair market value.' },
    DUTIES: { description: 'What the practitioner does, and when.' },
    OTHER: { description: 'Anything else both sides rely on.' },
  },
});

/** A paper by its digest. */
export const EngagementDocument = builder.prismaObject('EngagementDocument', {
  description: 'A paper of an engagement. The text is kept elsewhere; its digest says which text it is.',
  authScopes: { may: ['engagement:arrange', 'engagement:answer'] },
  fields: (t) => ({
    kind: t.field({
      type: EngagementDocumentKind,
      resolve: (document) => document.kind as typeof EngagementDocumentKind.$inferType,
      description: 'What it is.',
    }),
    sha256: t.exposeString('sha256', { description: 'SHA-256 of its bytes, in hex.' }),
    signedOn: t.expose('signedOn', { type: 'Date', description: 'The day on which the clinic’s side signed it.' }),
  }),
});

const EngagementSide = builder.enumType('EngagementSide', {
  description: 'A side of an engagement.',
  values: {
    CLINIC: { description: 'The clinic, by a compliance officer.' },
    PRACTITIONER: { description: 'The practitioner.' },
  },
});

const EngagementEventKind = builder.enumType('EngagementEventKind', {
  description: 'What can happen to an engagement.',
  values: {
    PROPOSED: { description: 'The clinic proposed it.' },
    DECLINED: { description: 'The practitioner declined it.' },
    WITHDRAWN: { description: 'The clinic took it back.' },
    ACCEPTED: { description: 'The practitioner accepted it.' },
    SUSPENDED: { description: 'It was put out of force.' },
    RESUMED: { description: 'It was put in force again.' },
    NOTICE: { description: 'Notice was given.' },
    AMENDED: { description: 'Other terms were accepted, which follow it.' },
  },
});

/** Something that happened. */
export const EngagementEvent = builder.prismaObject('EngagementEvent', {
  description: 'Something that happened to an engagement.',
  authScopes: { may: ['engagement:arrange', 'engagement:answer'] },
  fields: (t) => ({
    kind: t.field({
      type: EngagementEventKind,
      resolve: (event) => event.kind as typeof EngagementEventKind.$inferType,
      description: 'What happened.',
    }),
    side: t.field({
      type: EngagementSide,
      resolve: (event) => event.side as typeof EngagementSide.$inferType,
      description: 'Which side did it.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    byName: t.exposeString('byName', { description: 'Who did it.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, where a reason is given.' }),
    lastDay: t.expose('lastDay', {
      type: 'Date',
      nullable: true,
      description: 'The last day that a notice names, or that other terms leave it.',
    }),
    closes: t.exposeStringList('closes', { description: 'Codes of the services that close with it, as whoever gave notice confirmed.' }),
  }),
});

/** A decision as the record has it. */
export const EngagementDecision = graph.decision<EngagementDecisionRow>('EngagementDecision', {
  description: 'What the rules were told and what they answered when an engagement was proposed, accepted or resumed.',
  may: 'engagement:arrange',
  replays: replay,
});

/** Writes what happened, in the transaction in which it does: now and by whoever acts, unless it is told of somebody else's earlier act. */
export async function recordEvent(
  tx: Tx,
  ctx: Context,
  engagementId: string,
  event: {
    readonly kind: typeof EngagementEventKind.$inferType;
    readonly side: Side;
    readonly reason?: string;
    readonly lastDay?: Date;
    readonly closes?: readonly string[];
    readonly by?: { readonly sub: string; readonly name: string };
    readonly at?: Date;
  },
): Promise<void> {
  const { kind, side, reason, lastDay, closes = [], by = ctx.actor, at = ctx.now() } = event;
  // The engagement is held by this transaction, so nobody else numbers its events.
  const number = 1 + (await tx.engagementEvent.count({ where: { engagementId } }));
  await tx.engagementEvent.create({
    data: {
      ...{ id: ctx.newId(), engagementId, number, kind, side, at, by: by.sub, byName: by.name },
      ...{ reason: reason ?? null, lastDay: lastDay ?? null, closes: [...closes] },
    },
  });
}
