/**
 * Everything a caller may be allowed to do, one literal a verb. Adding one here is the whole change:
 * fields that ask for an unknown permission do not compile, and row policies read `app.may_<noun>_<verb>`.
 */
export const permissions = [
  'viewer:read',
  // clinics
  'clinic:read',
  'clinic:open',
  'clinic:arrange',
  'readiness:read',
  'mso:read',
  'expirable:read',
  'attestation:read',
  'attestation:give',
  'rule:read',
  'rule:explain',
  'member:read',
  'member:appoint',
  'staff:appoint',
  'membership:leave',
  'invitation:accept',
  'tenancy:read',
  'clinic-facts:read',
  // physicians
  'practitioner:read',
  'credential:read',
  'engagement:read',
  'engagement:arrange',
  'engagement:answer',
  'placement:request',
  'placement:watch',
  'availability:publish',
  'protocol:read',
  'protocol:draft',
  'protocol:sign',
  'protocol:suspend',
  'license:record',
  'credential:record',
  'competency:record',
  'competency:withdraw',
  'delegation:read',
  'delegation:give',
  'delegation:revoke',
  'agreement:draft',
  'agreement:sign',
  'supervision:record',
  'credential:clear',
  'credential:verify',
  'authority-facts:read',
  'audit:schedule',
  'audit:record',
  // prescriptions
  'questionnaire:read',
  'patient:register',
  'patient:read',
  'patient:amend',
  'chart:read',
  'intake:submit',
  'consent:give',
  'exam:read',
  'exam:book',
  'exam:conduct',
  'exam:squeeze',
  'call:join',
  'exam:amend',
  'exam:decide',
  'exam:resolve',
  'order:read',
  'order:draft',
  'order:sign',
  'order:send',
  'order:cancel',
  'order:hold',
  'order:release',
  'evaluation:record',
  'pdmp:record',
  'controlled-access:propose',
  'controlled-access:grant',
  'controlled-access:revoke',
  'controlled-report:read',
  'order-template:read',
  'order-template:keep',
  'office-stock:read',
  'office-stock:order',
  'office-stock:supply',
  'exam-vendor:arrange',
  'outside-exam:receive',
  'outside-exam:match',
  'outside-exam:attest',
  'affected:read',
  'at-risk:read',
  'attention:read',
  'metrics:read',
  'metrics:exact',
  'document-key:read',
  'document-key:end',
  'document-key:revoke',
  'schedule-facts:read',
  'schedule:keep',
  'schedule:read',
  'schedule:arrange',
  // pharmacies, and what a pharmacy may see in prescriptions
  'pharmacy:read',
  'formulary:read',
  'fulfillment:read',
  'fulfillment:track',
  'order:verify',
  'order:claim',
  'order:dispense',
  'order:ship',
  'order:query',
  'recall:start',
  'recall:read',
  'recall:acknowledge',
  'supply-facts:read',
  // everywhere
  'audit:read',
  'hand-off:receive',
] as const;

/** One verb on one noun. */
export type Permission = (typeof permissions)[number];

/** What a token's grant can name. `SERVICE` never comes from outside: only a subgraph's own ask carries it. */
export const roles = [
  'FRONT_DESK',
  'EXAMINER',
  'PRESCRIBER',
  'MEDICAL_DIRECTOR',
  'COMPLIANCE_OFFICER',
  'MSO_MANAGER',
  'PHARMACIST',
  'PHARMACY_TECHNICIAN',
  'PATIENT',
  'AUDITOR',
  'SERVICE',
] as const;

/** A role as a grant names it. */
export type Role = (typeof roles)[number];

/** The kinds of place a grant can be held at, after the prefix of its id. */
export type PlaceKind = 'clinic' | 'entity' | 'mso' | 'pharmacy';

/** The PostgreSQL setting that carries the places of one permission into row-level security. */
export function settingOf(permission: Permission): string {
  return `app.may_${permission.replace(/[^a-z]/g, '_')}`;
}
