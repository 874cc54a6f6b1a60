import { licencesReliedOn, reliedOnAt, type Reliance } from '#rules/licences-relied-on.ts';
import { tryId } from '#kernel/ids.ts';
import type { Ctx, Tx } from '../builder.ts';
import type { Decided } from '../decided.ts';

/** What a decision was about, as far as it is found again by licence. */
interface About {
  readonly clinicId: string;
  readonly kind: 'EXAM' | 'ORDER';
  readonly subjectId: string;
  readonly gate: string;
}

/** Keeps which licences a decision stood on, and for which moment, in the transaction of the decision. */
export function keepReliance(tx: Tx, ctx: Pick<Ctx, 'newId'>, about: About, decided: Decided): Promise<void> {
  return insert(tx, ctx, about, [stoodOn(decided, decided.at)]);
}

/**
 * An order stands on its exam's licences too, as they were when the exam was completed, here or elsewhere: an exam held without a licence carries
 * nothing. Read from the exam's own decision; one without a kept decision names none.
 */
export async function keepOrderReliance(
  tx: Tx,
  ctx: Pick<Ctx, 'newId'>,
  about: About,
  { decided, examId }: { readonly decided: Decided; readonly examId: string },
): Promise<void> {
  const completion = await tx.examDecision.findFirst({
    where: { examId, gate: 'COMPLETE' },
    orderBy: { at: 'desc' },
    select: { at: true, facts: true, results: true, packVersion: true },
  });
  const exams = completion === null ? [] : [stoodOn(completion, completion.at)];
  await insert(tx, ctx, about, [stoodOn(decided, decided.at), ...exams]);
}

interface StoodOn {
  readonly at: Date;
  readonly relied: readonly Reliance[];
}

function stoodOn(decision: Parameters<typeof licencesReliedOn>[0], at: Date): StoodOn {
  return { at: reliedOnAt(decision, at), relied: licencesReliedOn(decision, at.toISOString()) };
}

// createMany, since a plain create reads the row back, and whoever decides may not read what is affected.
async function insert(tx: Tx, ctx: Pick<Ctx, 'newId'>, about: About, all: readonly StoodOn[]): Promise<void> {
  const rows = all.flatMap(({ at, relied }) =>
    relied.flatMap(({ licenceId, part }) => {
      const licenseId = tryId('license', licenceId);
      return licenseId === null ? [] : [{ id: ctx.newId(), ...about, at, licenseId, part }];
    }),
  );
  if (rows.length > 0) await tx.licenseReliance.createMany({ data: rows });
}
