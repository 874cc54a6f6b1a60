import type { AuditEntry } from './audit.ts';
import type { Refusal, RuleOutcome } from './errors.ts';
import { tryId } from './ids.ts';

/** An id as it stands in arguments: nothing else of an input goes into the trail. */
const ID = /^[a-z]{2,8}_[0-9a-z]{26}$/;
const MOST_IDS = 20;

/** What the trail says of a refusal: what was tried on which records, and which rules stood in the way. */
export function refusalEntry(refusal: Refusal, field: string, args: unknown, tenantId: string | null): AuditEntry {
  const ids = [...new Set(idsIn(args))].slice(0, MOST_IDS);
  const patients = ids.flatMap((id) => tryId('patient', id) ?? []);
  // Asked of the member, not of the class: a refusal that is answered as a type comes in a wrapping.
  const { rules: asked = [] } = refusal as Refusal & { readonly rules?: readonly RuleOutcome[] };
  const rules = asked.filter((rule) => rule.outcome !== 'PASS').map((rule) => rule.id);
  return {
    action: `${field}.refused`,
    tenantId,
    ...(patients.length === 1 ? { patientId: patients[0] } : {}),
    detail: { code: refusal.code, ...(ids.length > 0 ? { ids } : {}), ...(rules.length > 0 ? { rules } : {}) },
  };
}

/** Every id that stands anywhere in a mutation's arguments. */
export function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return ID.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(idsIn) : [];
}
