import { z } from 'zod';
import { Forbidden, InvalidInput, type InputIssue } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { DocumentTampered } from '../document/document-tampered.ts';
import { amend } from '../order/change/amend.ts';
import { askChanges, OrderChangesInput } from '../order/change/order-changes-input.ts';
import { ChangeDenialReason, ChangeRequest } from './change-request.ts';
import { closeRequest, readRequest, requireOpen } from './own-request.ts';

const LONGEST_ANSWER = 1_000;

const ChangeAnswer = builder.enumType('ChangeAnswer', {
  description: 'What a prescriber answers to a pharmacy’s question.',
  values: {
    APPROVED: { description: 'The order is amended: `changes` say how. Signing the amendment is a step of its own.' },
    DENIED: { description: 'The order stays as it is, for a reason.' },
    ANSWERED: { description: 'The order stays as it is, and the answer says what was not clear. Of a CLARIFICATION alone.' },
  } as const,
});

const AnswerChangeInput = builder.inputType('AnswerChangeInput', {
  description: 'A prescriber’s answer to a pharmacy’s question.',
  fields: (t) => ({
    changeRequestId: t.id({ required: true, description: 'The request.' }),
    answer: t.field({ type: ChangeAnswer, required: true, description: 'The answer.' }),
    changes: t.field({ type: OrderChangesInput, description: 'Of an approval: what is to be otherwise, at least one thing.' }),
    reason: t.field({ type: ChangeDenialReason, description: 'Of a denial: why.' }),
    note: t.string({ description: 'In the prescriber’s words, at most 1,000 characters: a denial and an answer need them.' }),
  }),
  validate: z.looseObject({ note: z.string().trim().max(LONGEST_ANSWER, `A note has at most ${LONGEST_ANSWER} characters.`).nullish() }),
});

type Input = typeof AnswerChangeInput.$inferInput;

builder.mutationField('answerChange', (t) =>
  t.field({
    type: ChangeRequest,
    description:
      'The prescriber of an order answers what its pharmacy asked. An approval needs a second factor and drafts the amendment, which is then signed like any order: until that is done, the pharmacy does not dispense.',
    authScopes: { may: 'order:draft' },
    args: { input: t.arg({ type: AnswerChangeInput, required: true, description: 'The answer.' }) },
    errors: { types: [DocumentTampered] },
    resolve: async (_root, args, ctx, info) => {
      const { input } = args;
      const own = { clinicId: { in: [...ctx.actor.places('order:draft')] } };
      const seen = await readRequest(ctx.db, ctx, input.changeRequestId, own);
      const changes = input.answer === 'APPROVED' ? await askChanges(ctx, seen.order, input.changes) : null;
      return ctx.write({ info, args, answer: 'changeRequest' }, async (tx) => {
        if (changes !== null) ctx.requireStepUp();
        await lockOrder(tx, seen.orderId);
        const request = await readRequest(tx, ctx, input.changeRequestId, own);
        if (toId('practitioner', request.prescriberId) !== ctx.actor.sub) throw new Forbidden();
        requireOpen(request, input.answer);
        const issues = issuesOf(input, request.kind);
        if (issues.length > 0) throw new InvalidInput(issues);
        const amendment = changes && (await amend(tx, ctx, request.order, changes));
        return closeRequest(tx, ctx, request, input.answer, {
          ...{ answeredBy: ctx.actor.sub, answer: input.note?.trim() || null },
          ...{ denyReason: input.answer === 'DENIED' ? (input.reason ?? null) : null, amendmentId: amendment?.id ?? null },
        });
      });
    },
  }),
);

async function lockOrder(tx: Ctx['db'], orderId: string): Promise<void> {
  await tx.$queryRawUnsafe('select 1 from "order" where id = $1::uuid for update', orderId);
}

/** What an answer lacks, or says beside what it is. */
function issuesOf({ answer, changes, reason, note }: Input, kind: string): InputIssue[] {
  const issues: InputIssue[] = [];
  const wrong = (path: string, message: string) => issues.push({ path: `input.${path}`, message });
  if (answer === 'ANSWERED' && kind !== 'CLARIFICATION') wrong('answer', 'Only a clarification is answered: approve or deny the change.');
  const changed = Object.values(changes ?? {}).some((value) => value != null);
  if (answer === 'APPROVED' && !changed) wrong('changes', 'An approval says what is to be otherwise.');
  if (answer !== 'APPROVED' && changes != null) wrong('changes', 'Only an approval changes something.');
  if (answer === 'DENIED' && reason == null) wrong('reason', 'A denial has a reason.');
  if (answer !== 'DENIED' && reason != null) wrong('reason', 'Only a denial has a reason.');
  if (answer !== 'APPROVED' && !note?.trim()) wrong('note', 'The pharmacist needs the answer in words.');
  return issues;
}
