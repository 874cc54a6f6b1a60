// What is misread often enough to be on the lists of ISMP and of The Joint Commission, and what to write instead.
const mistaken: readonly (readonly [pattern: RegExp, message: string])[] = [
  [/\d\s*(IU|iu)\b/, 'IU is read as IV or 10: write international units'],
  [/\d\s*[Uu]\b/, 'U is read as 0 or 4: write units'],
  [/\bcc\b/i, 'cc is read as units: write mL'],
  [/[\u00b5\u03bc]g/, 'The Greek letter is read as m: write mcg'],
  [/\b(QOD|Q\.O\.D\.?|QD|Q\.D\.?)(?=\W|$)/i, 'QD and QOD are read as one another: write once a day, or every 2 days'],
  [/(^|[^\d.,])\.\d/, 'A point without a zero before it is overlooked: write 0.5 and not .5'],
  [/\d\.\d*0(?!\d)/, 'A zero after the point is read as ten times as much: write 1 mg and not 1.0 mg'],
];

/** Why directions may be misread; null when none of the forms known for it stands in them. */
export function errorProne(sig: string): string | null {
  return mistaken.find(([pattern]) => pattern.test(sig))?.[1] ?? null;
}
