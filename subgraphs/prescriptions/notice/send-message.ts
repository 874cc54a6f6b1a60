import type { ServiceContext } from '#kernel/context.ts';
import { type Mail, readEnv } from '#kernel/env.ts';
import { toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { ExamAppointment, ExamMessage, ExamMessageStep } from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../builder.ts';
import { appointmentOf } from './calendar-invitation.ts';
import { askClinicPlace, type ClinicPlace } from './clinic-place.ts';
import { type ToTell, whomToTell } from './exam-message.ts';
import { type Appointment, invitation } from './invitation.ts';
import { type MessageKind, messageText } from './message-text.ts';
import { lastAppointment } from './note-appointment.ts';
import { type Letter, sendMail } from './send-mail.ts';

/** Longer than any attempt lasts: one that was begun before that, and is not over, went down with its process. */
const ATTEMPT_MS = 120_000;
/** From one attempt to the next: a minute, then twice as long each time, up to an hour. */
const LONGEST_PAUSE_MINUTES = 60;

interface Step {
  readonly attempt: number;
  readonly step: 'SENT' | 'FAILED' | 'DROPPED';
  readonly code: string | null;
}

/** A message with all that is known of what it tells. */
interface Told {
  readonly message: ExamMessage & { readonly steps: readonly ExamMessageStep[] };
  readonly toTell: ToTell | null;
  readonly last: ExamAppointment | null;
}

/**
 * Sends one message, at most once: an attempt is written down before it is made, and one whose end nobody knows is not made again. Throws for what
 * failed and may be tried again, or is not yet due; it then is, until the time it tells of has come.
 */
export const deliverMessage: Delivery<Tx> = async (service, { key }) => {
  // Asked before the attempt: without a clinic there is nothing to send yet.
  const { clinicId } = await service.write((tx) => tx.examMessage.findUniqueOrThrow({ where: { id: key } }));
  const { mail } = readEnv();
  const clinic = await askClinicPlace(service.graph, clinicId);
  if (clinic === null) throw new Error('What the clinic is called was not told.');
  const begun = await service.write((tx) => begin(tx, service, key, mail !== null));
  if (begun === null) return async () => null;
  const { told, attempt, step } = begun;
  const done = step ?? (mail === null ? dropped(attempt, 'NOT_CONFIGURED') : await attemptOnce(mail, told, clinic, attempt));
  if (done.step !== 'FAILED') return (tx) => keep(tx, service, told.message, done);
  await service.write((tx) => keep(tx, service, told.message, done));
  throw new Error('The message was not taken.');
};

/** Begins an attempt, or says what becomes of the message without one. Null when it is over already. Throws when another is on its way or it is too early. */
async function begin(tx: Tx, service: ServiceContext<Tx>, id: string, isConfigured: boolean) {
  const message = await tx.examMessage.findUniqueOrThrow({ where: { id }, include: { steps: true } });
  const { steps, examId } = message;
  if (steps.some(({ step }) => step === 'SENT' || step === 'DROPPED')) return null;
  const told: Told = { message, toTell: await whomToTell(tx, examId), last: await lastAppointment(tx, examId) };
  const latest = Math.max(0, ...steps.map(({ attempt }) => attempt));
  const running = steps.filter(({ attempt }) => attempt === latest);
  const age = service.now().getTime() - Math.max(0, ...running.map(({ at }) => at.getTime()));
  if (latest > 0 && running.every(({ step }) => step === 'BEGUN')) {
    if (age < ATTEMPT_MS) throw new Error('An attempt is on its way.');
    return { told, attempt: latest, step: dropped(latest, 'UNCONFIRMED') };
  }
  const attempt = latest + 1;
  const why = whyNot(told, isConfigured, service.now());
  if (why !== null) return { told, attempt, step: dropped(attempt, why) };
  if (latest > 0 && age < Math.min(2 ** (latest - 1), LONGEST_PAUSE_MINUTES) * 60_000) throw new Error('It is too early to try again.');
  // Of two that begin at once the second fails here, and finds the first on its way.
  await tx.examMessageStep.create({ data: { ...stepOf(message, service), attempt, step: 'BEGUN' } });
  return { told, attempt, step: null };
}

const dropped = (attempt: number, code: string): Step => ({ attempt, step: 'DROPPED', code });

/** Why a message is not sent now or ever; null when it is. */
function whyNot({ message, toTell, last }: Told, isConfigured: boolean, now: Date): string | null {
  if (!isConfigured) return 'NOT_CONFIGURED';
  if (toTell === null || toTell.address === null) return 'NO_AGREEMENT';
  const overtaken = message.kind === 'REMINDER' ? toTell.status !== 'BOOKED' : last !== null && last.id !== message.noticeId;
  if (overtaken || toTell.startsAt?.getTime() !== message.startsAt.getTime()) return 'SUPERSEDED';
  return message.startsAt <= now ? 'TOO_LATE' : null;
}

async function attemptOnce(mail: Mail, { message, toTell, last }: Told, clinic: ClinicPlace, attempt: number): Promise<Step> {
  const appointment = toTell && appointmentOf({ id: message.examId, ...toTell }, last);
  if (appointment === null || toTell?.address == null) return dropped(attempt, 'NO_AGREEMENT');
  const handed = await sendMail(mail, letter(mail, message, toTell.address, appointment, clinic));
  if (handed.outcome === 'SENT') return { attempt, step: 'SENT', code: null };
  if (handed.outcome === 'RETRY') return { attempt, step: 'FAILED', code: handed.code };
  return dropped(attempt, handed.outcome === 'REFUSED' ? handed.code : 'UNCONFIRMED');
}

function letter(mail: Mail, message: ExamMessage, to: string, appointment: Appointment, clinic: ClinicPlace): Letter {
  const { address } = mail.from;
  return {
    messageId: `<${message.id}.${toId('exam', message.examId)}${address.slice(address.lastIndexOf('@'))}>`,
    to,
    ...messageText(message.kind as MessageKind, appointment, clinic),
    calendar: {
      method: appointment.cancelled ? 'CANCEL' : 'REQUEST',
      content: invitation(appointment, clinic, { from: address, to }),
    },
  };
}

async function keep(tx: Tx, service: ServiceContext<Tx>, message: ExamMessage, step: Step): Promise<null> {
  await tx.examMessageStep.createMany({ data: [{ ...stepOf(message, service), ...step }], skipDuplicates: true });
  return null;
}

function stepOf({ id: messageId, clinicId, patientId }: ExamMessage, service: ServiceContext<Tx>) {
  return { id: service.newId(), messageId, clinicId, patientId, at: service.now() };
}
