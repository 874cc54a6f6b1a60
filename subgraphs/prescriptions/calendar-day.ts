/** A calendar day as the database driver wants it: midnight in UTC. */
export function dateOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

/** The calendar day of a stored date, or of a moment in UTC. */
export function dayText(date: Date): string {
  return date.toISOString().slice(0, 10);
}
