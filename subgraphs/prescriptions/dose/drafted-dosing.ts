import type { InputIssue } from '#kernel/errors.ts';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { DoseStep } from '#rules/dose-steps.ts';
import type { DrugSnapshot } from '../document/order-document.ts';
import { givenSteps } from './dosage-input.ts';
import { type Dosing, dosingOf } from './dosing.ts';
import { dosedFormula } from './formula-dosed.ts';

/** As much of a draft's input as says how it is dosed. */
interface DosedInput {
  readonly sig?: string | null | undefined;
  readonly dosage?: Parameters<typeof givenSteps>[0] | null | undefined;
  readonly sigOverrideReason?: string | null | undefined;
}

/** How a draft is dosed; null with the issues added. */
export function dosingOfInput(input: DosedInput, drug: DrugSnapshot, issues: InputIssue[]): Dosing | null {
  const given = {
    dosage: input.dosage ? givenSteps(input.dosage) : null,
    sig: input.sig?.trim() ?? null,
    overrideReason: input.sigOverrideReason?.trim() ?? null,
  };
  const { dosing, issues: found } = dosingOf(given, dosedFormula(drug));
  issues.push(...found);
  return dosing;
}

/** A dosing as the columns of an order. */
export function dosingColumns({ sig, dosage, sigGenerated, sigOverrideReason }: Dosing) {
  return { sig, sigGenerated, sigOverrideReason, ...(dosage === null ? {} : { dosage: dosage as unknown as object[] }) };
}

/** How an order is dosed, as its document keeps it. */
export function dosingOfOrder(order: Pick<Order, 'sig' | 'dosage' | 'sigGenerated' | 'sigOverrideReason'>): Dosing {
  const { sig, sigGenerated, sigOverrideReason } = order;
  return { sig, dosage: order.dosage as unknown as readonly DoseStep[] | null, sigGenerated, sigOverrideReason };
}
