import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput, NotFound, RuleBlocked, type RuleOutcome } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import { isService } from '#rules/service-codes.ts';
import { builder, graph } from '../builder.ts';
import { EngagementRole } from '../engagement/engagement.ts';
import { selfOf } from '../engagement/parties.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { AvailabilityStatus, DirectorAvailability } from './availability.ts';

const DirectorConflictInput = builder.inputType('DirectorConflictInput', {
  description: 'For whom somebody will not or must not work.',
  fields: (t) => ({
    entityId: t.id({ required: true, description: 'The professional entity.' }),
    reason: t.string({ required: true, description: 'Why, 3 to 500 characters: nobody else reads it.' }),
  }),
  validate: z
    .object({ reason: z.string().trim().min(3, 'A reason has at least 3 characters.').max(500, 'At most 500 characters.') })
    .loose(),
});

const PublishAvailabilityInput = builder.inputType('PublishAvailabilityInput', {
  description: 'What work a physician takes. It replaces what they published before.',
  fields: (t) => ({
    status: t.field({ type: AvailabilityStatus, required: true, description: 'Whether they take work now.' }),
    roles: t.field({ type: [EngagementRole], required: true, description: 'As what.' }),
    states: t.field({ type: [graph.UsState], required: true, description: 'The states they take work in.' }),
    services: t.stringList({ description: 'Codes of the services they take; left out for all.' }),
    onSiteStates: t.field({ type: [graph.UsState], description: 'The states among these in which they come to the premises.' }),
    mostClinics: t.int({ required: true, description: 'Of how many clinics they would be director at a time, all in all: 1 to 100.' }),
    hoursPerMonth: t.int({ required: true, description: 'How many hours a month they have for it: 1 to 744.' }),
    availableFrom: t.field({ type: 'Date', required: true, description: 'The first day on which they would begin.' }),
    availableUntil: t.field({ type: 'Date', description: 'The last such day; left out for no end.' }),
    conflicts: t.field({ type: [DirectorConflictInput], description: 'For whom they will not or must not work.' }),
  }),
  validate: z
    .object({
      roles: z.array(z.unknown()).min(1, 'Name a role.').max(2, 'There are two roles.'),
      states: z.array(z.string()).min(1, 'Name a state.').max(51, 'There are 51 states to name.'),
      services: z
        .array(z.string())
        .min(1, 'Name a service, or leave the list out for all of them.')
        .max(50, 'Too many services.')
        .nullish(),
      onSiteStates: z.array(z.string()).max(51, 'There are 51 states to name.').nullish(),
      mostClinics: z.number().min(1, 'At least one clinic.').max(100, 'At most 100 clinics.'),
      hoursPerMonth: z.number().min(1, 'At least one hour.').max(744, 'A month has at most 744 hours.'),
      conflicts: z.array(z.unknown()).max(100, 'At most 100 conflicts.').nullish(),
    })
    .loose(),
});

type Published = typeof PublishAvailabilityInput.$inferInput;

builder.mutationField('publishAvailability', (t) =>
  t.field({
    description: 'A physician says what work they take, for themselves alone. From then on requests look at them.',
    type: DirectorAvailability,
    authScopes: { may: 'availability:publish' },
    args: { input: t.arg({ type: PublishAvailabilityInput, required: true, description: 'What work.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'directorAvailability' }, async (tx) => {
        const { input } = args;
        const practitionerId = selfOf(ctx);
        const self = practitionerId === null ? null : await tx.practitioner.findUnique({ where: { id: practitionerId } });
        if (self === null) throw new NotFound();
        if (self.credential !== 'MD' && self.credential !== 'DO') throw new RuleBlocked([noPhysician(self.credential)]);
        const issues = issuesOf(input);
        if (issues.length > 0) throw new InvalidInput(issues);
        // Of two that publish at once for the first time, the second finds the row of the first.
        await tx.$executeRawUnsafe('select pg_advisory_xact_lock(hashtextextended($1, 1))', self.id);
        const { status, mostClinics, hoursPerMonth, availableUntil } = input;
        const data = {
          ...{ roles: [...input.roles].sort(), states: [...input.states].sort(), services: [...(input.services ?? [])].sort() },
          ...{ onSiteStates: [...(input.onSiteStates ?? [])].sort(), mostClinics, hoursPerMonth, status, publishedAt: ctx.now() },
          ...{ availableFrom: storedDay(input.availableFrom), availableUntil: availableUntil == null ? null : storedDay(availableUntil) },
        };
        const before = await tx.directorAvailability.findUnique({ where: { practitionerId: self.id } });
        const published =
          before === null
            ? await tx.directorAvailability.create({ data: { id: ctx.newId(), practitionerId: self.id, ...data } })
            : await tx.directorAvailability.update({ where: { id: before.id }, data });
        await tx.directorConflict.deleteMany({ where: { availabilityId: published.id } });
        await tx.directorConflict.createMany({
          data: (input.conflicts ?? []).map(({ entityId, reason }) => ({
            ...{ availabilityId: published.id, entityId: tryId('entity', entityId) ?? '', reason: reason.trim() },
          })),
        });
        await audit(tx, ctx, {
          ...{ action: 'availability.published', tenantId: null, subjectKind: 'directorAvailability', subjectId: published.id },
          detail: { status, roles: data.roles, states: data.states, mostClinics, availableFrom: dayIn(data.availableFrom) },
        });
        return published;
      }),
  }),
);

/** Nobody but a physician directs or collaborates: what every engagement asks is said before anybody waits for one. */
function noPhysician(credential: string): RuleOutcome {
  const message = `They are a ${credential}`;
  return { id: 'credential.engaged', outcome: 'FAIL', message, citation: null, remedy: 'Only physicians are placed.' };
}

function issuesOf({ roles, states, services, onSiteStates, availableFrom, availableUntil, conflicts }: Published): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (path: string, message: string) => issues.push({ path: `input.${path}`, message });
  const twice = (list: readonly unknown[]) => new Set(list).size < list.length;
  if (twice(roles)) add('roles', 'A role is named twice.');
  if (twice(states)) add('states', 'A state is named twice.');
  services?.forEach((code, index) => {
    if (!isService(code)) add(`services.${index}`, 'There is no such service.');
  });
  if (twice(services ?? [])) add('services', 'A service is named twice.');
  if (twice(onSiteStates ?? [])) add('onSiteStates', 'A state is named twice.');
  if (onSiteStates?.some((state) => !states.includes(state))) add('onSiteStates', 'One comes to premises in states one works in.');
  if (availableUntil != null && availableUntil < availableFrom) add('availableUntil', 'The last day is not before the first.');
  conflicts?.forEach(({ entityId }, index) => {
    if (tryId('entity', entityId) === null) add(`conflicts.${index}.entityId`, 'This is no id of a professional entity.');
  });
  if (twice((conflicts ?? []).map(({ entityId }) => entityId))) add('conflicts', 'An entity is named twice.');
  return issues;
}
