import { builder, type Tx } from '../builder.ts';
import { examinersOf, forClinic, keptBy } from '../schedule/hours-of-clinic.ts';
import { openTimes } from '../schedule/open-times.ts';
import { type Sitting, type SlotRule, slotsIn, type Taken, tooNear } from '../schedule/slots.ts';

const described = {
  OUTSIDE_HOURS: { description: 'It does not lie within hours in which the examiner can be booked this way.' },
  TIME_OFF: { description: 'The examiner has that time off.' },
  NOT_ON_PANEL: { description: 'The clinic does not ask this examiner to take the service for patients there.' },
  LEAD_TIME: { description: 'It begins sooner than the clinic lets a time be held.' },
  BETWEEN_SLOTS: { description: 'It lies within hours, but no slot begins then.' },
  KEPT_CLEAR: { description: 'It reaches into what is kept clear around an exam, or another exam into what is kept clear around it.' },
} as const;

/** What can stand against a time as a slot. Another exam at that time is none of these: it is never overridden. */
export type SlotObstacle = keyof typeof described;

export const SlotObstacleEnum = builder.enumType('SlotObstacle', {
  description: 'What stands against a time as a slot.',
  values: described,
});

/** A time that is wanted, of whom and for what. */
export interface TimeWanted {
  readonly clinicId: string;
  readonly service: string;
  readonly patientState: string;
  readonly modality: string;
  readonly examinerId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** What of panel, hours and time off, as they are kept now, stands against a time. */
export async function scheduleObstacles(tx: Tx, wanted: TimeWanted): Promise<SlotObstacle[]> {
  const panel = await examinersOf(tx, wanted.clinicId, wanted.service, wanted.patientState);
  const { open, off } = await openFor(tx, wanted);
  const [from, to] = [wanted.startsAt.getTime(), wanted.endsAt.getTime()];
  return [
    ...(panel.includes(wanted.examinerId) ? [] : ['NOT_ON_PANEL' as const]),
    ...(open.some((one) => one.from <= from && to <= one.to) ? [] : ['OUTSIDE_HOURS' as const]),
    ...(off.some((one) => one.from < to && from < one.to) ? ['TIME_OFF' as const] : []),
  ];
}

/** Everything that stands against a time as a slot, beside the exams that lie at that very time. */
export async function obstacles(
  tx: Tx,
  wanted: TimeWanted,
  {
    sitting,
    rule,
    now,
    taken,
  }: { readonly sitting: Sitting; readonly rule: SlotRule; readonly now: Date; readonly taken: readonly Taken[] },
): Promise<SlotObstacle[]> {
  const kept = await scheduleObstacles(tx, wanted);
  const { open } = await openFor(tx, wanted);
  const window = { from: wanted.startsAt, to: wanted.endsAt };
  const begins = slotsIn(open, { off: [], taken: [] }, window, rule).some((slot) => slot.from === sitting.from);
  return [
    ...kept,
    ...(begins || kept.includes('OUTSIDE_HOURS') ? [] : ['BETWEEN_SLOTS' as const]),
    ...(isTooSoon(wanted.startsAt, now, rule) ? ['LEAD_TIME' as const] : []),
    ...(taken.some((exam) => tooNear(exam, sitting)) ? ['KEPT_CLEAR' as const] : []),
  ];
}

/** Whether a time begins sooner after that moment than the clinic lets one be held. */
export function isTooSoon(startsAt: Date, moment: Date, rule: SlotRule): boolean {
  return startsAt.getTime() < moment.getTime() + rule.leadMinutes * 60_000;
}

async function openFor(tx: Tx, { clinicId, examinerId, modality, startsAt, endsAt }: TimeWanted) {
  const window = { from: startsAt, to: endsAt };
  const { hours, exceptions, off } = await keptBy(tx, [examinerId], window);
  const open = openTimes(forClinic(hours, clinicId), forClinic(exceptions, clinicId), window);
  return { open: open.filter((one) => one.modality === modality), off };
}
