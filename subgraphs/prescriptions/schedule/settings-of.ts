import type { Tx } from '../builder.ts';
import { type SlotRule, usualRule } from './slots.ts';

/** How exams are laid into time, and what else a clinic has settled of them. */
export interface ExamRule extends SlotRule {
  /** How long after its beginning a patient who has not come can be marked as a no-show. */
  readonly noShowGraceMinutes: number;
}

/** Where a clinic has not said otherwise: a quarter of an hour is what most clinics wait. */
export const usualExamRule: ExamRule = { ...usualRule, noShowGraceMinutes: 15 };

/** The rule in force, and where it was said. */
export interface RuleInForce {
  readonly rule: ExamRule;
  readonly said: 'SERVICE' | 'CLINIC' | 'NOWHERE';
}

/** How a clinic's exams for a service are laid: as set for the service, else as set for the clinic, else as usual. */
export async function settingsOf(tx: Tx, clinicId: string, service: string): Promise<RuleInForce> {
  const rows = await tx.examSettings.findMany({ where: { clinicId, OR: [{ service }, { service: null }] } });
  const own = rows.find((row) => row.service === service);
  const rule = own ?? rows[0];
  return { rule: rule ?? usualExamRule, said: own !== undefined ? 'SERVICE' : rule !== undefined ? 'CLINIC' : 'NOWHERE' };
}
