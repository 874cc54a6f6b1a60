import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { evaluate } from '#rules/evaluate.ts';
import { isBlocked, type RuleResult } from '#rules/results.ts';
import { builder, graph } from '../builder.ts';
import { dayIn } from '../lapse.ts';
import { askClinic } from './clinic-told.ts';
import { deviceCode } from './device-code.ts';
import { performingFacts } from './performing-facts.ts';

/** The answer: allowed, refused, or not known. */
const MayPerform = builder.objectRef<readonly RuleResult[]>('MayPerform').implement({
  description: 'Whether a person may do an act at a clinic, and why.',
  authScopes: { may: 'delegation:read' },
  fields: (t) => ({
    allowed: t.boolean({
      nullable: true,
      resolve: (results) => (!isBlocked(results) ? true : results.some(({ outcome }) => outcome === 'FAIL') ? false : null),
      description: 'True when every rule passes, false when one fails, empty when something is not known, which stands in the way too.',
    }),
    results: t.field({
      type: [graph.RuleResult],
      resolve: (results) => [...results],
      description: 'Every rule that was asked, passes included, in the order asked.',
    }),
  }),
});

builder.queryField('mayPerform', (t) =>
  t.field({
    type: MayPerform,
    description:
      'Whether a person may do a service at a clinic on a day: their licence, agreement and training, the level of the act, what was delegated to them, and whether those who delegated still may. What is on record now is asked as of that day; of a day gone by, licences as they are now known to have been.',
    authScopes: { may: 'delegation:read' },
    args: {
      practitionerId: t.arg.id({ required: true, description: 'Who would do it.' }),
      service: t.arg.string({ required: true, description: 'Code of the service, for example botulinum-toxin.' }),
      clinicId: t.arg.id({ required: true, description: 'Where.' }),
      device: t.arg.string({
        description: 'Code of the device it would be done with. Left out, what is delegated for one device alone does not count.',
      }),
      on: t.arg({ type: 'Date', description: 'The day; today when left out.' }),
    },
    resolve: async (_root, args, ctx) => {
      const clinicId = fromId('clinic', args.clinicId);
      if (!ctx.actor.places('delegation:read').includes(clinicId)) throw new NotFound();
      if (args.device != null && !deviceCode.safeParse(args.device).success)
        throw new InvalidInput([
          { path: 'device', message: 'A device’s code is lower-case words joined by hyphens, of at most 64 characters.' },
        ]);
      const practitionerId = fromId('practitioner', args.practitionerId);
      if ((await ctx.db.practitioner.findUnique({ where: { id: practitionerId } })) === null) throw new NotFound();
      const now = ctx.now();
      const act = {
        clinicId,
        practitionerId,
        service: args.service,
        device: args.device ?? null,
        ...(args.on == null ? {} : { on: args.on }),
      };
      const facts = await performingFacts(ctx, act, await askClinic(ctx, clinicId));
      return evaluate(facts, args.on == null || args.on === dayIn(now) ? now.toISOString() : args.on);
    },
  }),
);
