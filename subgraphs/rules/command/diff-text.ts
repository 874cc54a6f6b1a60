/** What changed between two releases, as text for a terminal. */

import type { RuleChange } from '../diff.ts';
import { subjects } from '../rule.ts';
import { indented, wrapped } from './columns.ts';

/** So many additions of one subject are still told one by one. */
const FEW = 5;

/** A line for the whole, then the subjects: changes and removals in full, additions in full or counted. */
export function diffText(from: string, to: string, changes: readonly RuleChange[], width: number): string[] {
  if (changes.length === 0) return [`Nothing changed from ${from} to ${to}.`];
  const of = (kind: RuleChange['kind']) => changes.filter((change) => change.kind === kind).length;
  const counts = `${of('changed')} changed, ${of('removed')} removed, ${of('added')} added`;
  return [
    ...wrapped(`From ${from} to ${to}: ${counts}.`, width),
    ...subjects.flatMap((subject) =>
      subjectText(
        subject,
        changes.filter((change) => change.subject === subject),
        width,
      ),
    ),
  ];
}

function subjectText(subject: string, changes: readonly RuleChange[], width: number): string[] {
  if (changes.length === 0) return [];
  const added = changes.filter(({ kind }) => kind === 'added');
  const told = changes.filter(({ kind }) => kind !== 'added');
  const sentences = [...told, ...(added.length > FEW ? [] : added)].flatMap(({ sentence }) => indented(`${sentence}.`, 2, width));
  return ['', subject, ...sentences, ...(added.length > FEW ? indented(`${countedByKey(added)}.`, 2, width) : [])];
}

// `US.delegation.microneedling.RN` counts under `delegation`: the part of the key that says what it is about.
function countedByKey(added: readonly RuleChange[]): string {
  const counts = new Map<string, RuleChange[]>();
  for (const change of added) {
    const about = kindOf(change);
    counts.set(about, [...(counts.get(about) ?? []), change]);
  }
  const parts = [...counts].map(([about, some]) => `${some.length} about ${about} (${placesOf(some)})`);
  return `${added.length} rules are new: ${parts.join(', ')}. With --json each is told`;
}

function kindOf({ ruleId, jurisdiction }: RuleChange): string {
  const parts = ruleId.slice(jurisdiction.length + 1).split('.');
  return parts[0] === 'substance'
    ? `substance.*.${parts.at(-1)}`
    : parts.length > 1 && parts[0] === 'prescription'
      ? `prescription.${parts[1]}`
      : (parts[0] ?? '');
}

function placesOf(changes: readonly RuleChange[]): string {
  return [...new Set(changes.map(({ jurisdiction }) => jurisdiction))].join(', ');
}
