/** A name folded to plain lower-case letters: José O’Neill-Vega becomes "jose oneill vega". */
export function fold(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’ʼ`.]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** What a patient is found by: family name first, so that a list in its order reads like a card index. */
export function searchName(person: { readonly givenName: string; readonly familyName: string }): string {
  return `${fold(person.familyName)} ${fold(person.givenName)}`;
}

/** Whether two family names may be one name typed twice: equal when folded, one inside the other as with double names, or one or two letters apart. */
export function areSimilar(one: string, other: string): boolean {
  const [a, b] = [fold(one).replaceAll(' ', ''), fold(other).replaceAll(' ', '')];
  if (a === '' || b === '') return false;
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  if (shorter.length >= 3 && longer.includes(shorter)) return true;
  // Short names differ by little and are still different names: Li and Lu.
  const allowed = longer.length <= 3 ? 0 : longer.length <= 6 ? 1 : 2;
  return editsBetween(a, b) <= allowed;
}

// Levenshtein, with two neighbouring letters swapped counted as one edit: the commonest slip of a keyboard.
function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let edits = Math.min((last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) edits = Math.min(edits, (beforeLast[column - 2] ?? 0) + 1);
      next.push(edits);
    }
    beforeLast = last;
    last = next;
  }
  return last[b.length] ?? 0;
}
