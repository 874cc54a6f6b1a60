import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { ChartAudit as ChartAuditRow } from '#prisma/generated/physicians/client.ts';
import { addDays } from '#rules/dates.ts';
import { builder, type Tx } from '../builder.ts';
import { ownPractitionerId } from '../delegation/own-practitioner.ts';
import { living } from '../engagement/engagement-moves.ts';
import { dayIn, storedDay, todayOf } from '../lapse.ts';
import { type AuditRules, quota } from './audit-rules.ts';
import { AuditResult, ChartAudit } from './chart-audit.ts';
import { keepDueOn, oneAuditAtATime } from './due.ts';
import { LONGEST_PERIOD_DAYS, requiredPeriod } from './review-period.ts';
import { rulesAt } from './schedule-audit.ts';

const MOST_ENCOUNTERS = 1_000_000;
const DAY_MS = 86_400_000;

const RecordAuditInput = builder.inputType('RecordAuditInput', {
  description: 'How a review of charts went, in numbers. Nothing of a chart or patient.',
  fields: (t) => ({
    auditId: t.id({ required: true, description: 'The audit that is open: one’s own.' }),
    periodFrom: t.field({
      type: 'Date',
      required: true,
      description: 'First day of the encounters that were looked at: no later than the day after the review before ended.',
    }),
    periodTo: t.field({
      type: 'Date',
      required: true,
      description: 'Last day of them: today or earlier, at most 92 days in all; no earlier than the day it is due, or seven days ago.',
    }),
    encounters: t.int({ required: true, description: 'How many encounters there were in these days.' }),
    reviewed: t.int({ required: true, description: 'Of how many the chart was reviewed: at least as many as the rules of the state ask.' }),
    result: t.field({ type: AuditResult, required: true, description: 'The worst that was found.' }),
  }),
  validate: z
    .object({
      encounters: z.number().min(0, 'There are no fewer than none.').max(MOST_ENCOUNTERS, 'There are not so many.'),
      reviewed: z.number().min(0, 'There are no fewer than none.').max(MOST_ENCOUNTERS, 'There are not so many.'),
    })
    .loose(),
});

type Input = typeof RecordAuditInput.$inferInput;

builder.mutationField('recordAudit', (t) =>
  t.field({
    description:
      'The director records, with a second factor, that charts were reviewed: how many of how many, and the worst that was found. The next review is scheduled with it, and an engagement that was out of force because this one was missed is in force again.',
    type: ChartAudit,
    authScopes: { may: 'audit:record' },
    args: { input: t.arg({ type: RecordAuditInput, required: true, description: 'How it went.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const id = fromId('chartAudit', args.input.auditId);
      const own = { id, practitionerId: ownPractitionerId(ctx, 'audit:record'), clinicId: { in: [...ctx.actor.places('audit:record')] } };
      const seen = await ctx.db.chartAudit.findFirst({ where: own });
      if (seen === null) throw new NotFound();
      ctx.requireStepUp();
      const rules = await rulesAt(ctx, seen.clinicId);
      const now = ctx.now();
      const issues = issuesOf(args.input, rules, dayIn(now));
      if (issues.length > 0) throw new InvalidInput(issues);
      return ctx.write({ info, args, answer: 'chartAudit' }, async (tx) => {
        await oneAuditAtATime(tx, seen);
        const { clinicId, practitionerId } = seen;
        const { periodFrom, periodTo, encounters, reviewed, result } = args.input;
        await requireWholePeriod(tx, seen, args.input, now);
        const { count } = await tx.chartAudit.updateMany({
          where: { ...own, recordedAt: null },
          data: { periodFrom: storedDay(periodFrom), periodTo: storedDay(periodTo), encounters, reviewed, result, recordedAt: now },
        });
        if (count === 0) throw new IllegalTransition('DONE', 'DONE');
        const next = storedDay(addDays(dayIn(todayOf(now)), rules.everyDays));
        await tx.chartAudit.create({
          data: { id: ctx.newId(), clinicId, practitionerId, dueOn: next, scheduledBy: ctx.actor.sub, scheduledAt: now },
        });
        await keepDueOn(tx, seen, next);
        await audit(tx, ctx, {
          ...{ action: 'chart-audit.recorded', tenantId: clinicId, subjectKind: 'chartAudit', subjectId: id },
          detail: { periodFrom, periodTo, encounters, reviewed, result, next: dayIn(next), rules: rules.ruleIds },
        });
        return tx.chartAudit.findUniqueOrThrow({ where: { id } });
      });
    },
  }),
);

/** Refuses a review that leaves out days which nobody has reviewed. Another that was recorded meanwhile is told by the move, not by days. */
async function requireWholePeriod(tx: Tx, seen: ChartAuditRow, { periodFrom, periodTo }: Input, now: Date): Promise<void> {
  const { id, clinicId, practitionerId, scheduledAt, dueOn } = seen;
  if ((await tx.chartAudit.count({ where: { id, recordedAt: null } })) === 0) throw new IllegalTransition('DONE', 'DONE');
  const pair = { clinicId, practitionerId };
  const last = await tx.chartAudit.aggregate({ where: { ...pair, recordedAt: { not: null } }, _max: { periodTo: true } });
  const directed = { ...pair, role: 'MEDICAL_DIRECTOR', status: { in: living } };
  const first = await tx.engagement.aggregate({ where: directed, _min: { startsOn: true } });
  const required = requiredPeriod(
    {
      ...{ reviewedTo: last._max.periodTo && dayIn(last._max.periodTo), directsFrom: first._min.startsOn && dayIn(first._min.startsOn) },
      ...{ scheduledOn: dayIn(scheduledAt), dueOn: dayIn(dueOn) },
    },
    dayIn(todayOf(now)),
  );
  const issues: InputIssue[] = [];
  if (periodFrom > required.from) {
    issues.push({ path: 'input.periodFrom', message: `Charts from ${required.from} on have not been reviewed: begin with them.` });
  }
  if (periodTo < required.to) issues.push({ path: 'input.periodTo', message: `The review goes on until ${required.to} at least.` });
  if (issues.length > 0) throw new InvalidInput(issues);
}

function issuesOf({ periodFrom, periodTo, encounters, reviewed }: Input, rules: AuditRules, today: string): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (field: string, message: string) => issues.push({ path: `input.${field}`, message });
  const days = (Date.parse(periodTo) - Date.parse(periodFrom)) / DAY_MS + 1;
  if (periodTo > today) add('periodTo', 'These days are not over yet.');
  if (periodTo < periodFrom) add('periodTo', 'The last day is not before the first.');
  else if (days > LONGEST_PERIOD_DAYS) add('periodTo', `At most ${LONGEST_PERIOD_DAYS} days are reviewed at a time.`);
  else if (reviewed > encounters) add('reviewed', 'No more charts are reviewed than there were encounters.');
  else if (reviewed < quota(rules, encounters, days)) {
    add('reviewed', `Of ${encounters} encounters at least ${quota(rules, encounters, days)} are reviewed here.`);
  }
  return issues;
}
