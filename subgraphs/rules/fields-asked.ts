/** Which state fields each gate asks, and what an entity must attest before they answer. A test proves the lists by watching the reads. */

import { modalityFields } from './modality.ts';
import type { Modality } from './facts.ts';
import { fieldRuleId } from './state-field.ts';
import { type FieldKey, fieldKinds, type FieldKind } from './state-fields.ts';
import { stateRecord } from './state-pack.ts';
import { substances } from './substance-table.ts';
import { substanceRuleId } from './substances.ts';

/** The gates, by the file that holds them. */
export type GateName = 'exam-booking' | 'exam-completion' | 'order-signing' | 'order-routing' | 'clinic-service' | 'dispensing';

const modes = Object.values(modalityFields);
const collaboration = ['np.practiceAuthority', 'np.transition', 'pa.supervision'] as const satisfies readonly FieldKey[];

/** The state fields each gate may ask, over all facts it can be given. */
export const fieldsAsked: Readonly<Record<GateName, readonly FieldKey[]>> = {
  'exam-booking': ['gfe.telehealthAllowed', ...modes, 'gfe.performers', ...collaboration],
  'exam-completion': ['gfe.telehealthAllowed', ...modes, 'gfe.performers', ...collaboration, 'gfe.validityMonths'],
  'order-signing': [
    'gfe.validityMonths',
    'gfe.telehealthAllowed',
    ...modes,
    'gfe.performers',
    'prescribing.inPersonBeforeFirstRx',
    ...collaboration,
  ],
  'order-routing': ['pharmacy.nonResidentLicence', 'pharmacy.nonResidentSterilePermit'],
  'clinic-service': [
    'gfe.telehealthAllowed',
    ...modes,
    'gfe.performers',
    'gfe.validityMonths',
    'prescribing.inPersonBeforeFirstRx',
    'md.onSite',
    'md.supervision',
  ],
  dispensing: [],
};

/** One rule an entity may attest, and what it takes: nothing, a confirmation (value null), or a value. */
export interface AttestableField {
  readonly ruleId: string;
  readonly jurisdiction: string;
  readonly packValue: unknown;
  readonly needs: 'nothing' | 'confirmation' | 'value';
  /** The kind of value asked where `needs` is `value`. */
  readonly kind: FieldKind | null;
  /** Set where only one way of holding an exam asks the field, so that an entity may leave out the ways it does not use. */
  readonly onlyFor: Modality | null;
}

/** What an entity must attest in a state so that no gate stops there for want of it; for `US`, the substances. Empty for anything else. */
export function attestableFields(jurisdiction: string): readonly AttestableField[] {
  if (jurisdiction === 'US') return attestableSubstances();
  const record = stateRecord(jurisdiction);
  if (record === null) return [];
  const asked = new Set(Object.values(fieldsAsked).flat());
  return [...asked].map((key) => {
    const field = record.fields[key];
    const open = field === undefined || field.value === null || field.confidence === 'unknown';
    const conditional = isConditional(key, field?.value) || field?.confidence === 'uncertain';
    return {
      ruleId: fieldRuleId(jurisdiction, key),
      jurisdiction,
      packValue: field?.value ?? null,
      needs: open ? 'value' : conditional ? 'confirmation' : 'nothing',
      kind: open ? fieldKinds[key] : null,
      onlyFor: modalityOf(key),
    };
  });
}

function isConditional(key: FieldKey, value: unknown): boolean {
  if (key === 'md.supervision') return true;
  if (key === 'md.onSite') return value !== 'not-required';
  return value === 'conditional' || value === 'required-with-exceptions';
}

function modalityOf(key: FieldKey): Modality | null {
  const [how] = Object.entries(modalityFields).find(([, field]) => field === key) ?? [];
  return (how as Modality | undefined) ?? null;
}

function attestableSubstances(): AttestableField[] {
  return substances
    .filter((one) => one.status503A !== 'not-eligible')
    .flatMap((one) => {
      const settled = one.status503A === 'eligible' && one.confidence !== 'uncertain' && one.confidence !== 'unknown';
      const entry = (section: '503A' | '503B', packValue: string, needs: AttestableField['needs']): AttestableField => ({
        ruleId: substanceRuleId(one, section),
        jurisdiction: 'US',
        packValue,
        needs,
        kind: null,
        onlyFor: null,
      });
      const under503A = entry('503A', one.status503A, settled ? 'nothing' : 'confirmation');
      return one.status503B.startsWith('not-listed') ? [under503A] : [under503A, entry('503B', one.status503B, 'confirmation')];
    });
}
