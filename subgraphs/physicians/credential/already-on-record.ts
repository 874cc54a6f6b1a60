import { Refusal } from '#kernel/errors.ts';
import { builder, graph } from '../builder.ts';

/** The same thing is on record: of the same person, or of somebody else, which is for people to clear up. */
export class AlreadyOnRecord extends Refusal {
  readonly code = 'DUPLICATE';
  readonly recordId: string | null;
  constructor(what: string, recordId: string | null) {
    super(`${what} is on record already.`);
    this.recordId = recordId;
  }
}

builder.objectType(AlreadyOnRecord, {
  name: 'AlreadyOnRecord',
  description: 'The same thing is on record already: of the same person, or of somebody else. Nothing was changed.',
  interfaces: [graph.RefusalInterface],
  fields: (t) => ({
    recordId: t.id({
      nullable: true,
      resolve: ({ recordId }) => recordId,
      description: 'What is on record: use it instead. Empty where it is not the caller’s to see.',
    }),
  }),
});
