import type { Finding, GoodFaithExam, Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { audit } from '#kernel/audit.ts';
import type { WriteOptions } from '#kernel/context.ts';
import { Forbidden, InvalidInput, type InputIssue, NotFound, Unavailable } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import type { AddressShape } from '#kernel/shared-types.ts';
import { refillsRefused } from '#rules/refills-drafted.ts';
import { isService } from '#rules/service-codes.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { differenceColumns } from '../difference/difference-input.ts';
import { keepWording } from '../difference/keep-wording.ts';
import { frozenAddress } from '../document/freeze-order.ts';
import { dosingColumns, dosingOfInput } from '../dose/drafted-dosing.ts';
import type { Dosing } from '../dose/dosing.ts';
import { supplyIssues } from '../dose/dosing-fact.ts';
import { DraftOrderInput } from './draft-order-input.ts';
import { snapshotOf } from './drug-snapshot.ts';
import { excludedHit } from './excluded-excipients.ts';
import { draftQuestion, type FormularyItemAnswer, type ProtocolAnswer } from './neighbour-facts.ts';
import { Order } from './order.ts';
import { noteEvent } from './timeline.ts';

/** An order as its prescriber fills it in. */
export type OrderInput = typeof DraftOrderInput.$inferInput;
type Input = OrderInput;
type Exam = GoodFaithExam & { findings: Finding[] };

builder.mutationField('draftOrder', (t) =>
  t.field({
    description: 'Writes an order down for its prescriber, who is the caller. It binds nobody until it is signed.',
    type: Order,
    authScopes: { may: 'order:draft' },
    args: { input: t.arg({ type: DraftOrderInput, required: true, description: 'The order.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) => draftOrderOf(ctx, args.input, { info, args, answer: 'order' }),
  }),
);

/**
 * Drafts an order for the caller, and does in the same write what `also` does. Throws NotFound for an exam that is not the caller's, Unavailable when
 * the neighbours do not answer, and InvalidInput with paths under `input`.
 */
export async function draftOrderOf(
  ctx: Ctx,
  input: Input,
  options: WriteOptions,
  also: (tx: Tx, order: OrderRow) => Promise<void> = async () => {},
): Promise<OrderRow> {
  const told = await ctx.graph.ask(draftQuestion, { formularyItem: input.formularyItemId, protocol: input.protocolId });
  return ctx.write(options, async (tx) => {
    const prescriberId = tryId('practitioner', ctx.actor.sub);
    if (prescriberId === null) throw new Forbidden();
    const exam = await examOf(tx, ctx, input.examId);
    if (told === null) throw new Unavailable();
    const { item, protocol, dosing } = checked(input, exam, told.formularyItemFacts, told.protocolFacts, ctx.now());
    const order = await draft(tx, ctx, { input, exam, item, protocol, dosing, prescriberId });
    await also(tx, order);
    return order;
  });
}

/** The exam of an order that the caller may draft. Throws NotFound. */
export async function examOf(tx: Tx, ctx: Ctx, id: string): Promise<Exam> {
  const exam = await tx.goodFaithExam.findFirst({
    where: { id: fromId('exam', id), clinicId: { in: [...ctx.actor.places('order:draft')] } },
    include: { findings: true },
  });
  if (exam === null) throw new NotFound();
  return exam;
}

/** What only the records can tell of an input, paths being under `at`. Whether the order may be signed is for the gate, which shows all its reasons. */
export function checked(
  input: Input,
  exam: Exam,
  item: FormularyItemAnswer | null,
  protocol: ProtocolAnswer | null,
  now: Date,
  at = 'input',
) {
  const issues: InputIssue[] = [];
  const wrong = (field: string, message: string) => issues.push({ path: `${at}.${field}`, message });
  if (exam.status !== 'COMPLETED') wrong('examId', 'The exam is not completed.');
  if (!isService(input.service)) wrong('service', 'There is no service of this code.');
  if (item === null) wrong('formularyItemId', 'There is no such formulary item.');
  else if (!item.active) wrong('formularyItemId', 'The pharmacy does not offer this preparation any more.');
  const holds = protocol?.status === 'ACTIVE' && protocol.clinicIds.includes(toId('clinic', exam.clinicId));
  if (!holds) wrong('protocolId', 'There is no protocol of this id in force at this clinic.');
  else if (protocol.service !== input.service) wrong('protocolId', `The protocol is for ${protocol.service}.`);
  const hit = item === null ? null : excludedHit(input.excludedExcipients ?? [], item);
  if (hit) wrong(`excludedExcipients.${hit.index}`, `The preparation contains it: ${hit.name}. Choose one without.`);
  const difference = input.clinicalDifference;
  if (difference && !exam.findings.some((finding) => toId('finding', finding.id) === difference.findingId)) {
    wrong('clinicalDifference.findingId', 'The exam has no such finding.');
  }
  for (const { id, message, remedy } of item === null ? [] : refillsOver(input, item, now))
    wrong('refills', `${message} (${id}). ${remedy ?? ''}`);
  const dosed: InputIssue[] = [];
  const dosing = item === null ? null : dosingOfInput(input, snapshotOf(item), dosed);
  if (item !== null && dosing !== null) dosed.push(...supplyIssues(dosing, input, snapshotOf(item)));
  for (const { path, message } of dosed) wrong(path.replace(/^input\./, ''), message);
  if (issues.length > 0 || item === null || protocol === null || dosing === null) throw new InvalidInput(issues);
  return { item, protocol, dosing };
}

function refillsOver({ refills, daysSupply, shipTo }: Input, { ingredients, pharmacy }: FormularyItemAnswer, now: Date) {
  const drafted = { ingredients, refills, daysSupply, patientState: String(shipTo.state), pharmacyState: pharmacy.homeState };
  return refillsRefused(drafted, now.toISOString());
}

/** What becomes a draft: an input that was checked, with what it was checked against. */
export interface Draft {
  readonly input: Input;
  readonly exam: Exam;
  readonly item: FormularyItemAnswer;
  readonly protocol: ProtocolAnswer;
  readonly dosing: Dosing;
  readonly prescriberId: string;
  /** The order whose place it takes. */
  readonly prior?: { readonly orderId: string; readonly relation: 'AMENDS' | 'RENEWS' };
}

/** Writes a draft down, with its timeline and audit entry. */
export async function draft(tx: Tx, ctx: Ctx, { input, exam, item, protocol, dosing, prescriberId, prior }: Draft) {
  const at = ctx.now();
  const { service, quantity, daysSupply, refills, diagnosis, clinicalDifference: difference } = input;
  const order = await tx.order.create({
    data: {
      id: ctx.newId(),
      clinicId: exam.clinicId,
      patientId: exam.patientId,
      examId: exam.id,
      prescriberId,
      status: 'DRAFT',
      statusSince: at,
      service,
      formularyItemId: fromId('formularyItem', item.id),
      pharmacyId: fromId('pharmacy', item.pharmacy.id),
      protocolId: fromId('protocolVersion', protocol.id),
      drug: snapshotOf(item) as object,
      ...dosingColumns(dosing),
      quantityValue: quantity.value,
      quantityUnit: quantity.unit,
      daysSupply,
      refills,
      diagnosis: [...diagnosis],
      ...differenceColumns(difference),
      findingId: difference ? fromId('finding', difference.findingId) : null,
      excludedExcipients: [...(input.excludedExcipients ?? [])],
      shipTo: frozenAddress(input.shipTo as AddressShape) as object,
      shipToState: String(input.shipTo.state),
      draftedAt: at,
      draftedBy: ctx.actor.sub,
      priorOrderId: prior?.orderId ?? null,
      priorRelation: prior?.relation ?? null,
    },
  });
  await keepWording(tx, ctx, order);
  await noteEvent(tx, ctx, order, { at, by: ctx.actor.name, reason: prior?.relation ?? null });
  await audit(tx, ctx, {
    ...{ action: 'order.drafted', tenantId: order.clinicId, subjectKind: 'order', subjectId: order.id, patientId: order.patientId },
    detail: {
      ...{ examId: toId('exam', exam.id), formularyItemId: item.id, protocolId: protocol.id },
      ...(prior && { prior: toId('order', prior.orderId), relation: prior.relation }),
    },
  });
  return order;
}
