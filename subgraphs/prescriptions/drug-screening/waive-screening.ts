import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, Forbidden, IllegalTransition, InvalidInput, NotFound, RuleBlocked, Unavailable } from '#kernel/errors.ts';
import { toId, tryId } from '#kernel/ids.ts';
import type { Order as OrderRow, ScreeningWaiver as WaiverRow } from '#prisma/generated/prescriptions/client.ts';
import type { DrugScreeningKind } from '#rules/drug-screening-facts.ts';
import { type DrugScreen, standing, waivedBy } from '#rules/drug-screening.ts';
import { failed } from '#rules/results.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { askAbout } from '../order/ask-about.ts';
import { lockChart } from '../order/chart.ts';
import { noNeighbours } from '../order/signing-facts.ts';
import { moveOrder } from '../order/timeline.ts';
import { orderVisibleTo } from '../order/visible-to.ts';
import { screened } from './frozen-screening.ts';
import { DrugScreeningKindEnum, ScreeningWaiver } from './screening-waiver.ts';

const WaiveScreeningInput = builder.inputType('WaiveScreeningInput', {
  description: 'What the prescriber goes on in spite of, and why.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The caller’s own draft.' }),
    kind: t.field({
      type: DrugScreeningKindEnum,
      required: true,
      description: 'The kind of screening whose findings are waived, all of them.',
    }),
    reason: t.string({ required: true, description: 'Why, in words: 20 to 2,000 characters.' }),
  }),
  validate: z.looseObject({
    reason: z.string().trim().min(20, 'A reason has at least 20 characters.').max(2_000, 'A reason has at most 2,000 characters.'),
  }),
});

builder.mutationField('waiveScreening', (t) =>
  t.field({
    type: ScreeningWaiver,
    description:
      'The prescriber goes on with their draft in spite of what screening its drug found or could not say, with a written reason and a second factor. What is grave (an allergy to an excipient, pregnancy, a major interaction) a physician alone waives; an allergy to an active ingredient nobody. Other findings, a newer intake or another drug end it.',
    authScopes: { may: 'order:sign' },
    args: { input: t.arg({ type: WaiveScreeningInput, required: true, description: 'What and why.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { orderId, kind, reason } = args.input;
      const seen = await seenBy(ctx, orderId);
      const told = seen === null ? noNeighbours : await askAbout(ctx, seen);
      return ctx.write({ info, args, answer: 'screeningWaiver' }, async (tx) => {
        if (seen === null) throw new NotFound();
        ctx.requireStepUp();
        const chart = await lockChart(tx, seen);
        if (chart === null) throw new NotFound();
        const { order } = chart;
        if (toId('practitioner', order.prescriberId) !== ctx.actor.sub) throw new Forbidden();
        if (order.status !== 'DRAFT') throw new IllegalTransition(order.status, 'DRAFT');
        if (order.version !== seen.version) throw new Conflict();
        if (told.prescriber === null) throw new Unavailable();
        const { screens, frozen } = screened(chart, told.interactions ?? null, ctx.now());
        const screen = waivable(screens, kind, told.prescriber.credential);
        const shown = frozen.kinds.find((one) => one.kind === kind)?.findings ?? [];
        return waive(tx, ctx, order, { screen, shown, reason: reason.trim(), credential: told.prescriber.credential });
      });
    },
  }),
);

/** What may be waived by somebody with that credential, or the refusal that says why not. */
function waivable(screens: readonly DrugScreen[], kind: DrugScreeningKind, credential: string): DrugScreen {
  const screen = screens.find((one) => one.kind === kind);
  if (screen === undefined || standing(screen.findings).length === 0)
    throw new InvalidInput([{ path: 'input.kind', message: 'names a screening that found nothing to waive' }]);
  if (screen.waiver !== null) throw new InvalidInput([{ path: 'input.kind', message: 'names a screening that is waived already' }]);
  const who = waivedBy(screen.findings);
  if (who === 'NOBODY') throw new RuleBlocked([screen.result]);
  if (who === 'PHYSICIAN' && credential !== 'MD' && credential !== 'DO')
    throw new RuleBlocked([
      failed(
        screen.ruleId,
        'What was found is waived by a physician alone',
        'Have a physician prescribe it, or choose another preparation.',
      ),
    ]);
  return screen;
}

interface Waiving {
  readonly screen: DrugScreen;
  readonly shown: readonly object[];
  readonly reason: string;
  readonly credential: string;
}

async function waive(tx: Tx, ctx: Ctx, order: OrderRow, { screen, shown, reason, credential }: Waiving): Promise<WaiverRow> {
  const { id: orderId, clinicId, patientId, prescriberId } = order;
  const { kind, basis, findings } = screen;
  const waiver = await tx.screeningWaiver.create({
    data: {
      ...{ id: ctx.newId(), clinicId, patientId, orderId, kind, basis, reason, credential, prescriberId },
      ...{ asked: waivedBy(findings), findings: shown.map((one) => ({ ...one })), waivedBy: ctx.actor.sub, at: ctx.now() },
    },
  });
  await audit(tx, ctx, {
    ...{ action: 'order.screening-waived', tenantId: clinicId, subjectKind: 'order', subjectId: orderId, patientId },
    detail: { kind, waiverId: toId('screeningWaiver', waiver.id) },
  });
  // The draft is another one from now on: whoever read it before signs nothing by its digest.
  await moveOrder(tx, ctx, order, { to: null, by: ctx.actor.name, reason: 'SCREENING_WAIVED' });
  return waiver;
}

async function seenBy(ctx: Ctx, orderId: string): Promise<OrderRow | null> {
  const id = tryId('order', orderId);
  if (id === null) return null;
  return ctx.load<OrderRow>('order', id, { AND: [orderVisibleTo(ctx), { clinicId: { in: [...ctx.actor.places('order:sign')] } }] });
}
