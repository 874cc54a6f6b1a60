import { NotFound } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { RuleResult } from '#rules/results.ts';
import { builder } from '../builder.ts';
import { Clinic } from '../clinic/clinic.ts';
import { clinicRecordOf } from './clinic-record.ts';
import { oversightOf } from './oversight.ts';
import { type Readiness, readinessOf, type ServiceReadiness } from './readiness-of.ts';

const Status = builder.enumType('ReadinessStatus', {
  description: 'How far a clinic or a service is ready.',
  values: {
    OPEN: { description: 'Everything the rules ask is there.' },
    RESTRICTED: { description: 'A part is open: some services of the clinic, or some ways of examining for the service.' },
    CLOSED: { description: 'Nothing may be offered. Unknown closes like a failure.' },
  } as const,
});

const Blocker = builder.objectRef<RuleResult>('Blocker').implement({
  description: 'A rule that stands in the way.',
  fields: (t) => ({
    ruleId: t.exposeString('id', { description: 'The stable id of the rule, for example TX.gfe.syncAudioVideo.' }),
    message: t.exposeString('message', { description: 'What was found, in words.' }),
    citation: t.exposeString('citation', { nullable: true, description: 'The section of law or standard the rule rests on.' }),
    remedy: t.exposeString('remedy', { nullable: true, description: 'What would clear it, and who can do that.' }),
  }),
});

const ServiceReadinessType = builder.objectRef<ServiceReadiness>('ServiceReadiness').implement({
  description: 'Whether a clinic may offer one service.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Code of the service.' }),
    status: t.field({ type: Status, resolve: (service) => service.status, description: 'OPEN, RESTRICTED or CLOSED.' }),
    blockers: t.field({
      type: [Blocker],
      resolve: (service) => [...service.blockers],
      description: 'Everything that stands in the way, in a stable order; none when open.',
    }),
  }),
});

const ReadinessType = builder.objectRef<Readiness>('Readiness').implement({
  description: 'What a clinic may offer, by rule data, attestations, oversight and licences. Computed when asked, never stored.',
  authScopes: { may: 'readiness:read' },
  fields: (t) => ({
    status: t.field({
      type: Status,
      resolve: (readiness) => readiness.status,
      description: 'OPEN when every service is, CLOSED when none is.',
    }),
    services: t.field({
      type: [ServiceReadinessType],
      resolve: (readiness) => [...readiness.services],
      description: 'Each service the clinic offers, by code.',
    }),
  }),
});

builder.objectField(Clinic, 'readiness', (t) =>
  t.field({
    type: ReadinessType,
    nullable: true,
    description: 'Whether the clinic may work, service by service. What a neighbour does not answer is unknown, and closes.',
    authScopes: { may: 'readiness:read' },
    args: { on: t.arg({ type: 'Date', description: 'On which day; now when left out. Facts are those known now.' }) },
    resolve: async (clinic, { on }, ctx) => {
      const oversight = await oversightOf(ctx, toId('clinic', clinic.id));
      const record = await clinicRecordOf(ctx, clinic.id);
      if (record === null) throw new NotFound();
      return readinessOf(record, oversight, on ?? ctx.now().toISOString());
    },
  }),
);
