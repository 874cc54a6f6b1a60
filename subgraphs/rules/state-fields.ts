/** The state fields that gates ask, and what kind of value each takes: an attested value of another kind is no value. */

const modes = ['allowed', 'conditional', 'prohibited'] as const;

/** What an attested value must look like. */
export type FieldKind =
  | { readonly kind: 'one-of'; readonly values: readonly string[] }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'months'; readonly most: number }
  | { readonly kind: 'credentials' }
  | { readonly kind: 'text' };

/** Exam validity above this is not taken from anybody: no source puts the term above trade practice of 12 months. */
const LONGEST_VALIDITY_MONTHS = 12;

/** Every state field that some gate asks. A field that is not here is never read. */
export const fieldKinds = {
  'gfe.telehealthAllowed': { kind: 'one-of', values: ['yes', 'conditional', 'no'] },
  'gfe.syncAudioVideo': { kind: 'one-of', values: modes },
  'gfe.audioOnly': { kind: 'one-of', values: modes },
  'gfe.asynchronous': { kind: 'one-of', values: modes },
  'gfe.questionnaireOnly': { kind: 'one-of', values: modes },
  'gfe.performers': { kind: 'credentials' },
  'gfe.validityMonths': { kind: 'months', most: LONGEST_VALIDITY_MONTHS },
  'prescribing.inPersonBeforeFirstRx': {
    kind: 'one-of',
    values: ['not-required', 'required-with-exceptions', 'required'],
  },
  'np.practiceAuthority': { kind: 'one-of', values: ['full', 'reduced', 'restricted'] },
  'np.transition': { kind: 'text' },
  'pa.supervision': { kind: 'text' },
  'md.onSite': { kind: 'one-of', values: ['required', 'conditional', 'not-required'] },
  'md.supervision': { kind: 'text' },
  'pharmacy.nonResidentLicence': { kind: 'boolean' },
  'pharmacy.nonResidentSterilePermit': { kind: 'boolean' },
} as const satisfies Record<string, FieldKind>;

/** A state field that some gate asks. */
export type FieldKey = keyof typeof fieldKinds;

/** Whether a value is one that the field can take. Pack and attestation are held to the same table. */
export function fitsField(key: FieldKey, value: unknown): boolean {
  const field: FieldKind = fieldKinds[key];
  switch (field.kind) {
    case 'one-of':
      return typeof value === 'string' && field.values.includes(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'months':
      return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= field.most;
    case 'credentials':
      return Array.isArray(value) && value.length > 0 && value.every((one) => ['MD', 'DO', 'NP', 'PA'].includes(one));
    case 'text':
      return typeof value === 'string' && value.trim() !== '';
  }
}
