import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { requireMove } from '#kernel/states.ts';
import type { Engagement as EngagementRow } from '#prisma/generated/physicians/client.ts';
import { addDays, addMonths } from '#rules/dates.ts';
import { builder } from '../builder.ts';
import { dayIn } from '../lapse.ts';
import { closingWith, directedClinic } from './closing-with.ts';
import { Engagement, shownEngagementStatus } from './engagement.ts';
import { engagementMoves } from './engagement-moves.ts';
import { recordEvent } from './engagement-record.ts';
import { ClosesServices, StopsAgreements } from './engagement-refusals.ts';
import { engagementSeen, lockEngagement, sideOf } from './parties.ts';
import { stopAgreements, stoppingAgreements } from './stopping-agreements.ts';
import { reasonShape } from './suspend-engagement.ts';

const GiveNoticeInput = builder.inputType('GiveNoticeInput', {
  description: 'What ends, when and why.',
  fields: (t) => ({
    engagementId: t.id({ required: true, description: 'The engagement.' }),
    lastDay: t.field({ type: 'Date', required: true, description: 'Its last day: as far ahead as was agreed, at most a year.' }),
    reason: t.string({ required: true, description: 'Why: 10 to 1,000 characters, for both sides to read. Nothing of a patient.' }),
    confirmClosing: t.boolean({
      description: 'That services close and agreements stop with it where nobody follows: true once that was read.',
    }),
  }),
  validate: reasonShape.loose(),
});

builder.mutationField('giveNotice', (t) =>
  t.field({
    description:
      'Either side ends an engagement with a last day, until which it stays in force. Where services would lose their only director, or agreements their physician, nothing happens until that is confirmed.',
    type: Engagement,
    authScopes: { may: ['engagement:arrange', 'engagement:answer'] },
    args: { input: t.arg({ type: GiveNoticeInput, required: true, description: 'What ends, when and why.' }) },
    errors: { types: [ClosesServices, StopsAgreements] },
    resolve: async (_root, args, ctx, info) => {
      const { engagementId, lastDay, confirmClosing } = args.input;
      const seen = await engagementSeen(ctx, engagementId);
      const clinic = seen === null ? undefined : await directedClinic(ctx, seen, addDays(lastDay, 1));
      return ctx.write({ info, args, answer: 'engagement' }, async (tx) => {
        if (seen === null) throw new NotFound();
        ctx.requireStepUp();
        const engagement = await lockEngagement(tx, ctx, seen);
        const side = engagement && sideOf(ctx, engagement);
        if (engagement === null || side === null) throw new NotFound();
        const noticed = await tx.engagementEvent.findFirst({ where: { engagementId: engagement.id, kind: 'NOTICE' } });
        // What was suspended under notice is as good as ending: there is no second notice.
        requireMove(engagementMoves, noticed === null ? shownEngagementStatus(engagement, ctx.now()) : 'ENDING', 'ENDING');
        const issues = issuesOf(engagement, lastDay, ctx.now());
        if (issues.length > 0) throw new InvalidInput(issues);
        const closing = await closingWith(tx, engagement, lastDay, ctx.now(), clinic);
        if (closing !== null && confirmClosing !== true) throw new ClosesServices(closing.services, closing.closesOn);
        const stopping = await stoppingAgreements(tx, engagement, lastDay);
        if (stopping.length > 0 && confirmClosing !== true) throw new StopsAgreements(stopping, addDays(lastDay, 1));

        const endsOn = new Date(`${lastDay}T00:00:00Z`);
        // Notice does not put in force again what is suspended.
        const status = engagement.status === 'SUSPENDED' ? 'SUSPENDED' : 'ENDING';
        const ending = await tx.engagement.update({ where: { id: engagement.id }, data: { status, endsOn } });
        await stopAgreements(tx, ctx, stopping, lastDay);
        const closes = closing?.services ?? [];
        await recordEvent(tx, ctx, engagement.id, { kind: 'NOTICE', side, reason: args.input.reason.trim(), lastDay: endsOn, closes });
        await audit(tx, ctx, {
          ...{ action: 'engagement.notice-given', tenantId: engagement.clinicId, subjectKind: 'engagement', subjectId: engagement.id },
          detail: { was: engagement.status, side, lastDay, closes: [...closes], stops: stopping.map(({ id }) => id) },
        });
        return ending;
      });
    },
  }),
);

function issuesOf(engagement: EngagementRow, lastDay: string, now: Date): InputIssue[] {
  const path = 'input.lastDay';
  const today = dayIn(now);
  const earliest = [addDays(today, engagement.noticeDays ?? 0), dayIn(engagement.startsOn)].toSorted().at(-1) ?? today;
  const agreed = engagement.endsOn === null ? null : dayIn(engagement.endsOn);
  if (agreed !== null && lastDay >= agreed) return [{ path, message: `It ends on ${agreed} without notice.` }];
  if (lastDay < earliest) return [{ path, message: `${earliest} is the earliest that was agreed. To stop at once, suspend it.` }];
  const latest = addMonths(today, 12);
  return lastDay > latest ? [{ path, message: `At most a year ahead, which is ${latest}.` }] : [];
}
