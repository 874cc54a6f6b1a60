import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { addDays } from '#rules/dates.ts';
import { builder } from '../builder.ts';
import { ownAgreement } from '../credential/own-agreement.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { agreedFrom } from './cadence.ts';
import { SupervisionEvent, SupervisionKind } from './supervision-event.ts';

/** An entry made later than this would be from memory. */
const LATEST_DAYS = 31;

const RecordSupervisionInput = builder.inputType('RecordSupervisionInput', {
  description: 'That the two sides of an agreement met, or one asked the other.',
  fields: (t) => ({
    agreementId: t.id({ required: true, description: 'The agreement: one’s own.' }),
    kind: t.field({ type: SupervisionKind, required: true, description: 'How.' }),
    heldOn: t.field({ type: 'Date', required: true, description: 'The day: within the agreement, and within the last 31 days.' }),
    minutes: t.int({ required: true, description: 'How long, in minutes: 1 to 1440.' }),
  }),
  validate: z.object({ minutes: z.number().min(1, 'It took at least one minute.').max(1440, 'A day has 1440 minutes.') }).loose(),
});

builder.mutationField('recordSupervision', (t) =>
  t.field({
    description: 'Records that the two sides of an agreement met, or one asked the other. By either side, of their own agreement.',
    type: SupervisionEvent,
    authScopes: { may: 'supervision:record' },
    args: { input: t.arg({ type: RecordSupervisionInput, required: true, description: 'What took place.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'supervisionEvent' }, async (tx) => {
        const { kind, heldOn, minutes } = args.input;
        const { agreement, place } = await ownAgreement(
          tx,
          ctx,
          fromId('collaborativeAgreement', args.input.agreementId),
          'supervision:record',
        );
        if (agreement.status === 'DRAFT') throw new IllegalTransition('DRAFT', 'SUPERVISED');
        const today = dayIn(ctx.now());
        const last = agreement.terminatedAt ?? agreement.endsOn;
        const issues: InputIssue[] = [];
        const add = (message: string) => issues.push({ path: 'input.heldOn', message });
        if (heldOn > today) add('It has not taken place yet.');
        if (heldOn < addDays(today, -LATEST_DAYS)) add(`At most ${LATEST_DAYS} days ago.`);
        if (heldOn < agreedFrom(agreement)) add('The agreement had not begun, or was not signed by both.');
        if (last !== null && heldOn > dayIn(last)) add('The agreement was over.');
        if (issues.length > 0) throw new InvalidInput(issues);
        const event = await tx.supervisionEvent.create({
          data: {
            ...{ id: ctx.newId(), agreementId: agreement.id, kind, heldOn: storedDay(heldOn), minutes },
            ...{ recordedAt: ctx.now(), recordedBy: ctx.actor.sub },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'supervision.recorded', tenantId: place, subjectKind: 'collaborativeAgreement', subjectId: agreement.id },
          detail: { eventId: event.id, kind, heldOn, minutes },
        });
        return event;
      }),
  }),
);
