/** Calendar days as Prisma wants them (midnight UTC) and as text. Nothing here reads a clock. */

/** The stored form of a calendar day. */
export function storedDay(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

/** The calendar day of a stored one, or in UTC of a moment. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
