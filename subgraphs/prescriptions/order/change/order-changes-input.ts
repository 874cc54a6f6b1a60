import { isDeepStrictEqual } from 'node:util';
import { differenceKinds } from '#rules/difference-facts.ts';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { InvalidInput } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { DoseStep } from '#rules/dose-steps.ts';
import { builder, type Ctx, graph } from '../../builder.ts';
import { DosageInput } from '../../dose/dosage-input.ts';
import { dosageAsGiven } from '../../dose/dosage-as-given.ts';
import { dosingOfInput } from '../../dose/drafted-dosing.ts';
import type { DrugSnapshot, FrozenAddress } from '../../document/order-document.ts';
import type { OrderInput } from '../draft-order.ts';
import { ClinicalDifferenceInput } from '../../difference/difference-input.ts';
import { draftShape } from '../draft-order-input.ts';
import { draftQuestion } from '../neighbour-facts.ts';

/** What is to be otherwise than in the order before. What is left out stays as it was. */
export const OrderChangesInput = builder.inputType('OrderChangesInput', {
  description: 'What is to be otherwise than in the order before. What is left out stays as it was.',
  fields: (t) => ({
    formularyItemId: t.id({ description: 'Another preparation, from `formulary`: another strength is one.' }),
    protocolId: t.id({
      description: 'Another protocol version, from `activeProtocols`: needed where the one before is no longer in force.',
    }),
    sig: t.string({ description: 'Other directions. Given without a dosage they are read, as `draftOrder` does.' }),
    dosage: t.field({ type: [DosageInput], description: 'Another dose as data, whole: at least one step, at most 24.' }),
    sigOverrideReason: t.string({ description: 'Why the sig has words of its own beside the dosage: at most 500 characters.' }),
    quantity: t.field({ type: graph.QuantityInput, description: 'How much is dispensed each time.' }),
    daysSupply: t.int({ description: 'How many days that lasts.' }),
    refills: t.int({ description: 'How often it may be filled again. Left out of an amendment: those that are left.' }),
    diagnosis: t.stringList({ description: 'The reason, as ICD-10-CM codes.' }),
    clinicalDifference: t.field({ type: ClinicalDifferenceInput, description: 'Another reason why this patient needs a compound.' }),
    excludedExcipients: t.stringList({
      description: 'Others that this patient must not get, whole, as UNIIs. An empty list excludes none.',
    }),
    shipTo: t.field({ type: graph.AddressInput, description: 'Where it goes.' }),
  }),
  validate: draftShape.partial().loose(),
});

type Wanted = typeof OrderChangesInput.$inferInput;

/** Throws InvalidInput where they change nothing: an amendment that says what its order says is none. */
export function needChanges(wanted: Wanted, path = 'input.changes'): void {
  if (Object.values(wanted).some((value) => value != null)) return;
  throw new InvalidInput([{ path, message: 'Say what is to be otherwise: at least one thing.' }]);
}

/** Changes with what the neighbours told of the preparation and the protocol that the order will have: ready for a transaction. */
export interface OrderChanges {
  readonly wanted: Wanted;
  readonly told: Awaited<ReturnType<typeof askDraft>>;
  /** Where in the caller's input the changes stand. */
  readonly path: string;
}

const askDraft = (ctx: Ctx, formularyItem: string, protocol: string) => ctx.graph.ask(draftQuestion, { formularyItem, protocol });

/** Asks what a changed order must know, before any transaction. */
export async function askChanges(
  ctx: Ctx,
  order: Pick<Order, 'formularyItemId' | 'protocolId'>,
  wanted: Wanted | null | undefined,
  path = 'input.changes',
): Promise<OrderChanges> {
  const item = wanted?.formularyItemId ?? toId('formularyItem', order.formularyItemId);
  const protocol = wanted?.protocolId ?? toId('protocolVersion', order.protocolId);
  return { wanted: wanted ?? {}, told: await askDraft(ctx, item, protocol), path };
}

/** An order as it would be filled in, with its changes. */
export function changedInput(order: Order, { wanted }: OrderChanges): OrderInput {
  return {
    examId: toId('exam', order.examId),
    formularyItemId: wanted.formularyItemId ?? toId('formularyItem', order.formularyItemId),
    protocolId: wanted.protocolId ?? toId('protocolVersion', order.protocolId),
    service: order.service,
    ...dosedAs(order, wanted),
    quantity: wanted.quantity ?? { value: order.quantityValue, unit: order.quantityUnit },
    daysSupply: wanted.daysSupply ?? order.daysSupply,
    refills: wanted.refills ?? order.refills,
    diagnosis: wanted.diagnosis ?? order.diagnosis,
    clinicalDifference: wanted.clinicalDifference ?? differenceOf(order),
    excludedExcipients: wanted.excludedExcipients ?? order.excludedExcipients,
    shipTo: wanted.shipTo ?? (order.shipTo as unknown as FrozenAddress),
  };
}

// Directions that were generated are generated again, those that were read are read again, and what stands beside data or has a reason stays with it.
function dosedAs(order: Order, { sig, dosage, sigOverrideReason }: Wanted): Pick<OrderInput, 'sig' | 'dosage' | 'sigOverrideReason'> {
  const kept = order.dosage as unknown as readonly DoseStep[] | null;
  const steps = kept && dosageAsGiven(kept);
  // Other words with a reason are words beside the dose as it was.
  if (sig != null || dosage != null) return { sig, dosage: dosage ?? (sigOverrideReason == null ? null : steps), sigOverrideReason };
  if (steps == null) return { sig: order.sig, sigOverrideReason };
  const reason = sigOverrideReason ?? order.sigOverrideReason;
  if (reason !== null) return { sig: order.sig, dosage: steps, sigOverrideReason: reason };
  if (order.sig === order.sigGenerated) return { dosage: steps };
  const read = dosingOfInput({ sig: order.sig }, order.drug as unknown as DrugSnapshot, []);
  return isDeepStrictEqual(read?.dosage, kept) ? { sig: order.sig } : { sig: order.sig, dosage: steps };
}

function differenceOf(order: Order): OrderInput['clinicalDifference'] {
  const { differenceStatement: statement, differenceComparator: comparator, differenceChange: change, findingId } = order;
  if (statement === null || findingId === null) return null;
  const kind = differenceKinds.find((one) => one === order.differenceKind) ?? null;
  return { statement, kind, comparator, change, findingId: toId('finding', findingId) };
}
