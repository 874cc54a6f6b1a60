import { Temporal } from 'temporal-polyfill';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { exists, isZone } from './wall-time.ts';

/** What a front end has shown of a moment: it may have counted wrong where a clock changes. */
export const ShownTimeInput = builder.inputType('ShownTimeInput', {
  description:
    'The time as it was shown to somebody. It must be what a clock there shows at that moment: an hour that was counted wrong around a change of the clock is refused, and not booked.',
  fields: (t) => ({
    day: t.field({ type: 'Date', required: true, description: 'The day on the calendar.' }),
    time: t.string({ required: true, description: 'The time on the wall, HH:MM.' }),
    timeZone: t.string({ required: true, description: 'The IANA zone of that clock.' }),
  }),
});

/** Throws InvalidInput when a clock there does not show that day and time at the moment. */
export function requireShown(moment: Date, shown: typeof ShownTimeInput.$inferInput | null | undefined): void {
  const issue = shown == null ? null : issueOf(moment, shown);
  if (issue !== null) throw new InvalidInput([{ ...issue, path: `input.shownAs.${issue.path}` }]);
}

function issueOf(moment: Date, { day, time, timeZone }: typeof ShownTimeInput.$inferInput): InputIssue | null {
  if (!isZone(timeZone)) return { path: 'timeZone', message: 'must be a zone of the IANA database, like America/Chicago' };
  if (!/^([01][0-9]|2[0-3]):[0-5][0-9]$/.test(time)) return { path: 'time', message: 'must be a time from 00:00 to 23:59' };
  if (!exists(day, time, timeZone))
    return { path: 'time', message: `does not exist on ${day} in ${timeZone}: the clock is put forward over it` };
  const there = Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(timeZone).toPlainDateTime();
  if (there.equals(Temporal.PlainDate.from(day).toPlainDateTime(time))) return null;
  return { path: 'time', message: `is not what a clock there shows at startsAt: that is ${there.toString({ smallestUnit: 'minute' })}` };
}
