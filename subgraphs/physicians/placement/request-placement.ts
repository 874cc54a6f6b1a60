import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import { addMonths } from '#rules/dates.ts';
import { isService } from '#rules/service-codes.ts';
import { builder, graph } from '../builder.ts';
import { EngagementModel, EngagementRole, FeeBasis } from '../engagement/engagement.ts';
import { DEFAULT_NOTICE_DAYS, LONGEST_NOTICE_DAYS } from '../engagement/proposal-terms.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { recordPlacementEvent } from './placement-event.ts';
import { PlacementRequest } from './placement-request.ts';
import { OnSiteNeed, PrescribingModel } from './placement-terms.ts';
import { riskClass } from './risk-class.ts';

const MS_PER_HOUR = 3_600_000;
const MOST_OPEN = 20;

/** Hours within which somebody can be promised. */
const promises: readonly number[] = [12, 24, 36];

const names = z
  .array(z.string().trim().min(2, 'At least 2 characters.').max(100, 'At most 100 characters.'))
  .max(20, 'At most 20.')
  .nullish();

const RequestPlacementInput = builder.inputType('RequestPlacementInput', {
  description: 'Whom a clinic looks for.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    role: t.field({ type: EngagementRole, required: true, description: 'As what.' }),
    states: t.field({ type: [graph.UsState], required: true, description: 'The states it is for, that of the clinic among them.' }),
    services: t.stringList({ description: 'Codes of the services to oversee; left out for all that the clinic offers.' }),
    monthlyVolume: t.int({ required: true, description: 'How many patients a month are expected: 0 to 100,000.' }),
    deviceNeeds: t.stringList({ description: 'The devices they would oversee, in words.' }),
    onSite: t.field({ type: OnSiteNeed, required: true, description: 'How much of the work is done on the premises.' }),
    requiredSpecialties: t.stringList({ description: 'Specialties of which they must have each, as the register names them.' }),
    preferredSpecialties: t.stringList({ description: 'Specialties that rank a candidate higher.' }),
    prescribingModel: t.field({ type: PrescribingModel, required: true, description: 'Who prescribes there.' }),
    model: t.field({ type: EngagementModel, required: true, description: 'How it would be arranged.' }),
    feeBasis: t.field({ type: FeeBasis, required: true, description: 'How the fee would be worked out.' }),
    noticeDays: t.int({ description: 'How many days ahead notice would be given: 30 when left out, at most 180.' }),
    startsOn: t.field({ type: 'Date', required: true, description: 'The first day: today or later, at most a year ahead.' }),
    promisedHours: t.int({ required: true, description: 'Within how many hours somebody is promised: 12, 24 or 36.' }),
  }),
  validate: z
    .object({
      states: z.array(z.string()).min(1, 'Name a state.').max(51, 'There are 51 states to name.'),
      services: z
        .array(z.string())
        .min(1, 'Name a service, or leave the list out for all of them.')
        .max(50, 'Too many services.')
        .nullish(),
      monthlyVolume: z.number().min(0, 'Nobody is expected less than not at all.').max(100_000, 'At most 100,000 a month.'),
      ...{ deviceNeeds: names, requiredSpecialties: names, preferredSpecialties: names },
      noticeDays: z
        .number()
        .min(0, 'Notice is given ahead.')
        .max(LONGEST_NOTICE_DAYS, `Notice is given at most ${LONGEST_NOTICE_DAYS} days ahead.`)
        .nullish(),
    })
    .loose(),
});

type Wanted = typeof RequestPlacementInput.$inferInput;

builder.mutationField('requestPlacement', (t) =>
  t.field({
    description:
      'A compliance officer looks for a physician for a clinic. From now on a clock runs against the promised hours, and candidates are judged by the rules.',
    type: PlacementRequest,
    authScopes: { may: 'placement:request' },
    args: { input: t.arg({ type: RequestPlacementInput, required: true, description: 'Whom.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'placementRequest' }, async (tx) => {
        const { input } = args;
        const clinicId = tryId('clinic', input.clinicId);
        if (clinicId === null || !ctx.actor.places('placement:request').includes(clinicId)) throw new NotFound();
        const now = ctx.now();
        const issues = issuesOf(input, now);
        if ((await tx.placementRequest.count({ where: { clinicId, status: 'OPEN' } })) >= MOST_OPEN) {
          issues.push({ path: 'input.clinicId', message: `It has ${MOST_OPEN} open requests: withdraw one first.` });
        }
        if (issues.length > 0) throw new InvalidInput(issues);
        const { role, onSite, prescribingModel, model, feeBasis, monthlyVolume, promisedHours } = input;
        const lists = {
          ...{ states: [...input.states].sort(), services: [...(input.services ?? [])], deviceNeeds: trimmed(input.deviceNeeds) },
          ...{ requiredSpecialties: trimmed(input.requiredSpecialties), preferredSpecialties: trimmed(input.preferredSpecialties) },
        };
        const risk = riskClass({ ...lists, monthlyVolume, prescribingModel });
        const request = await tx.placementRequest.create({
          data: {
            ...{ id: ctx.newId(), clinicId, role, onSite, prescribingModel, model, feeBasis, monthlyVolume, promisedHours, ...lists },
            ...{
              noticeDays: input.noticeDays ?? DEFAULT_NOTICE_DAYS,
              startsOn: storedDay(input.startsOn),
              riskClass: risk,
              status: 'OPEN',
            },
            ...{ requestedAt: now, promisedBy: new Date(now.getTime() + promisedHours * MS_PER_HOUR), requestedBy: ctx.actor.sub },
          },
        });
        await recordPlacementEvent(tx, ctx, request, { kind: 'REQUESTED' });
        await audit(tx, ctx, {
          ...{ action: 'placement.requested', tenantId: clinicId, subjectKind: 'placementRequest', subjectId: request.id },
          detail: {
            role,
            states: lists.states,
            services: lists.services,
            model,
            feeBasis,
            startsOn: input.startsOn,
            promisedHours,
            riskClass: risk,
          },
        });
        return request;
      }),
  }),
);

const trimmed = (list: readonly string[] | null | undefined) => (list ?? []).map((one) => one.trim());

function issuesOf(wanted: Wanted, now: Date): InputIssue[] {
  const today = dayIn(now);
  const latest = addMonths(today, 12);
  const issues: InputIssue[] = [];
  const add = (path: string, message: string) => issues.push({ path: `input.${path}`, message });
  if (wanted.startsOn < today) add('startsOn', 'An engagement begins today or later: what was done before was done without it.');
  if (wanted.startsOn > latest) add('startsOn', `At most a year ahead, which is ${latest}.`);
  if (!promises.includes(wanted.promisedHours)) add('promisedHours', 'Somebody is promised within 12, 24 or 36 hours.');
  wanted.services?.forEach((code, index) => {
    if (!isService(code)) add(`services.${index}`, 'There is no such service.');
  });
  for (const path of ['states', 'services', 'deviceNeeds', 'requiredSpecialties', 'preferredSpecialties'] as const) {
    const folded = (wanted[path] ?? []).map((one) => one.trim().toLowerCase());
    if (new Set(folded).size < folded.length) add(path, 'One is named twice.');
  }
  return issues;
}
