/** What each role may do, and where it can be held: the only place where a role becomes rights. */

import type { Permission, PlaceKind, Role } from './permissions.ts';
import { compounding, dispensing, facilityKeeping, staffing } from './pharmacy-rights.ts';

interface RoleRights {
  /** Where this role can be held. A clinical role held at an MSO would break the corporate-practice wall, so it is dropped. */
  readonly heldAt: readonly PlaceKind[];
  /** Rights over the rows of the places the grant reaches. */
  readonly placed: readonly Permission[];
  /** Rights that are not about a place: registers that every colleague may look up. */
  readonly everywhere: readonly Permission[];
}

/** What everybody has who is signed in, whether or not they hold a role: an invitation is how one comes to hold the first. */
export const signedIn: readonly Permission[] = ['invitation:accept'];

const everyone: readonly Permission[] = ['viewer:read', 'membership:leave', ...signedIn];

const registers: readonly Permission[] = [
  ...everyone,
  'practitioner:read',
  'pharmacy:read',
  'formulary:read',
  'questionnaire:read',
  'document-key:read',
  'rule:read',
];

const collaborating: readonly Permission[] = ['delegation:read', 'agreement:sign', 'supervision:record'];

const prescribing: readonly Permission[] = ['order:draft', 'order:sign', 'order:send', 'order:cancel', 'order:hold'];

/** What orders of one kind have in common is written by those who prescribe and those who answer for it. */
const templating: readonly Permission[] = ['order-template:read', 'order-template:keep'];

/** Stock for the clinic itself is bought by those who could be asked for it. */
const stocking: readonly Permission[] = ['office-stock:read', 'office-stock:order'];

const controlling: readonly Permission[] = ['controlled-access:revoke', 'controlled-report:read'];

const clinicFloor: readonly Permission[] = [
  'clinic:read',
  'readiness:read',
  'rule:explain',
  'exam:read',
  'order:read',
  'at-risk:read',
  'attention:read',
  'fulfillment:track',
  'recall:read',
  'account:read',
];

/** Which role may do what, and where it can be held. An MSO role has no permission that changes a clinical decision or opens a chart. */
export const roleRights: Record<Role, RoleRights> = {
  FRONT_DESK: {
    heldAt: ['clinic', 'entity'],
    placed: [
      ...clinicFloor,
      'patient:register',
      'patient:read',
      'patient:amend',
      'intake:submit',
      'consent:give',
      'exam:book',
      'outside-exam:match',
      'call:join',
      'schedule:read',
      'recall:acknowledge',
      'recall:contact',
      'shipment:follow',
      'metrics:exact',
      'metrics:read',
    ],
    everywhere: registers,
  },
  EXAMINER: {
    heldAt: ['clinic', 'entity'],
    placed: [
      ...clinicFloor,
      'patient:read',
      'chart:read',
      'protocol:read',
      'exam:conduct',
      'exam:resolve',
      'exam:squeeze',
      'outside-exam:match',
      'outside-exam:attest',
      'schedule:keep',
      'schedule:read',
      'call:join',
      'exam:amend',
      ...collaborating,
      'evaluation:record',
      'administration:record',
    ],
    everywhere: [...registers, 'engagement:answer', 'availability:publish', 'document-key:end'],
  },
  PRESCRIBER: {
    heldAt: ['clinic', 'entity'],
    placed: [
      ...clinicFloor,
      'patient:read',
      'chart:read',
      'exam:amend',
      'exam:resolve',
      'protocol:read',
      ...prescribing,
      ...templating,
      ...stocking,
      'call:join',
      'recall:acknowledge',
      'recall:contact',
      'shipment:follow',
      'engagement:read',
      'competency:record',
      'delegation:read',
      'delegation:give',
      'agreement:sign',
      'supervision:record',
      'protocol:sign',
      'evaluation:record',
      'administration:record',
      'pdmp:record',
      'controlled-access:grant',
      'controlled-report:read',
    ],
    everywhere: [...registers, 'engagement:answer', 'availability:publish', 'document-key:end'],
  },
  MEDICAL_DIRECTOR: {
    heldAt: ['clinic', 'entity'],
    placed: [
      ...clinicFloor,
      'patient:read',
      'chart:read',
      'exam:amend',
      'exam:resolve',
      'difference:review',
      'exam:decide',
      'document-key:revoke',
      'order:hold',
      'order:release',
      'exam:squeeze',
      'outside-exam:match',
      'outside-exam:attest',
      'protocol:read',
      'call:join',
      ...templating,
      ...stocking,
      'protocol:draft',
      'protocol:sign',
      'protocol:suspend',
      'expirable:read',
      'engagement:read',
      'credential:read',
      'competency:record',
      'competency:withdraw',
      'delegation:read',
      'delegation:give',
      'delegation:revoke',
      'agreement:draft',
      'agreement:sign',
      'supervision:record',
      'audit:record',
      'schedule:read',
      'schedule:arrange',
      'affected:read',
      'recall:acknowledge',
      'account:apply',
      'recall:contact',
      'shipment:follow',
      'metrics:exact',
      'metrics:read',
      'evaluation:record',
      'administration:record',
      'controlled-access:grant',
      ...controlling,
    ],
    everywhere: [...registers, 'engagement:answer', 'availability:publish', 'document-key:end'],
  },
  COMPLIANCE_OFFICER: {
    heldAt: ['clinic', 'entity'],
    placed: [
      'clinic:read',
      'clinic:open',
      'clinic:arrange',
      'readiness:read',
      'rule:explain',
      'attestation:read',
      'attestation:give',
      'member:read',
      'member:appoint',
      'expirable:read',
      'protocol:read',
      'protocol:draft',
      'protocol:suspend',
      'engagement:read',
      'engagement:arrange',
      'audit:schedule',
      'placement:request',
      'placement:watch',
      'credential:read',
      'credential:clear',
      'license:record',
      'credential:record',
      'delegation:read',
      'delegation:revoke',
      'agreement:draft',
      'schedule:read',
      'schedule:arrange',
      'exam-vendor:arrange',
      'affected:read',
      'at-risk:read',
      'metrics:exact',
      'metrics:read',
      'controlled-access:propose',
      'account:read',
      'account:apply',
      ...controlling,
    ],
    everywhere: registers,
  },
  MSO_MANAGER: {
    heldAt: ['mso'],
    placed: [
      'clinic:read',
      'readiness:read',
      'rule:explain',
      'mso:read',
      'member:read',
      'staff:appoint',
      'expirable:read',
      'engagement:read',
      'placement:watch',
      'metrics:read',
    ],
    everywhere: registers,
  },
  PHARMACIST: {
    heldAt: ['pharmacy'],
    placed: [
      'fulfillment:read',
      'office-stock:supply',
      ...dispensing,
      ...compounding,
      'recall:start',
      'recall:close',
      'shipment:follow',
      'excursion:decide',
      'recall:read',
      ...facilityKeeping,
      'formulary:keep',
    ],
    // A pharmacy may look up name and address of any clinic: both stand on every label and prescription.
    everywhere: [...registers, 'clinic:read'],
  },
  PHARMACY_TECHNICIAN: {
    heldAt: ['pharmacy'],
    placed: ['fulfillment:read', 'order:ship', 'shipment:follow', 'compounding:record', 'fill:prepare', 'recall:read', 'facility:read'],
    everywhere: [...registers, 'clinic:read'],
  },
  // Keeps papers, accounts and who works there; no order and no patient is theirs to see.
  PHARMACY_COMPLIANCE: { heldAt: ['pharmacy'], placed: [...facilityKeeping, ...staffing], everywhere: [...registers, 'clinic:read'] },
  // A pharmacy's own program, with nobody at the keyboard: it asks whether to fill and changes nothing.
  PHARMACY_SYSTEM: {
    heldAt: ['pharmacy'],
    placed: ['order:verify'],
    everywhere: ['practitioner:read', 'pharmacy:read', 'formulary:read', 'document-key:read', 'clinic:read'],
  },
  PATIENT: { heldAt: ['clinic', 'entity'], placed: [], everywhere: ['questionnaire:read', ...everyone] },
  AUDITOR: { heldAt: ['clinic', 'entity', 'mso', 'pharmacy'], placed: ['audit:read'], everywhere: ['rule:read', ...everyone] },
  // Lets facilities in and names whoever comes first there; sees no clinic, no order and no patient.
  PLATFORM_OPERATOR: {
    heldAt: ['platform'],
    placed: ['member:read', 'platform:appoint'],
    everywhere: [...everyone, 'pharmacy:read', 'pharmacy:register', 'pharmacy:admit', 'rule:read'],
  },
  SERVICE: {
    heldAt: [],
    placed: [],
    everywhere: [
      'clinic:read',
      'tenancy:read',
      'clinic-facts:read',
      'practitioner:read',
      'authority-facts:read',
      'schedule-facts:read',
      'credential:verify',
      'pharmacy:read',
      'formulary:read',
      'supply-facts:read',
      'document-key:read',
      'hand-off:receive',
      'outside-exam:receive',
    ],
  },
};
