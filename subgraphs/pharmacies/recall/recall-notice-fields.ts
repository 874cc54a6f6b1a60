import { builder } from '../builder.ts';
import { toldAt } from './escalation.ts';
import { RecallNotice } from './recall.ts';

const Escalation = builder.prismaObject('RecallEscalation', {
  description: 'That a clinic was too long silent about a recall, and who was told.',
  authScopes: { may: 'recall:read' },
  fields: (t) => ({
    about: t.exposeString('about', {
      description: 'ACKNOWLEDGEMENT: it has not said that it knows. PATIENTS: it has not reached all of them.',
    }),
    step: t.exposeInt('step', { description: 'From 1 to 3.' }),
    told: t.string({
      select: { step: true },
      resolve: (row) => toldAt[row.step - 1] ?? 'PHARMACY',
      description: 'Who was told: CLINIC, DIRECTOR_AND_COMPLIANCE, or PHARMACY, which is to call.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

builder.prismaObjectField(RecallNotice, 'escalations', (t) =>
  t.relation('escalations', {
    type: Escalation,
    query: { orderBy: [{ at: 'asc' }, { about: 'asc' }, { step: 'asc' }] },
    description:
      'What was done about its silence, oldest first: after 24, 48 and 72 hours in class I, every 72 in class II, every 168 in class III.',
  }),
);
