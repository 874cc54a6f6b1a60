import {
  type ApprovedProductShape,
  type CodingShape,
  type ExcipientShape,
  NCI_THESAURUS,
  type PresentationShape,
} from '#kernel/shared-formula.ts';
import type { RatioShape } from '#kernel/strength.ts';
import type { ApprovedProduct, Formula, FormulaExcipient, FormulaIngredient, FormularyItem } from '#prisma/generated/pharmacies/client.ts';
import { dayOf } from '../calendar-day.ts';

type RatioRow = Pick<FormulaIngredient, 'numeratorValue' | 'numeratorUnit' | 'denominatorValue' | 'denominatorUnit'>;

/** The columns of a strength. */
export const ratioColumns = { numeratorValue: true, numeratorUnit: true, denominatorValue: true, denominatorUnit: true } as const;

/** The two amounts of a row; null where the pharmacy has not recorded them. */
export function ratioOf({ numeratorValue, numeratorUnit, denominatorValue, denominatorUnit }: RatioRow): RatioShape | null {
  if (numeratorValue === null || numeratorUnit === null || denominatorValue === null || denominatorUnit === null) return null;
  return {
    numerator: { value: numeratorValue.toFixed(), unit: numeratorUnit },
    denominator: { value: denominatorValue.toFixed(), unit: denominatorUnit },
  };
}

/** What else is in a formula, in its order; null where the pharmacy has not recorded it, which is not "nothing". */
export function excipientsOf(
  formula: Pick<Formula, 'excipientsRecordedAt'> & { excipients: readonly Omit<FormulaExcipient, 'id' | 'formulaId'>[] },
): ExcipientShape[] | null {
  if (formula.excipientsRecordedAt === null) return null;
  return formula.excipients
    .toSorted((one, other) => one.position - other.position)
    .map((row) => ({ name: row.name, unii: row.unii, role: row.role, amount: ratioOf(row) }));
}

/** How an item is packed; null where the pharmacy has not recorded it. */
export function presentationOf(
  item: Pick<FormularyItem, 'packValue' | 'packUnit' | 'container' | 'device' | 'doseVariant'>,
): PresentationShape | null {
  if (item.packValue === null || item.packUnit === null || item.container === null) return null;
  return {
    pack: { value: item.packValue.toFixed(), unit: item.packUnit },
    container: item.container,
    device: item.device,
    doseVariant: item.doseVariant,
  };
}

/** A code of the NCI Thesaurus; null where no published mapping gives one. */
export function thesaurusCode(code: string | null): CodingShape | null {
  return code === null ? null : { system: NCI_THESAURUS, code };
}

/** The approved products a formula is compared with, in their order; null where the pharmacy has not recorded them, which is not "none". */
export function approvedOf(
  formula: Pick<Formula, 'approvedRecordedAt'> & { approved: readonly Omit<ApprovedProduct, 'id' | 'formulaId'>[] },
): ApprovedProductShape[] | null {
  if (formula.approvedRecordedAt === null) return null;
  return formula.approved
    .toSorted((one, other) => one.position - other.position)
    .map(({ position: _, asOf, ...product }) => ({ ...product, asOf: dayOf(asOf) }));
}
