import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { codeOf } from '#kernel/db.ts';
import { Conflict, Forbidden, NotFound, RuleBlocked, Unavailable } from '#kernel/errors.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { mayReplace } from '#rules/order-replacing.ts';
import { isBlocked } from '#rules/results.ts';
import type { Ctx, Tx } from '../../builder.ts';
import { needIntact } from '../../document/intact.ts';
import { checked, draft, examOf, type OrderInput } from '../draft-order.ts';
import { changedInput, type OrderChanges } from './order-changes-input.ts';
import { priorAs, type PriorRelation, replacedFact } from './prior-order.ts';

/**
 * Drafts the amendment of a signed order, for the caller as its prescriber: a whole order of its own that names the one before. That one
 * stands until the amendment is signed. Its changes come from `askChanges`. Throws RuleBlocked where the order can't be amended any more,
 * DocumentTampered where what is stored of it is not what was signed, Conflict where an amendment is drafted already, InvalidInput with paths under the changes, Unavailable where the neighbours did not answer.
 */
export function amend(tx: Tx, ctx: Ctx, order: Order, changes: OrderChanges): Promise<Order> {
  return succeed(tx, ctx, order, 'AMENDS', (prior) => {
    const input = changedInput(prior, changes);
    // The fills that were made are used up.
    return { input: changes.wanted.refills == null ? { ...input, refills: prior.refills - (prior.fill - 1) } : input, changes };
  });
}

/** Drafts a renewal of an order that has run its course, as `amend` does; on another exam of the patient where one is named. */
export function renew(tx: Tx, ctx: Ctx, order: Order, changes: OrderChanges, examId?: string | null): Promise<Order> {
  return succeed(tx, ctx, order, 'RENEWS', (prior) => {
    const input = changedInput(prior, changes);
    return { input: examId == null ? input : { ...input, examId }, changes };
  });
}

type Filled = (prior: Order) => { readonly input: OrderInput; readonly changes: OrderChanges };

async function succeed(tx: Tx, ctx: Ctx, seen: Order, relation: PriorRelation, filled: Filled): Promise<Order> {
  const prescriberId = tryId('practitioner', ctx.actor.sub);
  if (prescriberId === null) throw new Forbidden();
  await tx.$queryRawUnsafe('select 1 from "order" where id = $1::uuid for update', seen.id);
  const prior = await tx.order.findFirst({ where: { id: seen.id, clinicId: { in: [...ctx.actor.places('order:draft')] } } });
  if (prior === null) throw new NotFound();
  // Nothing is drafted from what nobody signed.
  await needIntact(ctx, prior, tx);
  const asked = mayReplace({ replaces: replacedFact(await priorAs(tx, prior, relation), ctx.now()) });
  if (isBlocked(asked)) throw new RuleBlocked(asked);

  const { input, changes } = filled(prior);
  const exam = await examOf(tx, ctx, input.examId);
  if (changes.told === null) throw new Unavailable();
  const agreed = checked(input, exam, changes.told.formularyItemFacts, changes.told.protocolFacts, ctx.now(), changes.path);
  // Another patient's exam, or one of another clinic, is as good as none.
  if (exam.patientId !== prior.patientId || exam.clinicId !== prior.clinicId) throw new NotFound();
  await needNone(tx, prior, relation);
  try {
    return await draft(tx, ctx, { input, exam, ...agreed, prescriberId, prior: { orderId: prior.id, relation } });
  } catch (error) {
    if (codeOf(error) !== 'P2002' && codeOf(error) !== '23505') throw error;
    throw thereAlready(prior, relation);
  }
}

/** An order has one amendment and one renewal at a time. The caller has locked it, so none comes in between. */
async function needNone(tx: Tx, prior: Order, relation: PriorRelation): Promise<void> {
  const follows = { priorOrderId: prior.id, priorRelation: relation, status: { notIn: ['CANCELLED', 'EXPIRED'] } };
  const next = await tx.order.findFirst({ where: follows, select: { id: true, status: true } });
  if (next === null) return;
  if (next.status === 'DRAFT' || next.status === 'SIGNED') throw thereAlready(prior, relation);
  const id = toId('order', next.id);
  throw new Conflict(`${toId('order', prior.id)} was renewed as ${id}: amend that one, or renew it once it is completed.`);
}

function thereAlready(prior: Order, relation: PriorRelation): Conflict {
  const what = relation === 'AMENDS' ? 'An amendment' : 'A renewal';
  return new Conflict(`${what} of ${toId('order', prior.id)} is there already: sign or cancel it first.`);
}
