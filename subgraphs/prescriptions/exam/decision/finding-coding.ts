import type { QuantityShape } from '#kernel/shared-types.ts';
import type { Finding } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../../builder.ts';
import { type CodingSystem, codingSystems } from './clinical-codes.ts';

/** What of a finding is code and measure, as its row has it. */
export type CodedRow = Pick<Finding, 'codeSystem' | 'code' | 'codeDisplay' | 'value' | 'unit'>;

/** A finding as the record of its exam freezes it. */
export interface FoundRow extends CodedRow {
  readonly id: string;
  readonly text: string;
}

/** A code with the words it had when it was chosen. */
interface Coding {
  readonly system: CodingSystem;
  readonly code: string;
  readonly display: string;
}

/** The terminology, in the graph. */
export const CodingSystemEnum = builder.enumType('CodingSystem', {
  description: 'A terminology that findings are coded in.',
  values: {
    ICD_10_CM: { description: 'Diagnoses: http://hl7.org/fhir/sid/icd-10-cm.' },
    SNOMED_CT: { description: 'Findings and body structures: http://snomed.info/sct.' },
    LOINC: { description: 'Observations that are measured: http://loinc.org.' },
  } as const,
});

/** What a finding is called in a terminology. */
export const FindingCoding = builder.objectRef<Coding>('FindingCoding').implement({
  description: 'A finding as a code of a terminology, as FHIR R4 has it in `Coding`.',
  fields: (t) => ({
    system: t.field({ type: CodingSystemEnum, resolve: ({ system }) => system, description: 'The terminology.' }),
    uri: t.string({ resolve: ({ system }) => codingSystems[system], description: 'The name of the terminology in FHIR.' }),
    code: t.exposeString('code', { description: 'The code.' }),
    display: t.exposeString('display', { description: 'What the code stood for when the examiner chose it.' }),
  }),
});

/** The code of a finding; null of one in words alone. */
export function codingOf({ codeSystem, code, codeDisplay }: CodedRow): Coding | null {
  return codeSystem === null || code === null ? null : { system: codeSystem as CodingSystem, code, display: codeDisplay ?? '' };
}

/** What was measured; null of a finding that is no observation. */
export function measureOf({ value, unit }: CodedRow): QuantityShape | null {
  return value === null || unit === null ? null : { value, unit };
}

/** Code and measure as the record keeps them: by the terminology's own name, so that the record can be read without us. */
export function frozenCoding(row: CodedRow) {
  const coding = codingOf(row);
  return {
    coding: coding === null ? null : { system: codingSystems[coding.system], code: coding.code, display: coding.display },
    value: measureOf(row),
  };
}

/** A frozen code as a finding's row has it, without a measure. A terminology that is not known here leaves the words alone. */
export function codedRow(frozen: { readonly system: string; readonly code: string; readonly display: string } | null): CodedRow {
  const system = Object.entries(codingSystems).find(([, uri]) => uri === frozen?.system)?.[0];
  if (frozen === null || system === undefined) return { codeSystem: null, code: null, codeDisplay: null, value: null, unit: null };
  return { codeSystem: system, code: frozen.code, codeDisplay: frozen.display, value: null, unit: null };
}
