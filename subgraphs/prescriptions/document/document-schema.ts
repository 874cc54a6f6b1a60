/** The published JSON Schema of a signed order, from which anyone can read and check one without us. `schema/documents/` has it as it is served. */

import { z } from 'zod';
import { controlledSchema } from './controlled-schema.ts';
import { differenceKinds } from '#rules/difference-facts.ts';
import { doseStepSchema } from './dosage-schema.ts';
import { DOCUMENT_SCHEMA, type OrderDocument } from './order-document.ts';
import { screeningSchema } from './screening-schema.ts';

const text = z.string().min(1);
const day = z.iso.date();
const instant = z.iso.datetime();
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0);
const quantity = z.strictObject({ value: z.string().regex(/^\d+(\.\d+)?$/), unit: text });
const coding = z.strictObject({ system: text, code: text, display: z.string() });

const address = z.strictObject({ line1: text, line2: z.string().nullable(), city: text, state: z.string().length(2), postalCode: text });

const code = z.strictObject({ system: text, code: text }).nullable();
const ratio = z.strictObject({ numerator: quantity, denominator: quantity }).nullable();

const ingredient = z.strictObject({
  ...{ name: text, unii: text.nullable(), rxcui: text.nullable(), role: z.literal('ACTIVE') },
  ...{ strength: text, strengthRatio: ratio, csSchedule: text.nullable() },
});

const excipients = z
  .array(z.strictObject({ name: text, unii: text.nullable(), role: text, amount: ratio }))
  .nullable()
  .describe('Inactive ingredients. Null is that the pharmacy has not recorded them: unknown, not none.');

const approvedProduct = z.strictObject({
  ...{ name: text, ingredient: text, strength: text.nullable(), dosageForm: text.nullable(), route: text.nullable() },
  ...{ applicationNumber: text.nullable(), marketing: text, source: text, confidence: text, asOf: day },
});

const presentation = z
  .strictObject({ pack: quantity, container: text, device: text.nullable(), doseVariant: text.nullable() })
  .nullable()
  .describe('How it is packed.');

const drug = z.strictObject({
  formularyItemId: text,
  name: text,
  dosageForm: text,
  dosageFormCode: code,
  route: text,
  routeCode: code,
  sterile: z.boolean(),
  preparationType: text.nullable(),
  storage: text.nullable(),
  beyondUseDays: count.nullable(),
  ingredients: z.array(ingredient).min(1),
  excipients,
  presentation,
  comparators: z.array(approvedProduct).nullable().describe('Approved products it stands beside. Null is not recorded: unknown, not none.'),
  sig: text,
  sigGenerated: z.string().nullable().describe('The directions that follow from the dosage.'),
  sigOverrideReason: z.string().nullable().describe('Why the sig has words of its own.'),
  dosage: z.array(doseStepSchema).nullable(),
  excludedExcipients: z.array(text).describe('What the patient must not get, by UNII.'),
  quantity,
  daysSupply: z.number().int().min(1),
  refills: count,
});

const license = z.strictObject({
  ...{ id: text, state: z.string().length(2), number: text, type: text.nullable(), status: text },
  ...{ verifiedAt: instant.nullable(), expiresOn: day.nullable() },
});

const exam = z.strictObject({
  ...{ id: text, digest, examinerId: text, examinerName: text.nullable(), examinerCredential: text.nullable(), modality: text },
  ...{ patientState: z.string().length(2), outcome: text, services: z.array(text), completedAt: instant, validUntil: day },
});

/** A signed order, member by member. Strict: a member that is not described is none of the format. */
export const orderDocumentSchema = z
  .strictObject({
    schema: z.literal(DOCUMENT_SCHEMA),
    order: z.strictObject({ id: text, service: text, draftedAt: instant, signedAt: instant }),
    patient: z.strictObject({
      ...{ id: text, givenName: text, familyName: text, birthDate: day, sexAtBirth: text },
      ...{ address, allergies: z.array(z.string()) },
    }),
    shipTo: address,
    drug,
    clinicalDifference: z
      .strictObject({
        ...{ statement: text, kind: z.enum(differenceKinds).nullable(), comparator: text.nullable(), change: text.nullable() },
        finding: z.strictObject({ id: text, text, code: coding.nullable() }),
      })
      .nullable()
      .describe('Why this patient needs a compound, and the finding of the exam that it rests on (21 USC 353a(b)(2)).'),
    diagnosis: z.array(z.strictObject({ system: z.literal('ICD-10-CM'), code: text })).min(1),
    prescriber: z.strictObject({ id: text, displayName: text, npi: text, credential: text, license }),
    supervisor: z
      .strictObject({ id: text, displayName: text, npi: text.nullable(), agreementId: text })
      .nullable()
      .describe('The physician of the agreement that an NP or PA prescribes under.'),
    clinic: z.strictObject({ id: text, name: text, entityId: text, entityName: text, address, phone: text.nullable() }),
    pharmacy: z.strictObject({ id: text, name: text, npi: text.nullable(), facilityClass: text }),
    exam,
    protocol: z.strictObject({ id: text, service: text, version: text, title: text, digest: text }),
    consents: z.array(z.strictObject({ id: text, kind: text, version: text, givenAt: instant })),
    rules: z
      .array(z.strictObject({ id: text, outcome: text, message: z.string(), citation: z.string().nullable(), version: text }))
      .describe('Every rule as it was asked when the order was signed.'),
    screening: screeningSchema.nullable(),
    controlled: controlledSchema.nullable(),
    supersedes: z
      .strictObject({ orderId: text, documentDigest: digest })
      .nullable()
      .describe('The signed order whose place this one takes.'),
  })
  .describe(
    'The payload of a signed order, canonical (RFC 8785) and signed twice (RFC 7515 §7.2.1). Every member is written out and what is absent is null; ids are public ids, moments RFC 3339 in UTC, days YYYY-MM-DD, amounts decimal text.',
  );

/** The schema as it is published. */
export function publishedSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(orderDocumentSchema);
  return { $schema, $id: `urn:goodfaith:schema:${DOCUMENT_SCHEMA.replace('/', ':')}`, title: DOCUMENT_SCHEMA, ...rest };
}

type Plain<Value> = Value extends readonly (infer Item)[]
  ? Plain<Item>[]
  : Value extends object
    ? { -readonly [Member in keyof Value]: Plain<Value[Member]> }
    : Value;
type Signed = Plain<Omit<OrderDocument, 'schema'>>;
type Described = Plain<Omit<z.infer<typeof orderDocumentSchema>, 'schema'>>;
type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : never) : never;

/** Does not compile when what is signed and what is published differ: whoever adds a member to the one adds it to the other. */
export const typeAndSchemaAgree: Same<Signed, Described> = true;
