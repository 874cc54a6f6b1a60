import type { Tx } from '../builder.ts';
import { type SlotRule, usualRule } from './slots.ts';

/** The rule in force, and where it was said. */
export interface RuleInForce {
  readonly rule: SlotRule;
  readonly said: 'SERVICE' | 'CLINIC' | 'NOWHERE';
}

/** How a clinic's exams for a service are laid: as set for the service, else as set for the clinic, else as usual. */
export async function settingsOf(tx: Tx, clinicId: string, service: string): Promise<RuleInForce> {
  const rows = await tx.examSettings.findMany({ where: { clinicId, OR: [{ service }, { service: null }] } });
  const own = rows.find((row) => row.service === service);
  const rule = own ?? rows[0];
  return { rule: rule ?? usualRule, said: own !== undefined ? 'SERVICE' : rule !== undefined ? 'CLINIC' : 'NOWHERE' };
}
