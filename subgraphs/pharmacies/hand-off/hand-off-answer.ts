import { builder } from '../builder.ts';

/** What a receiver says of a hand-off. The same type stands in `prescriptions`. */
export interface HandOffReply {
  readonly outcome: string;
  readonly status: string | null;
}

export const HandOffAnswer = builder.objectRef<HandOffReply>('HandOffAnswer').implement({
  description: 'What became of a hand-off from one subgraph to another.',
  directives: { shareable: {} },
  authScopes: { may: 'hand-off:receive' },
  fields: (t) => ({
    outcome: t.exposeString('outcome', { description: 'APPLIED, SUPERSEDED, IGNORED, GRANTED or DENIED.' }),
    status: t.exposeString('status', { nullable: true, description: 'Where the receiver’s record stands now; empty when it has none.' }),
  }),
});
