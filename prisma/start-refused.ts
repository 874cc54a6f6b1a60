/** The start can't go on, and the message says in one sentence what is wrong and what to do. Callers print it and exit 1. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}
