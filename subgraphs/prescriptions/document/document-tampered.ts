import { Refusal } from '#kernel/errors.ts';
import { graph } from '../builder.ts';

/** What is stored of a signed order is not what was signed: nothing of it is shown, and nothing is done with it. */
export class DocumentTampered extends Refusal {
  readonly code = 'DOCUMENT_TAMPERED';
  constructor() {
    super('What is stored of this order is not what was signed. Nothing of it is shown; whoever runs this must look into it.');
  }
}

graph.refusal(
  DocumentTampered,
  'What is stored of a signed order is not what was signed: it was noticed, reported, and nothing is done with it.',
);
