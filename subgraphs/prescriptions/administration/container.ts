/** A container of a lot, as it was recorded before, and what was used of it and of its lot. */

import { InvalidInput, type InputIssue } from '#kernel/errors.ts';
import type { Administration, Wastage } from '#prisma/generated/prescriptions/client.ts';
import { type Amount, inUnit } from '#rules/dose-units.ts';
import type { Tx } from '../builder.ts';
import type { Source } from './given-from.ts';

/** What was given and thrown away of a source before, the first first. */
export interface Used {
  readonly given: readonly Administration[];
  readonly wasted: readonly Wastage[];
}

/** Locks a source, so that whoever uses it comes one after the other, and reads what was used of it. */
export async function lockUsed(tx: Tx, { lockId, columns: { receiptId, parcelId, parcelLot } }: Source): Promise<Used> {
  await tx.$queryRawUnsafe('select pg_advisory_xact_lock(hashtextextended($1::text, 0))::text', lockId);
  const where = receiptId === null ? { parcelId, parcelLot } : { receiptId };
  return {
    given: await tx.administration.findMany({ where, orderBy: [{ administeredAt: 'asc' }, { id: 'asc' }] }),
    wasted: await tx.wastage.findMany({ where, orderBy: [{ wastedAt: 'asc' }, { id: 'asc' }] }),
  };
}

type Row = Pick<Administration, 'amountValue' | 'amountUnit'>;

/** The amount of a record of either kind. */
export const amountOf = ({ amountValue, amountUnit }: Row): Amount => ({ value: amountValue.toFixed(), unit: amountUnit });

/** What was used of the lot. */
export const usedOfLot = ({ given, wasted }: Used): Amount[] => [...given, ...wasted].map(amountOf);

interface Said {
  readonly vial: string;
  readonly vialKind?: string;
  readonly containerHolds?: Amount | null | undefined;
  readonly amount: Amount;
}

/** The container as it was recorded before; throws InvalidInput where what is said of it now contradicts that. */
export function containerOf(input: Said, { pack }: Source, { given, wasted }: Used) {
  const mark = input.vial.trim();
  const earlier = given.filter(({ vial }) => vial === mark);
  const used = [...earlier, ...wasted.filter(({ vial }) => vial === mark)];
  const known = used.find(({ holdsValue }) => holdsValue !== null);
  const recorded =
    known?.holdsValue == null || known.holdsUnit == null ? null : { value: known.holdsValue.toFixed(), unit: known.holdsUnit };
  const said = input.containerHolds ? { value: input.containerHolds.value, unit: input.containerHolds.unit } : null;
  const issues: InputIssue[] = [];
  if (recorded !== null && said !== null && !inUnit(said, recorded.unit)?.eq(recorded.value))
    issues.push({ path: 'input.containerHolds', message: `Container ${mark} was recorded as one of ${recorded.value} ${recorded.unit}.` });
  if (earlier[0] !== undefined && input.vialKind !== undefined && earlier[0].vialKind !== input.vialKind)
    issues.push({ path: 'input.vialKind', message: `Container ${mark} was recorded as ${earlier[0].vialKind}.` });
  if (issues.length > 0) throw new InvalidInput(issues);
  const fits = pack !== null && inUnit(input.amount, pack.unit) !== null;
  return {
    openedAt: earlier[0]?.openedAt ?? null,
    container: { mark, holds: recorded ?? said ?? (fits ? pack : null), given: used.map(amountOf) },
  };
}
