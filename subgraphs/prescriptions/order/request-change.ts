import { NotYet } from '#kernel/errors.ts';
import { builder, graph } from '../builder.ts';

graph.refusal(NotYet, 'The verb is known, and this deployment does not offer it yet.');

const ChangeKind = builder.enumType('ChangeKind', {
  description: 'What a pharmacy asks to have changed.',
  values: ['QUANTITY', 'SIG', 'STRENGTH', 'CLARIFICATION'] as const,
});

const ChangeRequestStatus = builder.enumType('ChangeRequestStatus', {
  description: 'Where a request stands.',
  values: ['OPEN', 'APPROVED', 'DENIED'] as const,
});

interface ChangeRequestShape {
  readonly id: string;
  readonly status: 'OPEN' | 'APPROVED' | 'DENIED';
  readonly kind: 'QUANTITY' | 'SIG' | 'STRENGTH' | 'CLARIFICATION';
  readonly note: string | null;
}

const ChangeRequest = builder.objectRef<ChangeRequestShape>('ChangeRequest').implement({
  description: 'A pharmacy’s question to the prescriber about a signed order.',
  authScopes: { may: ['order:query', 'order:read'] },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Id of the request.' }),
    status: t.field({ type: ChangeRequestStatus, resolve: (request) => request.status, description: 'Where it stands.' }),
    kind: t.field({ type: ChangeKind, resolve: (request) => request.kind, description: 'What it is about.' }),
    note: t.exposeString('note', { nullable: true, description: 'In the pharmacist’s words.' }),
  }),
});

const RequestChangeInput = builder.inputType('RequestChangeInput', {
  description: 'What a pharmacy asks to have changed.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The order.' }),
    secret: t.string({ required: true, description: 'The claim’s secret.' }),
    kind: t.field({ type: ChangeKind, required: true, description: 'What it is about.' }),
    note: t.string({ description: 'In the pharmacist’s words.' }),
  }),
});

builder.mutationField('requestChange', (t) =>
  t.field({
    description: 'Asks the prescriber of a claimed order for a change. Not offered yet: it answers NOT_YET.',
    type: ChangeRequest,
    authScopes: { may: 'order:query' },
    args: { input: t.arg({ type: RequestChangeInput, required: true, description: 'What is asked.' }) },
    errors: { types: [NotYet] },
    resolve: (): ChangeRequestShape => {
      throw new NotYet('Asking for a change is not offered yet: reject the order with a note, or call the prescriber.');
    },
  }),
);
