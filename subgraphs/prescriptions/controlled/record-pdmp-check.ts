import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Forbidden, IllegalTransition, type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { orderVisibleTo } from '../order/visible-to.ts';
import { PdmpDecision, PdmpMatch, PdmpOutcome } from './controlled-kinds.ts';
import { PdmpCheck } from './pdmp-check.ts';

const RecordPdmpCheckInput = builder.inputType('RecordPdmpCheckInput', {
  description: 'A query of a prescription monitoring program.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The draft it was made for.' }),
    state: t.field({ type: graph.UsState, required: true, description: 'The state whose program was queried.' }),
    checkedAt: t.field({ type: 'DateTime', required: true, description: 'When: not in the future.' }),
    outcome: t.field({ type: PdmpOutcome, required: true, description: 'What came of it.' }),
    patientMatch: t.field({
      type: PdmpMatch,
      required: true,
      description: 'Whether it is the patient’s; NONE unless a history was REVIEWED.',
    }),
    resultReference: t.string({
      description: 'The program’s reference of its answer, never the report: 1 to 100 characters. Needed unless the query FAILED.',
    }),
    decision: t.field({ type: PdmpDecision, required: true, description: 'What the prescriber decides.' }),
    outageReason: t.string({
      description:
        'Of a query that FAILED: why the prescriber goes on without it, 10 to 500 characters. Without it the order stays blocked.',
    }),
  }),
  validate: z.looseObject({
    resultReference: z
      .string()
      .regex(/^[!-~]{1,100}$/, 'A reference has 1 to 100 visible characters, without spaces.')
      .nullish(),
    outageReason: z
      .string()
      .trim()
      .min(10, 'A reason has at least 10 characters.')
      .max(500, 'A reason has at most 500 characters.')
      .nullish(),
  }),
});

type Input = typeof RecordPdmpCheckInput.$inferInput;

builder.mutationField('recordPdmpCheck', (t) =>
  t.field({
    type: PdmpCheck,
    description:
      'The prescriber records a query of the patient’s state’s monitoring program and what they decided. Signing asks for one of the last 24 hours; one that failed blocks unless it says why it may go on.',
    authScopes: { may: 'pdmp:record' },
    args: { input: t.arg({ type: RecordPdmpCheckInput, required: true, description: 'The query.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'pdmpCheck' }, async (tx) => {
        ctx.requireStepUp();
        const { input } = args;
        const id = fromId('order', input.orderId);
        // Whoever signs it holds it meanwhile: what is decided after the query is decided before the signature, or not at all.
        await tx.$queryRawUnsafe('select 1 from "order" where id = $1::uuid for share', id);
        const order = await tx.order.findFirst({
          where: { AND: [orderVisibleTo(ctx), { id, clinicId: { in: [...ctx.actor.places('pdmp:record')] } }] },
        });
        if (order === null) throw new NotFound();
        if (toId('practitioner', order.prescriberId) !== ctx.actor.sub) throw new Forbidden();
        if (order.status !== 'DRAFT') throw new IllegalTransition(order.status, 'DRAFT');
        const at = ctx.now();
        const issues = problemsOf(input, at);
        if (issues.length > 0) throw new InvalidInput(issues);
        const { id: orderId, clinicId, patientId } = order;
        const row = await tx.pdmpCheck.create({
          data: {
            ...{ id: ctx.newId(), clinicId, patientId, orderId, state: String(input.state), checkedAt: input.checkedAt },
            ...{ outcome: input.outcome, patientMatch: input.patientMatch, resultReference: input.resultReference ?? null },
            ...{ decision: input.decision, outageReason: input.outageReason?.trim() ?? null, recordedBy: ctx.actor.sub, recordedAt: at },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'pdmp.checked', tenantId: clinicId, subjectKind: 'order', subjectId: orderId, patientId },
          detail: {
            checkId: toId('pdmpCheck', row.id),
            outcome: row.outcome,
            decision: row.decision,
            exception: row.outageReason !== null,
          },
        });
        return row;
      }),
  }),
);

function problemsOf(input: Input, at: Date): InputIssue[] {
  const issues: InputIssue[] = [];
  const wrong = (field: string, message: string) => issues.push({ path: `input.${field}`, message });
  if (input.checkedAt > at) wrong('checkedAt', 'is in the future');
  const failed = input.outcome === 'FAILED';
  if (failed && input.resultReference != null) wrong('resultReference', 'is of an answer, and none came');
  if (!failed && input.resultReference == null) wrong('resultReference', 'is missing: what came has a reference');
  if ((input.outcome === 'REVIEWED') !== (input.patientMatch !== 'NONE')) {
    wrong('patientMatch', input.outcome === 'REVIEWED' ? 'is missing: say whose the history is' : 'is NONE where no history came');
  }
  if (input.outageReason != null && !failed) wrong('outageReason', 'is for a query that failed');
  if (input.outageReason != null && input.decision === 'WITHHOLD') wrong('outageReason', 'is for going on, and it was decided not to');
  return issues;
}
