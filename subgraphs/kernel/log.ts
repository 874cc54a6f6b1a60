import { pino } from 'pino';

/** One JSON line an event. Callers pass ids, codes and names of operations: never a name, a birth date, a drug or a variable. */
export type Log = Pick<ReturnType<typeof pino>, 'debug' | 'info' | 'warn' | 'error'>;

/** A log to standard error, so that standard output stays with the words for people. */
export function createLog(level: string, name: string): Log {
  return pino({ level, name, base: { name } }, pino.destination({ fd: 2, sync: false }));
}
