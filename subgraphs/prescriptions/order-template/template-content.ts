import { toId } from '#kernel/ids.ts';
import type { OrderTemplate } from '#prisma/generated/prescriptions/client.ts';
import { canonicalText, digestOf } from '../document/canonical.ts';
import type { OrderInput } from '../order/draft-order.ts';

/** A dosage as it was given. */
export type GivenDosage = NonNullable<OrderInput['dosage']>;

/** What a template gives an order: all that `draftOrder` takes and that is not of one patient. Ids are public ones. */
export interface TemplateContent {
  readonly formularyItemId: string;
  readonly protocolId: string;
  readonly service: string;
  /** What patients will read: as given, or generated from the dosage. */
  readonly sig: string;
  /** How it is dosed, as `draftOrder` takes it: what is left out there is null here. */
  readonly given: { readonly sig: string | null; readonly dosage: GivenDosage | null; readonly sigOverrideReason: string | null };
  readonly quantity: { readonly value: string; readonly unit: string };
  readonly daysSupply: number;
  readonly refills: number;
}

/** What is kept of a template's content: written by `createOrderTemplate` alone, and never changed. */
export function contentOf(template: Pick<OrderTemplate, 'content'>): TemplateContent {
  return template.content as unknown as TemplateContent;
}

/** SHA-256, hex, of what a template is: by it an order says from which words it was drafted. */
export function templateDigest(template: { id: string; clinicId: string; name: string; content: TemplateContent }): string {
  const { id, clinicId, name, content } = template;
  return digestOf(
    canonicalText({
      schema: 'goodfaith.order-template/1',
      id: toId('orderTemplate', id),
      clinic: toId('clinic', clinicId),
      name,
      content,
    }),
  );
}
