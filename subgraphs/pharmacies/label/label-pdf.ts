import type { LabelElement } from './label-elements.ts';

/** Four by six inches, the usual size of a prescription label with its directions. */
const size: [number, number] = [288, 432];

// The fonts every reader has know the letters of Windows-1252 and no others: a name is not printed with holes in it.
const PRINTABLE =
  /^[ -~\u00a0-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]*$/;

/** Whether a text can be printed letter by letter. */
export function isPrintable(text: string): boolean {
  return PRINTABLE.test(text);
}

/** A label as PDF. Every element must have its text, and one that can be printed. The same elements at the same moment give the same page. */
export async function labelPdf(elements: readonly LabelElement[], at: Date): Promise<Buffer> {
  // Loaded by whoever prints: it is seven megabytes.
  const { default: PDFDocument } = await import('pdfkit');
  const document = new PDFDocument({ size, margin: 14, info: { Title: 'Label', CreationDate: at } });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const done = new Promise<Buffer>((resolve, reject) => {
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.on('error', reject);
  });
  for (const [index, { heading, text }] of elements.entries()) {
    document.font(index === 0 || heading === '' ? 'Helvetica-Bold' : 'Helvetica').fontSize(9);
    document.text(heading === '' ? (text ?? '') : `${heading}: ${text ?? ''}`, { paragraphGap: 2 });
  }
  document.end();
  return done;
}
