import { builder } from '../builder.ts';
import type { LabelElement } from './label-elements.ts';
import { isPrintable, labelPdf } from './label-pdf.ts';

/** A label with what it lacks. */
interface LabelShape {
  readonly elements: readonly LabelElement[];
  readonly missing: readonly string[];
  readonly pdf: string | null;
}

const Element = builder.objectRef<LabelElement>('LabelElement').implement({
  description: 'One thing a label says, and what asks for it.',
  authScopes: { may: 'fulfillment:read' },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'What it is, as a code.' }),
    text: t.exposeString('text', { nullable: true, description: 'What it says; empty when it is not on record.' }),
    citation: t.exposeString('citation', { description: 'What asks for it.' }),
  }),
});

export const Label = builder.objectRef<LabelShape>('Label').implement({
  description: 'A label, made when it is asked for and kept nowhere.',
  authScopes: { may: 'fulfillment:read' },
  fields: (t) => ({
    elements: t.field({ type: [Element], resolve: ({ elements }) => elements, description: 'All it says, in the order of the print.' }),
    missing: t.exposeStringList('missing', {
      description:
        'Codes of required elements that are not on record, or have letters that cannot be printed. While there are any, there is no print.',
    }),
    pdf: t.exposeString('pdf', { nullable: true, description: 'The print, PDF in base64; empty while something is missing.' }),
  }),
});

/** Prints what is complete, and says what is not. */
export async function labelled(elements: readonly LabelElement[], at: Date): Promise<LabelShape> {
  const missing = elements.filter(({ text }) => text === null || !isPrintable(text)).map(({ code }) => code);
  const pdf = missing.length > 0 ? null : (await labelPdf(elements, at)).toString('base64');
  return { elements, missing, pdf };
}
