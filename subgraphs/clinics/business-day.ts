import { dayOf } from '#rules/dates.ts';
import type { Ctx } from './builder.ts';

/** Today by business time (UTC), as dates are stored: a Date at midnight UTC. */
export function today(ctx: Pick<Ctx, 'now'>): Date {
  return storedDay(dayText(ctx.now()));
}

/** A day as it is stored: midnight UTC. */
export function storedDay(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

/** A stored date as YYYY-MM-DD. */
export function dayText(date: Date): string {
  return dayOf(date.toISOString()) as string;
}
