import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { isService } from '#rules/service-codes.ts';
import { builder } from '../builder.ts';
import { Clinic, clinicOf } from '../references.ts';
import { type ExamRule, settingsOf, usualExamRule } from './settings-of.ts';

interface Shown {
  readonly clinicId: string;
  readonly service: string | null;
  readonly rule: ExamRule;
  readonly said: 'SERVICE' | 'CLINIC' | 'NOWHERE';
}

const SettingsSource = builder.enumType('ExamSettingsSource', {
  description: 'For what a clinic’s settings were set.',
  values: {
    SERVICE: { description: 'For this service.' },
    CLINIC: { description: 'For every service of the clinic that has none of its own.' },
    NOWHERE: { description: 'Nobody has set any: the usual ones hold.' },
  },
});

const ExamSettings = builder.objectRef<Shown>('ExamSettings').implement({
  description: 'How a clinic’s exams for a service are laid into examiners’ time. A change is for bookings to come: what is booked stays.',
  authScopes: { may: 'schedule:read' },
  fields: (t) => ({
    clinic: t.field({ type: Clinic, resolve: ({ clinicId }) => clinicOf(clinicId), description: 'The clinic.' }),
    service: t.exposeString('service', {
      nullable: true,
      description: 'Code of the service; none for all that have no settings of their own.',
    }),
    minutes: t.int({ resolve: ({ rule }) => rule.minutes, description: 'How long an exam is, in minutes.' }),
    minutesBefore: t.int({
      resolve: ({ rule }) => rule.minutesBefore,
      description: 'Minutes before it in which its examiner has no other exam.',
    }),
    minutesAfter: t.int({
      resolve: ({ rule }) => rule.minutesAfter,
      description: 'Minutes after it in which its examiner has no other exam.',
    }),
    leadMinutes: t.int({
      resolve: ({ rule }) => rule.leadMinutes,
      description: 'How many minutes before its beginning a time can still be held.',
    }),
    stepMinutes: t.int({
      resolve: ({ rule }) => rule.stepMinutes,
      description: 'Minutes from one possible beginning to the next, from the beginning of the hours on.',
    }),
    noShowGraceMinutes: t.int({
      resolve: ({ rule }) => rule.noShowGraceMinutes,
      description: 'How many minutes after its beginning a patient who has not come can be marked as a no-show.',
    }),
    source: t.field({ type: SettingsSource, resolve: ({ said }) => said, description: 'For what they were set.' }),
  }),
});

builder.queryField('examSettings', (t) =>
  t.field({
    type: ExamSettings,
    description: 'How a clinic’s exams for a service are laid into examiners’ time, as it holds now.',
    authScopes: { may: 'schedule:read' },
    args: {
      clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
      service: t.arg.string({ required: true, description: 'Code of the service.' }),
    },
    resolve: async (_root, args, ctx) => {
      const clinicId = fromId('clinic', args.clinicId);
      if (!ctx.actor.places('schedule:read').includes(clinicId)) throw new NotFound();
      if (!isService(args.service)) throw new InvalidInput([{ path: 'service', message: 'There is no such service.' }]);
      return { clinicId, service: args.service, ...(await settingsOf(ctx.db, clinicId, args.service)) };
    },
  }),
);

const minutes = (least: number, most: number) => z.number().min(least, `At least ${least} minutes.`).max(most, `At most ${most} minutes.`);

const SetExamSettingsInput = builder.inputType('SetExamSettingsInput', {
  description: 'How exams are laid into examiners’ time; all in minutes.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    service: t.string({ description: 'Code of the service; left out for all that have no settings of their own.' }),
    minutes: t.int({ required: true, description: 'How long an exam is: 5 to 240.' }),
    minutesBefore: t.int({ description: 'How long before it its examiner has no other exam: 0 to 120; 0 when left out.' }),
    minutesAfter: t.int({ description: 'How long after it its examiner has no other exam: 0 to 120; 0 when left out.' }),
    leadMinutes: t.int({ description: 'How long before its beginning a time can still be held: 0 to 43,200; 0 when left out.' }),
    stepMinutes: t.int({ description: 'From one possible beginning to the next: 5 to 240; the length when left out.' }),
    noShowGraceMinutes: t.int({ description: 'From its beginning until a no-show can be marked: 0 to 240; 15 when left out.' }),
  }),
  validate: z
    .object({
      minutes: minutes(5, 240),
      minutesBefore: minutes(0, 120).nullish(),
      minutesAfter: minutes(0, 120).nullish(),
      leadMinutes: minutes(0, 43_200).nullish(),
      stepMinutes: minutes(5, 240).nullish(),
      noShowGraceMinutes: minutes(0, 240).nullish(),
    })
    .loose(),
});

builder.mutationField('setExamSettings', (t) =>
  t.field({
    type: ExamSettings,
    description:
      'Sets how a clinic’s exams are laid into examiners’ time, for one service or for all the others. What is booked stays as it is.',
    authScopes: { may: 'schedule:arrange' },
    args: { input: t.arg({ type: SetExamSettingsInput, required: true, description: 'The settings.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info): Promise<Shown> => {
      const row = await ctx.write({ info, args, answer: 'examSettings' }, async (tx) => {
        const clinicId = fromId('clinic', args.input.clinicId);
        if (!ctx.actor.places('schedule:arrange').includes(clinicId)) throw new NotFound();
        const service = args.input.service ?? null;
        if (service !== null && !isService(service))
          throw new InvalidInput([{ path: 'input.service', message: 'There is no such service.' }]);
        const rule = ruleOf(args.input);
        // Of two that set them at once for the first time, the second finds the row of the first.
        await tx.$executeRawUnsafe('select pg_advisory_xact_lock(hashtextextended($1, 2))', clinicId);
        const before = await tx.examSettings.findFirst({ where: { clinicId, service } });
        const data = { ...rule, setAt: ctx.now(), setBy: ctx.actor.sub };
        const set =
          before === null
            ? await tx.examSettings.create({ data: { id: ctx.newId(), clinicId, service, ...data } })
            : await tx.examSettings.update({ where: { id: before.id }, data });
        await audit(tx, ctx, {
          ...{ action: 'exam-settings.set', tenantId: clinicId, subjectKind: 'examSettings', subjectId: set.id },
          detail: { service, ...rule },
        });
        return set;
      });
      return { clinicId: row.clinicId, service: row.service, rule: row, said: row.service === null ? 'CLINIC' : 'SERVICE' };
    },
  }),
);

function ruleOf(input: typeof SetExamSettingsInput.$inferInput): ExamRule {
  return {
    minutes: input.minutes,
    minutesBefore: input.minutesBefore ?? usualExamRule.minutesBefore,
    minutesAfter: input.minutesAfter ?? usualExamRule.minutesAfter,
    leadMinutes: input.leadMinutes ?? usualExamRule.leadMinutes,
    stepMinutes: input.stepMinutes ?? input.minutes,
    noShowGraceMinutes: input.noShowGraceMinutes ?? usualExamRule.noShowGraceMinutes,
  };
}
