import { parseCanonical } from './canonical.ts';
import { type DocumentSchema, documentSchemas, type DrugSnapshot, type OrderDocument } from './order-document.ts';

/** Reads the text of a signed order of any version; null when it is none, or of a version that is not known here. */
export function readDocument(text: string): OrderDocument | null {
  const document = parseCanonical(text) as OrderDocument | null;
  return document !== null && isKnown(document.schema) ? inFull(document) : null;
}

function isKnown(schema: unknown): schema is DocumentSchema {
  return documentSchemas.some((known) => known === schema);
}

/**
 * A document with the members that later versions added, null where its own version had none: what readers work with, so that each
 * asks once. Never what is digested or handed out: that is the text itself.
 */
function inFull(document: OrderDocument): OrderDocument {
  const difference = document.clinicalDifference;
  return {
    ...{ screening: null, controlled: null, supersedes: null },
    ...document,
    drug: {
      ...{ dosage: null, sigGenerated: null, sigOverrideReason: null, excludedExcipients: [] },
      ...document.drug,
      ...snapshotInFull(document.drug),
    },
    clinicalDifference: difference && { ...difference, finding: { ...{ code: null }, ...difference.finding } },
  };
}

/** A formulary item as an order kept it before it told as much as today: what was not told then is null, which is unknown. */
export function snapshotInFull(kept: DrugSnapshot): DrugSnapshot {
  return {
    ...{ dosageFormCode: null, routeCode: null, excipients: null, presentation: null, comparators: null },
    ...kept,
    ingredients: kept.ingredients.map((ingredient) => ({ ...{ rxcui: null, role: 'ACTIVE', strengthRatio: null }, ...ingredient })),
  };
}
