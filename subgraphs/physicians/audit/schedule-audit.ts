import { audit } from '#kernel/audit.ts';
import { Conflict, Forbidden, IllegalTransition, InvalidInput, NotFound, Unavailable } from '#kernel/errors.ts';
import { addDays } from '#rules/dates.ts';
import { library } from '#rules/packs.ts';
import { builder, type Context } from '../builder.ts';
import { askClinic } from '../delegation/clinic-told.ts';
import { shownEngagementStatus } from '../engagement/engagement.ts';
import { living } from '../engagement/engagement-moves.ts';
import { engagementSeen, lockEngagement, sideOf } from '../engagement/parties.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { type AuditRules, auditRules } from './audit-rules.ts';
import { ChartAudit } from './chart-audit.ts';
import { keepDueOn, oneAuditAtATime, openAuditDueOn } from './due.ts';

const ScheduleAuditInput = builder.inputType('ScheduleAuditInput', {
  description: 'When a director reviews charts for the first time, or again after a pause.',
  fields: (t) => ({
    engagementId: t.id({ required: true, description: 'The director’s engagement.' }),
    dueOn: t.field({
      type: 'Date',
      required: true,
      description: 'The last day on which it is in time: today or later, and no later than the rules of the clinic’s state have it.',
    }),
  }),
});

/** How charts are reviewed at a clinic today. Asked before a transaction; without an answer nothing can be said. */
export async function rulesAt(ctx: Context, clinicId: string): Promise<AuditRules> {
  const { state } = await askClinic(ctx, clinicId);
  if (state == null) throw new Unavailable();
  const on = ctx.now().toISOString();
  return auditRules(library.on(on), state, on);
}

builder.mutationField('scheduleAudit', (t) =>
  t.field({
    description:
      'Schedules the first review of charts under a director’s engagement, by a compliance officer or the director. From then on each one that is recorded brings the next, and one that is missed beyond the grace puts the engagement out of force until it is recorded.',
    type: ChartAudit,
    authScopes: { may: ['audit:schedule', 'audit:record'] },
    args: { input: t.arg({ type: ScheduleAuditInput, required: true, description: 'What is due when.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const seen = await engagementSeen(ctx, args.input.engagementId);
      if (seen === null) throw new NotFound();
      const rules = await rulesAt(ctx, seen.clinicId);
      return ctx.write({ info, args, answer: 'chartAudit' }, async (tx) => {
        await oneAuditAtATime(tx, seen);
        const engagement = await lockEngagement(tx, ctx, seen);
        const side = engagement && sideOf(ctx, engagement);
        if (engagement === null || side === null) throw new NotFound();
        if (!ctx.actor.places(side === 'CLINIC' ? 'audit:schedule' : 'audit:record').includes(engagement.clinicId)) throw new Forbidden();
        const shown = shownEngagementStatus(engagement, ctx.now());
        if (!living.includes(shown)) throw new IllegalTransition(shown, 'AUDITED');
        requireSense(engagement, args.input.dueOn, rules, dayIn(ctx.now()));
        if ((await openAuditDueOn(tx, engagement)) !== null) throw new Conflict('An audit is open: the next follows when it is recorded.');
        const { clinicId, practitionerId } = engagement;
        const dueOn = storedDay(args.input.dueOn);
        const scheduled = await tx.chartAudit.create({
          data: { id: ctx.newId(), clinicId, practitionerId, dueOn, scheduledBy: ctx.actor.sub, scheduledAt: ctx.now() },
        });
        await keepDueOn(tx, engagement, dueOn);
        await audit(tx, ctx, {
          ...{ action: 'chart-audit.scheduled', tenantId: clinicId, subjectKind: 'chartAudit', subjectId: scheduled.id },
          detail: { practitionerId, dueOn: args.input.dueOn, side, rules: rules.ruleIds },
        });
        return scheduled;
      });
    },
  }),
);

function requireSense(
  engagement: { readonly role: string; readonly startsOn: Date },
  dueOn: string,
  rules: AuditRules,
  today: string,
): void {
  const refuse = (field: string, message: string) => {
    throw new InvalidInput([{ path: `input.${field}`, message }]);
  };
  if (engagement.role !== 'MEDICAL_DIRECTOR') refuse('engagementId', 'Charts are reviewed by the medical director.');
  if (dueOn < today) refuse('dueOn', 'It is due today or later.');
  const first = dayIn(engagement.startsOn) > today ? dayIn(engagement.startsOn) : today;
  const latest = addDays(first, rules.everyDays);
  if (dueOn > latest) refuse('dueOn', `Charts are reviewed every ${rules.everyDays} days here: by ${latest}.`);
}
