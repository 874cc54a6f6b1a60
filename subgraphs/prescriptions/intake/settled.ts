/** What was settled of a screening, as gates are told of it and as the exam's record shows it. */

import { toId } from '#kernel/ids.ts';
import type { Intake, ScreeningResolution } from '#prisma/generated/prescriptions/client.ts';
import type { Credential } from '#rules/facts.ts';
import type { Answer, ScreeningFlag } from '#rules/screening.ts';
import type { SettledFact } from '#rules/screening-resolution.ts';
import { legalGround } from '#rules/legal-blocks.ts';
import type { Tx } from '../builder.ts';

/** The flags of an intake, as they were raised when it came in. */
export function flagsOf(intake: Pick<Intake, 'flags'>): readonly ScreeningFlag[] {
  return intake.flags as unknown as ScreeningFlag[];
}

/** The answers of an intake, as they were given. */
export function givenIn(intake: Pick<Intake, 'answers'>): readonly Answer[] {
  return intake.answers as unknown as Answer[];
}

/** Whether a row settles a flag of that kind: an override what blocks, a resolution what needs review. */
export function standsFor(row: Pick<ScreeningResolution, 'linkId' | 'kind'>, { linkId, severity }: ScreeningFlag): boolean {
  if (row.linkId !== linkId) return false;
  return severity === 'block' ? row.kind === 'OVERRIDE' && legalGround(linkId) === null : row.kind === 'RESOLUTION';
}

/** Everything that was settled of an intake, oldest first. */
export function settledOf(db: Tx, intakeId: string): Promise<ScreeningResolution[]> {
  return db.screeningResolution.findMany({ where: { intakeId }, orderBy: { id: 'asc' } });
}

/** The same as facts. `answers` are those that stand now, the intake's and the examiner's together. */
export function settledFacts(rows: readonly ScreeningResolution[], answers: readonly Answer[]): SettledFact[] {
  return rows.map(({ linkId, kind, credential, patientState, answer }) => {
    const given = answers.filter((one) => one.linkId === linkId).map(({ value }) => value);
    return {
      linkId,
      kind: kind as 'OVERRIDE',
      credential: credential as Credential,
      state: patientState,
      sameAnswer: JSON.stringify(given) === JSON.stringify(answer),
    };
  });
}

/** The same as an exam's record shows it: who settled which answer, how and why. */
export function settledForRecord(rows: readonly ScreeningResolution[]) {
  return rows.map((row) => ({
    id: toId('screeningResolution', row.id),
    ...{ kind: row.kind, linkId: row.linkId, answer: row.answer, reason: row.reason, patientState: row.patientState },
    by: { id: toId('practitioner', row.resolverId), credential: row.credential },
    at: row.at.toISOString(),
    ...(row.kind === 'OVERRIDE' && { performer: row.performerId === null ? 'patient' : toId('practitioner', row.performerId) }),
  }));
}
