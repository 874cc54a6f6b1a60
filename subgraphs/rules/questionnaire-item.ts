/** What a FHIR R4 Questionnaire is made of, as far as these use it. */

/** A FHIR extension: a screening rule, or a bound on an answer. */
export interface FhirExtension {
  readonly url: string;
  readonly valueCode?: string;
  readonly valueString?: string;
  readonly valueBoolean?: boolean;
  readonly valueInteger?: number;
  readonly valueDecimal?: number;
  readonly valueDate?: string;
  readonly valueDateTime?: string;
  readonly extension?: readonly FhirExtension[];
}

/** A condition under which an item is asked. */
export interface FhirEnableWhen {
  readonly question: string;
  readonly operator: 'exists' | '=' | '!=' | '>' | '<' | '>=' | '<=';
  readonly answerBoolean?: boolean;
  readonly answerDecimal?: number;
  readonly answerInteger?: number;
  readonly answerDate?: string;
  readonly answerDateTime?: string;
  readonly answerTime?: string;
  readonly answerString?: string;
  readonly answerCoding?: { readonly system?: string; readonly code: string };
}

/** The types of items whose answers can be checked. A definition with any other is refused as it is loaded. */
export const itemTypes = [
  'group',
  'display',
  'boolean',
  'choice',
  'open-choice',
  'date',
  'dateTime',
  'time',
  'decimal',
  'integer',
  'string',
  'text',
  'url',
] as const;

/** A questionnaire item. `linkId` is what answers name. */
export interface FhirItem {
  readonly linkId: string;
  readonly text: string;
  readonly type: (typeof itemTypes)[number];
  readonly required?: boolean;
  readonly repeats?: boolean;
  readonly maxLength?: number;
  readonly enableWhen?: readonly FhirEnableWhen[];
  readonly enableBehavior?: 'all' | 'any';
  readonly answerOption?: readonly { readonly valueCoding: { readonly system: string; readonly code: string; readonly display: string } }[];
  readonly extension?: readonly FhirExtension[];
  readonly item?: readonly FhirItem[];
}

/** A FHIR R4 Questionnaire, ready to be sent as JSON. */
export interface FhirQuestionnaire {
  readonly resourceType: 'Questionnaire';
  readonly id: string;
  readonly url: string;
  readonly version: string;
  readonly title: string;
  readonly item: readonly FhirItem[];
  readonly [element: string]: unknown;
}

/** The items that take answers, without groups and displayed text, in order. */
export function leavesOf(items: readonly FhirItem[]): FhirItem[] {
  return items.flatMap((item) => {
    if (item.type === 'group') return leavesOf(item.item ?? []);
    return item.type === 'display' ? [] : [item, ...leavesOf(item.item ?? [])];
  });
}
