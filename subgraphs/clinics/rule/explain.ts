import { NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import type { Attestation } from '#rules/attestation.ts';
import { dayOf } from '#rules/dates.ts';
import { recordOf } from '#rules/decision.ts';
import { evaluate } from '#rules/evaluate.ts';
import type { GateFacts } from '#rules/facts.ts';
import { isBlocked, type RuleResult } from '#rules/results.ts';
import type { RuleSet } from '#rules/rule-set.ts';
import { attestationFact } from '../attestation/attestation-fact.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { dayText } from '../business-day.ts';
import { ExplainInput } from './explain-input.ts';
import { itemNamed, peopleNamed, protocolNamed } from './explain-neighbours.ts';
import { type AsOf, delegationFacts, examFacts, orderFacts, type PlanningClinic, routingFacts } from './explained-facts.ts';
import { releaseKnown } from './release-asked.ts';

interface Explained {
  readonly entityId: string;
  readonly facts: GateFacts;
  readonly on: Date;
  readonly rules: RuleSet;
  readonly results: readonly RuleResult[];
}

const Explanation = builder.objectRef<Explained>('Explanation').implement({
  description: 'What a gate would answer to a plan. Nothing is decided, and nothing is kept.',
  authScopes: { may: 'rule:explain' },
  fields: (t) => ({
    gate: t.string({
      resolve: ({ facts }) => facts.gate,
      description: 'The gate that was asked: exam-booking, order-signing, order-routing or delegation.',
    }),
    on: t.field({ type: 'DateTime', resolve: ({ on }) => on, description: 'The moment it was asked about.' }),
    packVersion: t.string({
      nullable: true,
      resolve: ({ rules }) => (rules.rules.length === 0 ? null : rules.version),
      description: 'The release of the rule packs that answered; null before the first, when everything is unknown.',
    }),
    blocked: t.boolean({ resolve: ({ results }) => isBlocked(results), description: 'Whether anything stands in the way.' }),
    results: t.field({
      type: [graph.RuleResult],
      resolve: ({ results }) => [...results],
      description: 'Every rule that was asked, passes included, with what would change its answer.',
    }),
    facts: t.field({
      type: 'JSON',
      nullable: true,
      resolve: ({ entityId, facts, results, on }, _args, ctx) =>
        ctx.actor.places('attestation:read').includes(entityId) ? shown(recordOf({ facts, results }, on).facts) : null,
      description:
        'What the gate was told, as a decision would keep it, but for controlled-substance registrations, agreements and exclusion screenings, which are shown where credentials are managed. Null for whoever may not read the entity’s attestations, which are part of it.',
    }),
  }),
});

// Anybody can be named in a plan; these are for those who manage credentials where that person is engaged.
const managed: readonly string[] = ['deaRegistrations', 'stateRegistrations', 'agreements', 'exclusion'];

function shown(facts: object): object {
  return JSON.parse(JSON.stringify(facts, (name, value: unknown) => (managed.includes(name) ? undefined : value))) as object;
}

builder.queryField('explain', (t) =>
  t.field({
    type: Explanation,
    description:
      'What a gate would answer to a planned exam, order, routing or delegation at a clinic, before anybody commits to it. Licences, protocols and formularies are as they stand now; what the examiner’s licence was on the day of the exam, as known on the day asked. An order is asked about a patient who has given every consent, lives where they are, has no safety hold and was never seen in person before, with an exam that was completed and approved.',
    authScopes: { may: 'rule:explain' },
    args: {
      clinicId: t.arg.id({ required: true, description: 'The clinic at which it would be done; its entity’s attestations count.' }),
      input: t.arg({ type: ExplainInput, required: true, description: 'What is planned.' }),
      on: t.arg({ type: 'DateTime', description: 'As of which moment; now when left out.' }),
      asKnownOn: t.arg({
        type: 'Date',
        description:
          'With the rules and attestations as they were known on this day. When left out, with the rules as known on the day of `on`, at the latest today. Before the first release nothing is known.',
      }),
    },
    resolve: async (_root, { clinicId, input, on, asKnownOn }, ctx) => {
      const at = on ?? ctx.now();
      const rules = releaseKnown(ctx, asKnownOn, dayText(at));
      const { entityId, clinic } = await planningClinic(ctx, fromId('clinic', clinicId), asKnownOn ?? null);
      const facts = await factsOf(ctx, clinicId, clinic, input, { on: at.toISOString(), rules, knownAt: endOf(asKnownOn) ?? ctx.now() });
      return { entityId, facts, on: at, rules, results: evaluate(facts, at.toISOString(), rules) };
    },
  }),
);

async function planningClinic(ctx: Ctx, id: string, asKnownOn: string | null): Promise<{ entityId: string; clinic: PlanningClinic }> {
  const where = { AND: [{ id }, { id: { in: [...ctx.actor.places('rule:explain')] } }] };
  const row = await ctx.db.clinic.findFirst({ where, include: { services: true, entity: { include: { attestations: true } } } });
  if (row === null) throw new NotFound();
  const attestations = row.entity.attestations.map(attestationFact);
  return {
    entityId: row.entityId,
    clinic: {
      state: row.state,
      services: row.services.map(({ code, modalities }) => ({ code, modalities })),
      attestations: asKnownOn === null ? attestations : asKnown(attestations, asKnownOn),
      entityName: row.entity.name,
    },
  };
}

function endOf(day: string | null | undefined): Date | null {
  return day == null ? null : new Date(`${day}T23:59:59.999Z`);
}

/** As they were known at the end of that day: what was given later was not there, what was revoked later still stood. */
function asKnown(attestations: readonly Attestation[], day: string): Attestation[] {
  const isLater = (moment: string) => (dayOf(moment) ?? day) > day;
  return attestations
    .filter(({ attestedAt }) => !isLater(attestedAt))
    .map((one) => (one.revokedAt !== null && isLater(one.revokedAt) ? { ...one, revokedAt: null } : one));
}

async function factsOf(
  ctx: Ctx,
  clinicId: string,
  clinic: PlanningClinic,
  plan: typeof ExplainInput.$inferInput,
  asked: AsOf,
): Promise<GateFacts> {
  const { exam, order, routing, delegation } = plan;
  if (exam != null) return examFacts(clinic, exam, (await peopleNamed(ctx, [exam.examinerId]))(exam.examinerId)?.fact ?? null);
  if (order != null) {
    const [person, protocol, item] = await Promise.all([
      peopleNamed(ctx, [order.prescriberId, order.examinerId]),
      protocolNamed(ctx, order.protocolVersionId, toId('clinic', fromId('clinic', clinicId))),
      itemNamed(ctx, order.formularyItemId),
    ]);
    const parts = { prescriber: person(order.prescriberId)?.fact ?? null, examiner: person(order.examinerId), protocol, item };
    return orderFacts(clinic, order, parts, asked);
  }
  if (routing != null) return routingFacts(clinic, routing, await itemNamed(ctx, routing.formularyItemId));
  const person = await peopleNamed(ctx, [delegation?.delegateId, delegation?.delegatorId]);
  return delegationFacts(clinic, delegation ?? {}, {
    delegate: person(delegation?.delegateId)?.fact ?? null,
    delegator: person(delegation?.delegatorId)?.fact ?? null,
  });
}
