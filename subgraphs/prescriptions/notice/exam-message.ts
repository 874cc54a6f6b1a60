import type { ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { ExamMessageStep } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Tx } from '../builder.ts';
import { GoodFaithExam } from '../exam/exam.ts';
import { type MessageKind, messageKinds } from './message-text.ts';

/** Under which the outbox keeps that a message is to be sent. */
export const MESSAGE_TOPIC = 'exam-message';

/** What a message tells of. */
export interface Notice {
  /** The appointment or the reminder. */
  readonly id: string;
  readonly clinicId: string;
  readonly patientId: string;
  readonly examId: string;
  readonly startsAt: Date;
}

/** To whom an exam's messages go, and when it is. */
export interface ToTell {
  /** Null when they did not agree to be written to at the address they have now. */
  readonly address: string | null;
  readonly status: string;
  readonly modality: string;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly requestedAt: Date;
  readonly cancelledAt: Date | null;
}

/** Whom to tell of an exam; null when there is no such exam. By the subgraph's own right alone. */
export async function whomToTell(tx: Tx, examId: string): Promise<ToTell | null> {
  const rows = await tx.$queryRawUnsafe<ToTell[]>(
    `select address, status, modality, starts_at as "startsAt", ends_at as "endsAt", requested_at as "requestedAt", cancelled_at as "cancelledAt"
     from prescriptions_notice.to_tell($1::uuid)`,
    examId,
  );
  return rows[0] ?? null;
}

/** Has a message sent, once for each notice, if the patient agreed to it. Where no mail is set up it is dropped as NOT_CONFIGURED, so that the clinic sees that nobody wrote. */
export async function queueMessage(tx: Tx, service: ServiceContext<Tx>, kind: MessageKind, notice: Notice): Promise<void> {
  const { id: noticeId, clinicId, patientId, examId, startsAt } = notice;
  const toTell = await whomToTell(tx, examId);
  if (toTell === null || toTell.address === null) return;
  const id = service.newId();
  const message = { id, clinicId, patientId, examId, kind, noticeId, startsAt, queuedAt: service.now() };
  const { count } = await tx.examMessage.createMany({ data: [message], skipDuplicates: true });
  if (count === 0) return;
  const payload = { examId: toId('exam', examId), clinicId: toId('clinic', clinicId), kind };
  await service.handOff(tx, { topic: MESSAGE_TOPIC, key: id, seq: 1, attempt: 1, payload });
}

const ExamMessageKind = builder.enumType('ExamMessageKind', { description: 'What a message tells of.', values: messageKinds });

const ExamMessageStatus = builder.enumType('ExamMessageStatus', {
  description:
    'What became of a message. FAILED is tried again; DROPPED is not: it was overtaken, came too late, was refused, no mail is set up, or may have gone out when the connection broke.',
  values: ['QUEUED', 'SENT', 'FAILED', 'DROPPED'] as const,
});

const ExamMessage = builder.prismaObject('ExamMessage', {
  description: 'One e-mail to the patient about the time of an exam. The clinic sees that there was one, not its address or text.',
  authScopes: { may: 'exam:read' },
  fields: (t) => ({
    kind: t.field({ type: ExamMessageKind, resolve: (row) => row.kind as MessageKind, description: 'What it tells of.' }),
    startsAt: t.expose('startsAt', { type: 'DateTime', description: 'The time of the exam that it tells.' }),
    queuedAt: t.expose('queuedAt', { type: 'DateTime', description: 'When it was to be sent.' }),
    status: t.field({
      type: ExamMessageStatus,
      select: { steps: true },
      resolve: ({ steps }) => lastOf(steps)?.step ?? 'QUEUED',
      description: 'What became of it.',
    }),
    code: t.string({
      nullable: true,
      select: { steps: true },
      resolve: ({ steps }) => lastOf(steps)?.code ?? null,
      description:
        'Why it failed or was dropped: SUPERSEDED, TOO_LATE, NO_AGREEMENT, NOT_CONFIGURED, UNCONFIRMED, SMTP_ and the server’s answer, or an error of the connection.',
    }),
    settledAt: t.field({
      type: 'DateTime',
      nullable: true,
      select: { steps: true },
      resolve: ({ steps }) => lastOf(steps)?.at ?? null,
      description: 'When it was sent, failed last or was dropped.',
    }),
  }),
});

/** What the last attempt that is over came to. */
function lastOf(steps: readonly ExamMessageStep[]): (ExamMessageStep & { readonly step: 'SENT' | 'FAILED' | 'DROPPED' }) | null {
  const over = steps.flatMap((one) => (isOver(one) ? [one] : []));
  return over.toSorted((a, b) => a.attempt - b.attempt).at(-1) ?? null;
}

function isOver(step: ExamMessageStep): step is ExamMessageStep & { readonly step: 'SENT' | 'FAILED' | 'DROPPED' } {
  return step.step !== 'BEGUN';
}

builder.objectField(GoodFaithExam, 'messages', (t) =>
  t.field({
    type: [ExamMessage],
    authScopes: { may: 'exam:read' },
    description: 'The e-mails to the patient about its time, oldest first.',
    resolve: (exam, _args, ctx) =>
      ctx.db.examMessage.findMany({
        where: { examId: exam.id, clinicId: { in: [...ctx.actor.places('exam:read')] } },
        include: { steps: true },
        orderBy: [{ queuedAt: 'asc' }, { startsAt: 'asc' }, { kind: 'asc' }],
      }),
  }),
);
