/** What each kind of facility must be able to show, and what it covers: what lapses stops that and nothing else. */

import type { FacilityClass } from './facts.ts';

/** Papers that a facility keeps. */
export const facilityEvidenceKinds = [
  'USP_795',
  'USP_797',
  'USP_800',
  'ENVIRONMENTAL_MONITORING',
  'CGMP',
  'FDA_REGISTRATION',
  'DEA_REGISTRATION',
  'ACCREDITATION',
  'INSURANCE',
] as const;

/** One of them. */
export type FacilityEvidenceKind = (typeof facilityEvidenceKinds)[number];

/** A part of a facility's work. */
export const coverages = ['ALL', 'STERILE', 'NONSTERILE', 'HAZARDOUS', 'CONTROLLED'] as const;

/** One of them. */
export type Coverage = (typeof coverages)[number];

/** A duty of a facility. */
export interface FacilityDuty {
  readonly kind: FacilityEvidenceKind;
  readonly of: FacilityClass;
  readonly covers: Coverage;
  /** What is shown, in a sentence: "compliance with USP <797>". */
  readonly what: string;
  readonly citation: string;
}

const BULK_QUALITY = '21 USC 353a(b)(1)(B)';
const CGMP = '21 CFR 210 and 211';

/**
 * Every duty. Accreditation and insurance are kept and end like the others, but no rule on record asks for them, so they stop nothing.
 * USP <800> binds where hazardous drugs are handled.
 */
export const facilityDuties: readonly FacilityDuty[] = [
  duty('USP_795', 'PHARMACY_503A', 'NONSTERILE', 'compliance with USP <795>', `${BULK_QUALITY}; USP <795>`),
  duty('USP_797', 'PHARMACY_503A', 'STERILE', 'compliance with USP <797>', `${BULK_QUALITY}; USP <797>`),
  duty('ENVIRONMENTAL_MONITORING', 'PHARMACY_503A', 'STERILE', 'environmental monitoring', 'USP <797>'),
  duty('USP_800', 'PHARMACY_503A', 'HAZARDOUS', 'compliance with USP <800>', 'USP <800>'),
  duty('DEA_REGISTRATION', 'PHARMACY_503A', 'CONTROLLED', 'its DEA registration', '21 CFR 1301.13'),
  duty('FDA_REGISTRATION', 'OUTSOURCING_503B', 'ALL', 'its registration as an outsourcing facility', '21 USC 353b(b)(1)'),
  duty('CGMP', 'OUTSOURCING_503B', 'ALL', 'current good manufacturing practice', CGMP),
  duty('ENVIRONMENTAL_MONITORING', 'OUTSOURCING_503B', 'STERILE', 'environmental monitoring', CGMP),
  duty('USP_800', 'OUTSOURCING_503B', 'HAZARDOUS', 'compliance with USP <800>', 'USP <800>'),
  duty('DEA_REGISTRATION', 'OUTSOURCING_503B', 'CONTROLLED', 'its DEA registration', '21 CFR 1301.13'),
];

function duty(kind: FacilityEvidenceKind, of: FacilityClass, covers: Coverage, what: string, citation: string): FacilityDuty {
  return { kind, of, covers, what, citation };
}
