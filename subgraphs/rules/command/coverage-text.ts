/** The coverage of the packs as a page of Markdown. */

import type { Counts, Coverage } from '../coverage.ts';
import { definitions, stateKeys } from '../definitions.ts';

/** `COVERAGE.md`, whole. */
export function coveragePage(coverage: Coverage): string {
  const { version, on, total, states, others } = coverage;
  const asked = stateKeys.length;
  return `${[
    '# Coverage',
    `What release ${version} knows on ${on}. Written by \`npm run rules -- coverage --write\`; \`npm run check\` fails when it is stale.`,
    `Each of the 50 states and DC is asked ${asked} questions. **With a value** = verified (a source was opened, its address is in the pack) + general
knowledge (no source was opened) + uncertain (sources disagree, or support it only in part). **Unknown** has no value, or none in force on that day.
Uncertain and unknown block until an entity attests.`,
    `**To confirm** and **to set** count, of what the gates ask in that state over all ways of holding an exam, how many rules a professional entity
must attest before nothing stops there: confirm that a condition or a doubtful value holds, or set a value the state leaves open.
What is attested is each deployment's own and stands in no file: the graph's \`attestations\` lists those of your entities.`,
    `In total ${withValue(total)} of ${total.asked} answers have a value: ${total.verified} verified, ${total.known} from general knowledge, ${total.uncertain} uncertain; ${total.unknown} are unknown.`,
    '## By state',
    table(
      ['State', 'With a value', 'Verified', 'General knowledge', 'Uncertain', 'Unknown', 'To confirm', 'To set'],
      [
        ...states.map((one) => [`${one.name} (${one.code})`, ...cells(one), one.toConfirm, one.toSet]),
        ['**All**', ...cells(total), total.toConfirm, total.toSet],
      ],
    ),
    '## By subject',
    table(
      ['Subject', 'Questions', 'With a value', 'Verified', 'General knowledge', 'Uncertain', 'Unknown'],
      coverage.subjects.map((one) => [one.subject, questions(one.subject), ...cells(one)]),
    ),
    '## Beside the questions',
    'Federal rules, national standards and proposals, and what the reference has for some states only. A state that is not counted here is an open question too.',
    table(
      ['Subject', 'Federal', 'Of states', 'States'],
      others.map((one) => [one.subject, one.federal, one.state, one.states]),
    ),
  ].join('\n\n')}\n`;
}

function questions(subject: string): number {
  return definitions.filter((one) => one.everyState && one.subject === subject).length;
}

function cells(counts: Counts): number[] {
  return [withValue(counts), counts.verified, counts.known, counts.uncertain, counts.unknown];
}

function withValue({ asked, unknown }: Counts): number {
  return asked - unknown;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (row: readonly (string | number)[]) => `| ${row.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}
