/** Of papers that replace one another (the same licence, renewed), the one that lasts longest; without end lasts longest of all. */
export function latestOf<Paper>(
  papers: readonly Paper[],
  sameAs: (paper: Paper) => string,
  lastDay: (paper: Paper) => string | null,
): Paper[] {
  const latest = new Map<string, Paper>();
  for (const paper of papers) {
    const known = latest.get(sameAs(paper));
    if (known === undefined || outlasts(lastDay(paper), lastDay(known))) latest.set(sameAs(paper), paper);
  }
  return [...latest.values()];
}

/** Whether one last day comes after the other; without end comes after all. */
export function outlasts(one: string | null, other: string | null): boolean {
  if (other === null) return false;
  return one === null || one > other;
}
