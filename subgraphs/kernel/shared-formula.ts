import type { createBuilder } from './builder.ts';
import type { RawTx } from './db.ts';
import type { QuantityShape } from './shared-types.ts';
import type { RatioShape } from './strength.ts';

/** A code of a terminology. */
export interface CodingShape {
  readonly system: string;
  readonly code: string;
}

/** What an inactive ingredient is there for. */
export const excipientRoles = ['BASE', 'VEHICLE', 'PRESERVATIVE', 'SOLVENT', 'BUFFER', 'STABILIZER', 'FLAVOR', 'COLOR', 'OTHER'] as const;

/** An inactive ingredient. */
export interface ExcipientShape {
  readonly name: string;
  readonly unii: string | null;
  readonly role: string;
  /** Null is not recorded: often a quantity sufficient. */
  readonly amount: RatioShape | null;
}

/** How a preparation is packed. */
export interface PresentationShape {
  readonly pack: QuantityShape;
  readonly container: string;
  readonly device: string | null;
  readonly doseVariant: string | null;
}

/** An FDA-approved product that a formula is compared with. Null members are not on record. */
export interface ApprovedProductShape {
  readonly name: string;
  readonly ingredient: string;
  readonly strength: string | null;
  readonly dosageForm: string | null;
  readonly route: string | null;
  readonly applicationNumber: string | null;
  /** MARKETED, DISCONTINUED or UNKNOWN. */
  readonly marketing: string;
  readonly source: string;
  readonly confidence: string;
  /** `YYYY-MM-DD`. */
  readonly asOf: string;
}

/** The name FHIR R4 has for the NCI Thesaurus, which SCRIPT takes its forms, routes and units from. */
export const NCI_THESAURUS = 'http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl';

type Builder<P extends object, Tx extends RawTx> = ReturnType<typeof createBuilder<P, Tx>>;

const quantityRef = <P extends object, Tx extends RawTx>(builder: Builder<P, Tx>) => builder.objectRef<QuantityShape>('Quantity');

const shareable = { shareable: {} } as const;

/** What a formula is told with, in the formulary and in an order, the same to the letter. */
export function sharedFormula<P extends object, Tx extends RawTx>(
  builder: Builder<P, Tx>,
  { Quantity }: { Quantity: ReturnType<ReturnType<typeof quantityRef<P, Tx>>['implement']> },
) {
  const Ratio = builder.objectRef<RatioShape>('Ratio').implement({
    description: 'So much of one thing in so much of another (FHIR Ratio).',
    directives: shareable,
    fields: (t) => ({
      numerator: t.field({ type: Quantity, resolve: (ratio) => ratio.numerator, description: 'How much of the ingredient.' }),
      denominator: t.field({ type: Quantity, resolve: (ratio) => ratio.denominator, description: 'In how much of the preparation.' }),
    }),
  });
  const Coding = builder.objectRef<CodingShape>('Coding').implement({
    description: 'A code of a terminology (FHIR Coding).',
    directives: shareable,
    fields: (t) => ({
      system: t.exposeString('system', { description: 'The terminology, by the address FHIR R4 has for it.' }),
      code: t.exposeString('code', { description: 'The code.' }),
    }),
  });
  const ExcipientRole = builder.enumType('ExcipientRole', {
    description: 'What an inactive ingredient is in a preparation for.',
    values: excipientRoles,
  });
  const Excipient = builder.objectRef<ExcipientShape>('Excipient').implement({
    description: 'An inactive ingredient of a preparation.',
    directives: shareable,
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Its established name.' }),
      unii: t.exposeString('unii', { nullable: true, description: 'FDA substance identifier; empty when the pharmacy gave none.' }),
      role: t.field({ type: ExcipientRole, resolve: ({ role }) => role as 'BASE', description: 'What it is there for.' }),
      amount: t.field({
        type: Ratio,
        nullable: true,
        resolve: (excipient) => excipient.amount,
        description: 'How much of it; empty when not recorded, as of a quantity sufficient.',
      }),
    }),
  });
  const Presentation = builder.objectRef<PresentationShape>('Presentation').implement({
    description: 'How a preparation is packed.',
    directives: shareable,
    fields: (t) => ({
      pack: t.field({ type: Quantity, resolve: ({ pack }) => pack, description: 'What one pack holds.' }),
      container: t.exposeString('container', { description: 'What it comes in, in words: vial, jar, bottle.' }),
      device: t.exposeString('device', { nullable: true, description: 'What it is given with, when that comes along.' }),
      doseVariant: t.exposeString('doseVariant', {
        nullable: true,
        description: 'Which of several dose presentations of the same formula it is.',
      }),
    }),
  });
  const Marketing = builder.enumType('ApprovedProductMarketing', {
    description: 'Whether an approved product can be bought.',
    values: ['MARKETED', 'DISCONTINUED', 'UNKNOWN'] as const,
  });
  const ApprovedProduct = builder.objectRef<ApprovedProductShape>('ApprovedProduct').implement({
    description: 'An FDA-approved product beside a compounded one, as the pharmacy recorded it.',
    directives: shareable,
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Its name.' }),
      ingredient: t.exposeString('ingredient', { description: 'Its active ingredient.' }),
      strength: t.exposeString('strength', { nullable: true, description: 'Its strength; empty when not on record.' }),
      dosageForm: t.exposeString('dosageForm', { nullable: true, description: 'Its dosage form; empty when not on record.' }),
      route: t.exposeString('route', { nullable: true, description: 'How it is given; empty when not on record.' }),
      applicationNumber: t.exposeString('applicationNumber', {
        nullable: true,
        description: 'Its FDA application, for example NDA012345; empty when not on record.',
      }),
      marketing: t.field({
        type: Marketing,
        resolve: (product) => product.marketing as 'UNKNOWN',
        description: 'Whether it can be bought.',
      }),
      source: t.exposeString('source', { description: 'Where the pharmacy read it.' }),
      confidence: t.exposeString('confidence', { description: 'How sure that is: `verified`, `known` or `uncertain`.' }),
      asOf: t.field({ type: 'Date', resolve: (product) => new Date(product.asOf), description: 'The day it was read.' }),
    }),
  });
  return { Ratio, Coding, Excipient, Presentation, ApprovedProduct };
}
