import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { addDays, addMonths } from '#rules/dates.ts';
import { evaluate } from '#rules/evaluate.ts';
import { isBlocked, type RuleResult } from '#rules/results.ts';
import { isService } from '#rules/service-codes.ts';
import { builder, graph, type Context, type Tx } from '../builder.ts';
import { dayIn, storedDay, todayOf } from '../lapse.ts';
import { practisesIn } from '../license/license-status.ts';
import { worksAt } from '../license/shared-place.ts';
import { CircularSupervision } from '../supervision/circular-supervision.ts';
import { askClinic } from './clinic-told.ts';
import { Delegation } from './delegation.ts';
import { deviceCode } from './device-code.ts';
import { line } from './line.ts';
import { NotDelegable } from './not-delegable.ts';
import { ownPractitionerId } from './own-practitioner.ts';
import { performingFacts } from './performing-facts.ts';

const AHEAD_DAYS = 90;

const DelegateInput = builder.inputType('DelegateInput', {
  description: 'What a physician lets a named person do.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'Where.' }),
    delegateId: t.id({ required: true, description: 'Who may do it: somebody who works there.' }),
    service: t.string({ required: true, description: 'Code of the service.' }),
    level: t.int({
      required: true,
      description: '1 in the room, 2 on the premises, 3 off site and reachable at once, 4 on their own. No looser than the rules have it.',
    }),
    protocolVersionId: t.id({ required: true, description: 'How it is done: a version that is in force at the clinic.' }),
    states: t.field({
      type: [graph.UsState],
      required: true,
      description: 'The states it reaches, the clinic’s own among them: both hold an active licence in each.',
    }),
    startsOn: t.field({ type: 'Date', required: true, description: 'The first day: today or later, at most 90 days ahead.' }),
    endsOn: t.field({ type: 'Date', required: true, description: 'The last day: at most twelve months after the first.' }),
    device: t.string({
      description:
        'Code of the one device it is for, in lower-case words joined by hyphens: it then asks for a competency on that device. Left out for the service whatever the device.',
    }),
    limits: t.string({ description: 'What it does not reach (doses, areas, ages), at most 500 characters. Nothing of a patient.' }),
  }),
  validate: z
    .object({
      level: z.number().min(1, 'Levels are 1 to 4: what is not delegable is not delegated.').max(4, 'Levels are 1 to 4.'),
      states: z.array(z.string()).min(1, 'Name at least one state.').max(51, 'There are no more than 51.'),
      limits: line('The limits', 500).nullish(),
      device: deviceCode.nullish(),
    })
    .loose(),
});

type Input = typeof DelegateInput.$inferInput;

builder.mutationField('delegate', (t) =>
  t.field({
    description:
      'Lets a named person do a service at a clinic. Given by the physician, with a second factor, when everything it stands on is good: licences, engagement, training, protocol, level and ratio. It is suspended by itself when one of them lapses.',
    type: Delegation,
    authScopes: { may: 'delegation:give' },
    args: { input: t.arg({ type: DelegateInput, required: true, description: 'What is delegated to whom.' }) },
    errors: { types: [NotDelegable, CircularSupervision] },
    resolve: async (_root, args, ctx, info) => {
      const delegatorId = ownPractitionerId(ctx, 'delegation:give');
      const { input } = args;
      const clinicId = fromId('clinic', input.clinicId);
      const delegateId = fromId('practitioner', input.delegateId);
      const protocolVersionId = fromId('protocolVersion', input.protocolVersionId);
      const reached = ctx.actor.places('delegation:give').includes(clinicId) && (await worksAt(ctx.db, ctx, delegateId, clinicId));
      const delegatee = reached ? await ctx.db.practitioner.findUnique({ where: { id: delegateId } }) : null;
      const version = await ctx.db.protocolVersion.findFirst({
        where: { id: protocolVersionId, protocol: { clinics: { some: { clinicId } } } },
      });
      const terms = {
        ...{ id: ctx.newId(), delegatorId, protocolVersionId, level: input.level, states: [...new Set(input.states)] },
        device: input.device ?? null,
        ...{ startsOn: storedDay(input.startsOn), endsOn: storedDay(input.endsOn), revokedAt: null },
      };
      const act = { clinicId, practitionerId: delegateId, service: input.service, device: input.device ?? null };
      const results = delegatee === null || version === null ? [] : await askGate(ctx, act, terms);
      // Nothing is locked: what it stands on is asked again whenever somebody would act by it.
      return ctx.write({ info, args, answer: 'delegation' }, async (tx) => {
        // Refused in here, so that a retry of what was written is answered as it was.
        if (delegatee === null || version === null) throw new NotFound();
        ctx.requireStepUp();
        if (delegateId === delegatorId) throw new CircularSupervision([delegatorId]);
        const { credential } = delegatee;
        if (credential === 'MD' || credential === 'DO') throw new NotDelegable(credential, input.service);
        const issues = issuesOf(input, ctx.now());
        if (issues.length > 0) throw new InvalidInput(issues);
        const asked = passedGate(results, credential, input.service);
        const beyond = await unlicensedAmong(tx, [delegatorId, delegateId], terms.states, ctx.now());
        if (beyond.length > 0) {
          const message = `One of you has no active licence of their credential in ${beyond.join(', ')}: name only states where both do.`;
          throw new InvalidInput([{ path: 'input.states', message }]);
        }
        const delegation = await tx.delegation.create({
          data: { ...terms, clinicId, delegateId, service: input.service, limits: input.limits?.trim() ?? null, delegatedAt: ctx.now() },
        });
        await audit(tx, ctx, {
          ...{ action: 'delegation.given', tenantId: clinicId, subjectKind: 'delegation', subjectId: delegation.id },
          detail: {
            delegateId,
            service: input.service,
            level: input.level,
            protocolVersionId,
            device: terms.device,
            startsOn: input.startsOn,
            ...asked,
          },
        });
        return delegation;
      });
    },
  }),
);

/** Asks as if the delegation had begun, so that one that begins next week is asked about what is known today. */
async function askGate(
  ctx: Context,
  act: Parameters<typeof performingFacts>[1],
  terms: NonNullable<Parameters<typeof performingFacts>[3]>,
): Promise<readonly RuleResult[]> {
  const today = todayOf(ctx.now());
  const begun = { ...terms, startsOn: terms.startsOn > today ? today : terms.startsOn };
  return evaluate(await performingFacts(ctx, act, await askClinic(ctx, act.clinicId), begun), ctx.now().toISOString());
}

/** States in which one of the two may not practise today: a delegation that reached there would stand on nothing. */
async function unlicensedAmong(tx: Tx, ids: readonly string[], states: readonly string[], now: Date): Promise<string[]> {
  const both = await tx.practitioner.findMany({ where: { id: { in: [...ids] } }, include: { licenses: { include: { standings: true } } } });
  return states.filter((state) => both.length < ids.length || both.some((one) => !practisesIn(one, state, now)));
}

function passedGate(results: readonly RuleResult[], credential: string, service: string): { readonly packVersions: readonly string[] } {
  const level = `.delegation.${service}.${credential}`;
  if (results.some(({ id, outcome }) => outcome === 'FAIL' && id.endsWith(level))) throw new NotDelegable(credential, service);
  if (isBlocked(results)) throw new RuleBlocked(results);
  if (!results.some(({ id }) => id === 'delegation.record')) {
    throw new InvalidInput([{ path: 'input.delegateId', message: 'They may do this on their own licence: nobody has to delegate it.' }]);
  }
  return { packVersions: [...new Set(results.map(({ version }) => version))] };
}

function issuesOf(input: Input, now: Date): InputIssue[] {
  const issues: InputIssue[] = [];
  const today = dayIn(now);
  const add = (field: string, message: string) => issues.push({ path: `input.${field}`, message });
  if (!isService(input.service)) add('service', 'That is no code of a service.');
  if (input.startsOn < today) add('startsOn', `Nothing is delegated for days gone by: today is ${today}.`);
  if (input.startsOn > addDays(today, AHEAD_DAYS)) add('startsOn', `At most ${AHEAD_DAYS} days ahead.`);
  if (input.endsOn < input.startsOn) add('endsOn', 'The last day is not before the first.');
  else if (input.endsOn > addMonths(input.startsOn, 12)) add('endsOn', 'At most twelve months after the first day.');
  return issues;
}
