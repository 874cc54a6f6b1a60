import { toId } from '#kernel/ids.ts';
import type { CallEvent as CallEventRow, CallSample as CallSampleRow } from '#prisma/generated/prescriptions/client.ts';
import { callWindow, isLive } from '#rules/call.ts';
import { builder } from '../builder.ts';
import { GoodFaithExam } from '../exam/exam.ts';
import { CallPartEnum } from './call-pass.ts';
import { marksOf } from './call-rows.ts';
import { type Presence, presenceOf, secondsTogether } from './presence.ts';
import { CallEvent } from './record-call-event.ts';
import { CallSample } from './record-call-quality.ts';
import type { CallPart } from './video-provider.ts';

interface Participant {
  readonly part: CallPart;
  readonly person: string;
  readonly presence: Presence;
}

const CallPresence = builder.enumType('CallPresence', {
  description: 'Where somebody stands in a call. DROPPED is gone without having left.',
  values: ['NEVER', 'INSIDE', 'LEFT', 'DROPPED'] as const,
});

const CallParticipant = builder.objectRef<Participant>('CallParticipant').implement({
  description: 'Somebody who was in the call of an exam.',
  fields: (t) => ({
    part: t.field({ type: CallPartEnum, resolve: ({ part }) => part, description: 'As what.' }),
    person: t.exposeString('person', { description: 'The patient’s id, or the subject of their token.' }),
    presence: t.field({ type: CallPresence, resolve: ({ presence }) => presence.state, description: 'Where they stand.' }),
    confirmedSeconds: t.int({
      resolve: ({ presence }) => secondsTogether(presence.confirmed, presence.confirmed),
      description: 'For how many seconds they are confirmed to have been in it.',
    }),
    silent: t.boolean({
      resolve: ({ presence }) => presence.silent,
      description: 'Whether they were in it for a time of which nothing is known.',
    }),
  }),
});

interface Call {
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
  readonly participants: readonly Participant[];
  readonly togetherSeconds: number;
  readonly events: readonly CallEventRow[];
  readonly samples: readonly CallSampleRow[];
}

const ExamCall = builder.objectRef<Call>('ExamCall').implement({
  description: 'The call in which a live exam is held, as its participants’ clients told it.',
  fields: (t) => ({
    opensAt: t.expose('opensAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From when it can be joined; empty while nobody holds the exam.',
    }),
    closesAt: t.expose('closesAt', { type: 'DateTime', nullable: true, description: 'Until when it can be joined.' }),
    participants: t.field({
      type: [CallParticipant],
      resolve: ({ participants }) => [...participants],
      description: 'Who was in it, in the order in which they came.',
    }),
    togetherSeconds: t.exposeInt('togetherSeconds', {
      description: 'For how many seconds the patient and the exam’s examiner are confirmed to have been in it at once.',
    }),
    events: t.field({ type: [CallEvent], resolve: ({ events }) => [...events], description: 'Who came and went, as it was told.' }),
    samples: t.field({ type: [CallSample], resolve: ({ samples }) => [...samples], description: 'How it was, as it was told.' }),
  }),
});

builder.objectField(GoodFaithExam, 'call', (t) =>
  t.field({
    type: ExamCall,
    nullable: true,
    authScopes: { may: 'exam:read' },
    description: 'The call it is held in; none for an exam that is not held live.',
    resolve: async (exam, _args, ctx) => {
      if (!isLive(exam.modality) || !ctx.actor.places('exam:read').includes(exam.clinicId)) return null;
      const { marks, events, samples } = await marksOf(ctx.db, exam);
      const participants = [...Map.groupBy(marks, ({ part, person }) => `${part} ${person}`).values()].flatMap((own): Participant[] => {
        const [first] = own;
        return first === undefined ? [] : [{ part: first.part, person: first.person, presence: presenceOf(own, ctx.now()) }];
      });
      const confirmed = (part: CallPart, person: string) =>
        participants.find((one) => one.part === part && one.person === person)?.presence.confirmed ?? [];
      const togetherSeconds = secondsTogether(
        confirmed('PATIENT', toId('patient', exam.patientId)),
        exam.examinerId === null ? [] : confirmed('EXAMINER', toId('practitioner', exam.examinerId)),
      );
      return { opensAt: null, closesAt: null, ...callWindow(exam), participants, togetherSeconds, events, samples };
    },
  }),
);
