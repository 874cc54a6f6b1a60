/** What a patient can agree to. */
export const consentKinds = ['TELEHEALTH', 'TREATMENT', 'PHOTOGRAPHY', 'COMPOUNDED'] as const;

/** One thing a patient can agree to. */
export type ConsentKind = (typeof consentKinds)[number];

/** The texts that may be signed, newest first, by kind. Counsel writes them; a version that is not here was never a text of ours. */
export const consentVersions: Readonly<Record<ConsentKind, readonly string[]>> = {
  TELEHEALTH: ['2026-01'],
  TREATMENT: ['2026-01'],
  PHOTOGRAPHY: ['2026-01'],
  COMPOUNDED: ['2026-01'],
};

/** Whether a consent to that text still counts: only the newest does. */
export function isCurrent(kind: string, version: string): boolean {
  return consentVersions[kind as ConsentKind]?.[0] === version;
}
