/** What a state's rules come to, a line a decision: open, closed, or what is still missing. */

import { unitedStates } from './asking.ts';
import type { ExplainTable } from './explain-table.ts';
import { modalityFields } from './modality.ts';
import type { RuleSet } from './rule-set.ts';
import { standingOf } from './rule-standing.ts';
import { classesOf, ingredientClass, substanceRuleKey, substances } from './substance-table.ts';
import { valueInWords } from './value-in-words.ts';

const ways = [
  { says: 'An exam by live video', key: modalityFields.SYNC_VIDEO },
  { says: 'An exam by telephone', key: modalityFields.SYNC_AUDIO },
  { says: 'An exam by store-and-forward', key: modalityFields.ASYNC },
  { says: 'An exam by questionnaire alone', key: modalityFields.QUESTIONNAIRE_ONLY },
] as const;

const ofEveryExam = ['gfe.performers', 'gfe.validityMonths'];

/** The lines under a table; none for federal law alone, nor where nothing is known. */
export function whatFollows({ place, service, on, sections }: ExplainTable, rules: RuleSet): string[] {
  if (sections.length === 0 || place.code === unitedStates.code) return [];
  const line = (says: string, keys: readonly string[]) => {
    const ids = keys.map((key) => `${place.code}.${key}`);
    return `${says}: ${comesTo(ids, rules, on)}.`;
  };
  return [
    ...ways.map(({ says, key }) => line(says, ['gfe.telehealthAllowed', key, ...ofEveryExam])),
    line('An exam in person', ofEveryExam),
    line('A first prescription without a visit in person', ['prescribing.inPersonBeforeFirstRx']),
    line('An order to a pharmacy of another state that has the licences named', [
      'pharmacy.nonResidentLicence',
      'pharmacy.nonResidentSterilePermit',
    ]),
    line('The service at a clinic', ['md.onSite', 'md.supervision']),
    ...(service === null ? [] : compounding(service, rules, on)),
  ];
}

function comesTo(ids: readonly string[], rules: RuleSet, on: string): string {
  const at = (standing: string) => ids.filter((id) => standingOf(rules, id, on) === standing);
  const [barred] = at('forbids');
  if (barred !== undefined) {
    const rule = rules.find(barred, on).rule;
    return `closed, ${barred} is ${rule === null ? 'not recorded' : valueInWords(rule)}`;
  }
  const steps = [
    said(at('out-of-dates'), 'a rule for this day is loaded for'),
    said(at('to-set'), 'the entity sets and attests'),
    said(at('to-confirm'), 'the entity attests'),
  ].filter((step) => step !== null);
  return steps.length === 0 ? 'open' : `open once ${steps.join(', and ')}`;
}

function said(ids: readonly string[], what: string): string | null {
  return ids.length === 0 ? null : `${what} ${ids.join(', ')}`;
}

function compounding(service: NonNullable<ExplainTable['service']>, rules: RuleSet, on: string): string[] {
  const classes = classesOf(service);
  const ordered = substances.filter((one) => classes.includes(ingredientClass(one) ?? ''));
  if (ordered.length === 0) return ['Compounded substances: none belongs to the screening of this service.'];
  return (['503A', '503B'] as const).map((section) => {
    const facility = section === '503A' ? 'by a 503A pharmacy' : 'by a 503B facility';
    const named = (standings: readonly string[]) =>
      ordered
        .filter((one) => standings.includes(standingOf(rules, `${unitedStates.code}.${substanceRuleKey(one, section)}`, on)))
        .map(({ name }) => name.replace(/, /g, '/'));
    const parts = [
      counted(named(['settled']), 'open'),
      counted(named(['to-confirm', 'to-set', 'out-of-dates']), 'once attested'),
      counted(named(['forbids']), 'closed'),
    ];
    return `Compounded ${facility}: ${parts.filter((part) => part !== null).join('; ')}.`;
  });
}

function counted(names: readonly string[], how: string): string | null {
  return names.length === 0 ? null : `${how}: ${names.join(', ')}`;
}
