import type { OpenTime, Stretch, Window } from './open-times.ts';

/** How exams are laid into open time, in minutes. */
export interface SlotRule {
  /** How long the exam is. */
  readonly minutes: number;
  /** What is kept clear before it. */
  readonly minutesBefore: number;
  /** What is kept clear after it. */
  readonly minutesAfter: number;
  /** How long before its beginning it can still be held. */
  readonly leadMinutes: number;
  /** From one possible beginning to the next. */
  readonly stepMinutes: number;
}

/** An exam's time in milliseconds, and the time that is kept clear around it. */
export interface Sitting {
  readonly from: number;
  readonly to: number;
  readonly keptFrom: number;
  readonly keptTo: number;
}

/** Time of an examiner that somebody has already. */
export type Taken = Stretch & Sitting;

/** One bookable slot. */
export type Slot = OpenTime;

/**
 * Where a clinic has not said otherwise. A good-faith exam by video takes 10 to 15 minutes; 20 leaves time to write the
 * record before the next patient.
 */
export const usualRule: SlotRule = { minutes: 20, minutesBefore: 0, minutesAfter: 0, leadMinutes: 0, stepMinutes: 20 };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** In which part of a window slots are to begin, in milliseconds; the end does not belong to it. */
interface Beginning {
  readonly from: number;
  readonly to: number;
}

/**
 * Slots from the beginning of each open time, step by step: whole ones only, inside the window, clear of time off, and
 * apart from every exam by what either keeps clear. What is kept clear may reach over the end of the hours.
 */
export function slotsIn(
  open: readonly OpenTime[],
  { off, taken }: { readonly off: readonly Stretch[]; readonly taken: readonly Taken[] },
  window: Window,
  rule: SlotRule,
  begin: Beginning = { from: window.from.getTime(), to: window.to.getTime() },
): Slot[] {
  const [length, step] = [rule.minutes * MINUTE_MS, rule.stepMinutes * MINUTE_MS];
  const offBy = Map.groupBy(off, (stretch) => stretch.examinerId);
  const takenBy = Map.groupBy(taken, (stretch) => stretch.examinerId);
  // A week of fifty examiners has thousands of slots and a few hundred beginnings: laid examiner by examiner, only the beginnings need sorting.
  const byBeginning = new Map<number, Slot[]>();
  for (const { examinerId, modality, from: opens, to: closes } of open.toSorted(byExaminerAndWay)) {
    const [gone, exams] = [offBy.get(examinerId), takenBy.get(examinerId)];
    const first = Math.max(0, Math.ceil((Math.max(window.from.getTime(), begin.from) - opens) / step));
    const end = Math.min(closes, window.to.getTime()) - length;
    for (let from = opens + first * step; from <= end && from < begin.to; from += step) {
      if ((gone !== undefined || exams !== undefined) && isTaken(sittingAt(from, rule), gone, exams)) continue;
      const slot = { examinerId, modality, from, to: from + length };
      const others = byBeginning.get(from);
      if (others === undefined) byBeginning.set(from, [slot]);
      // Hours that overlap bring one slot twice, the second right after the first.
      else if (byExaminerAndWay(others[others.length - 1] as Slot, slot) !== 0) others.push(slot);
    }
  }
  return [...byBeginning.keys()].sort((a, b) => a - b).flatMap((from) => byBeginning.get(from) ?? []);
}

/** The same slots in the same order, a day's worth at a time, from `since` on: who wants a page of them lays no month. */
export function* slotsByDay(
  open: readonly OpenTime[],
  busy: Parameters<typeof slotsIn>[1],
  window: Window,
  rule: SlotRule,
  since = window.from.getTime(),
): Generator<Slot[]> {
  for (let from = Math.max(since, window.from.getTime()); from < window.to.getTime(); from += DAY_MS) {
    const to = from + DAY_MS;
    const near = open.filter((time) => time.from < to && time.to > from);
    if (near.length > 0) yield slotsIn(near, busy, window, rule, { from, to });
  }
}

function isTaken(sitting: Sitting, gone: readonly Stretch[] = [], exams: readonly Taken[] = []): boolean {
  return gone.some((stretch) => meet(stretch, sitting)) || exams.some((exam) => tooNear(exam, sitting));
}

/** An exam that begins then, with what is kept clear around it. */
export function sittingAt(from: number, rule: SlotRule): Sitting {
  const to = from + rule.minutes * MINUTE_MS;
  return { from, to, keptFrom: from - rule.minutesBefore * MINUTE_MS, keptTo: to + rule.minutesAfter * MINUTE_MS };
}

/** Whether one of two exams reaches into what the other one takes or keeps clear. Two that only keep time clear may share it. */
export function tooNear(a: Sitting, b: Sitting): boolean {
  return (a.from < b.keptTo && b.keptFrom < a.to) || (a.keptFrom < b.to && b.from < a.keptTo);
}

function meet(a: Pick<Sitting, 'from' | 'to'>, b: Pick<Sitting, 'from' | 'to'>): boolean {
  return a.from < b.to && b.from < a.to;
}

/** By time; those at the same time by examiner and modality, so that the order is the same whenever it is asked. */
export function inOrder(a: Slot, b: Slot): number {
  return a.from - b.from || byExaminerAndWay(a, b);
}

function byExaminerAndWay(a: Slot, b: Slot): number {
  return compare(a.examinerId, b.examinerId) || compare(a.modality, b.modality);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
