/** Why the process does not start: the packs have faults, so nobody can say what the law is. */

/** The packs have faults, each in a line of the message: `file: rule id: reason`. Nothing may be decided on them. */
export class BrokenPacks extends Error {
  override readonly name = 'BrokenPacks';
  /** The faults alone. */
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(`The rule packs are broken:\n${lines.join('\n')}`);
    this.lines = lines;
  }
}
