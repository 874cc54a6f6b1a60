/** Which statements the database prepares once for a connection, instead of planning them anew each time. */

/** A statement as the adapter is about to send it. */
interface Sent {
  readonly sql: string;
  readonly args: readonly unknown[];
}

// Each name costs every connection the memory of a plan, so there is an end to them.
const MOST_NAMES = 400;
const MOST_TEXTS = 2_000;
// A list is written out value by value: of long ones hardly two are equally long.
const MOST_VALUES = 120;

/**
 * Gives a statement a name from the second time its text is sent; what is sent once, or with a long list, stays without (an empty name).
 * Names are the process's own and mean one text for as long as it runs. Plans hang on the text and on rights that policies
 * read anew at each execution, never on whose rights they were.
 */
export function statementNames(): (sent: Sent) => string {
  const names = new Map<string, string>();
  const seen = new Set<string>();
  return ({ sql, args }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (args.length > MOST_VALUES || names.size >= MOST_NAMES) return '';
    if (seen.delete(sql)) {
      const name = `goodfaith_${names.size + 1}`;
      names.set(sql, name);
      return name;
    }
    if (seen.size >= MOST_TEXTS) seen.clear();
    seen.add(sql);
    return '';
  };
}
