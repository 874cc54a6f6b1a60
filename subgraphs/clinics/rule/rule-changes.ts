import { compareTexts, type ListOrder, listPage, textsOf } from '#kernel/list-page.ts';
import { changesBetween, type RuleChange as Change } from '#rules/diff.ts';
import { library } from '#rules/packs.ts';
import { noRules } from '#rules/rule-set.ts';
import { type Release, subjects } from '#rules/rule.ts';
import { Attestation } from '../attestation/attestation.ts';
import { readableAttestations, stands, suspended } from '../attestation/entity-attestations.ts';
import { builder } from '../builder.ts';
import { dayText } from '../business-day.ts';
import { listed } from './listed-rules.ts';
import { jurisdictionAsked } from './release-asked.ts';
import { Rule, RuleSubject } from './rule.ts';

interface ReleasedChange extends Change {
  readonly release: Release;
}

const RuleRelease = builder.objectRef<Release>('RuleRelease').implement({
  description: 'One release of all rule packs together.',
  authScopes: { may: 'rule:read' },
  fields: (t) => ({
    version: t.exposeString('version', { description: 'Which one: the day, and which of that day.' }),
    on: t.field({ type: 'Date', resolve: (release) => release.on, description: 'From this day on it is the one that decides.' }),
    summary: t.exposeString('summary', { description: 'What it brought.' }),
  }),
});

const RuleChangeKind = builder.enumType('RuleChangeKind', {
  description: 'What a release did to a rule.',
  values: {
    ADDED: { value: 'added', description: 'The release before did not have it.' },
    CHANGED: { value: 'changed', description: 'Its value, dates, source or confidence are not what they were.' },
    REMOVED: { value: 'removed', description: 'It is no longer recorded: unknown from then on.' },
  } as const,
});

const RuleChange = builder.objectRef<ReleasedChange>('RuleChange').implement({
  description: 'What one release did to one rule.',
  authScopes: { may: 'rule:read' },
  fields: (t) => ({
    ruleId: t.exposeString('ruleId', { description: 'The rule.' }),
    jurisdiction: t.exposeString('jurisdiction', { description: 'State code, or US.' }),
    subject: t.field({ type: RuleSubject, resolve: ({ subject }) => subject, description: 'What it is about.' }),
    release: t.string({ resolve: ({ release }) => release.version, description: 'The release.' }),
    on: t.field({ type: 'Date', resolve: ({ release }) => release.on, description: 'From this day on the change counts.' }),
    kind: t.field({ type: RuleChangeKind, resolve: ({ kind }) => kind, description: 'ADDED, CHANGED or REMOVED.' }),
    inWords: t.exposeString('sentence', { description: 'What changed, in one sentence.' }),
    citation: t.exposeString('citation', { description: 'Section of law or standard, as it is now or was before it went.' }),
    before: t.field({
      type: [Rule],
      resolve: ({ before }, _args, ctx) => before.map((rule) => listed(rule, dayText(ctx.now()))),
      description: 'Its dated entries in the release before, oldest first.',
    }),
    after: t.field({
      type: [Rule],
      resolve: ({ after }, _args, ctx) => after.map((rule) => listed(rule, dayText(ctx.now()))),
      description: 'Its dated entries in this release, oldest first.',
    }),
    suspends: t.field({
      type: [Attestation],
      nullable: true,
      resolve: async ({ ruleId, release }, _args, ctx) => {
        if (!ctx.actor.may('attestation:read')) return null;
        const rules = library.of(release.version) ?? noRules;
        const ours = (await readableAttestations(ctx)).filter((row) => row.ruleId === ruleId && isBefore(row.packVersion, release));
        return ours.filter((row) => stands(row, ctx.now()) && suspended(row, ctx.now(), rules));
      },
      description:
        'Attestations of the caller’s entities, neither expired nor taken back, that count for nothing since this change. Null for whoever may not read attestations.',
    }),
  }),
});

// Releases do not change while we run, so neither does what lies between two of them.
const changesIn = new Map<string, readonly ReleasedChange[]>();

function changesOf(release: Release, index: number): readonly ReleasedChange[] {
  const known = changesIn.get(release.version);
  if (known !== undefined) return known;
  const of = (version: string | undefined) => (version === undefined ? null : library.of(version)) ?? noRules;
  const changes = changesBetween(of(library.releases[index - 1]?.version), of(release.version)).map((change) => ({ ...change, release }));
  changesIn.set(release.version, changes);
  return changes;
}

// A release nobody knows is older than all.
function isBefore(version: string, release: Release): boolean {
  return library.releases.findIndex((one) => one.version === version) < library.releases.indexOf(release);
}

builder.queryField('ruleReleases', (t) =>
  t.field({
    type: [RuleRelease],
    description: 'The releases of the rule packs, oldest first.',
    authScopes: { may: 'rule:read' },
    resolve: () => [...library.releases],
  }),
);

type Place = readonly [version: string, subject: string, ruleId: string];

const nthRelease = (version: string): number => library.releases.findIndex((one) => one.version === version);
const nthSubject = (subject: string): number => (subjects as readonly string[]).indexOf(subject);

/** Newest release first, then by subject in reading order, then by rule. */
const changeOrder: ListOrder<ReleasedChange, Place> = {
  list: 'ruleChanges',
  inOrder: ({ release, subject, ruleId }, [version, about, id]) =>
    nthRelease(version) - nthRelease(release.version) || nthSubject(subject) - nthSubject(about) || compareTexts([ruleId], [id]),
  textOf: ({ release, subject, ruleId }) => JSON.stringify([release.version, subject, ruleId]),
  placeOf(text) {
    const [version = '', subject = '', ruleId = ''] = textsOf(text, 3) ?? [];
    return nthRelease(version) === -1 || nthSubject(subject) === -1 ? null : [version, subject, ruleId];
  },
};

builder.queryField('ruleChanges', (t) =>
  t.connection(
    {
      type: RuleChange,
      description: 'What releases changed since a day, newest release first, each by subject. The first release added all it has.',
      authScopes: { may: 'rule:read' },
      args: {
        since: t.arg({ type: 'Date', required: true, description: 'Releases that began to decide on this day or later.' }),
        jurisdiction: t.arg.string({ description: 'State code, or US; all when left out.' }),
        subject: t.arg({ type: RuleSubject, description: 'Only rules about this.' }),
      },
      resolve: (_root, { since, jurisdiction, subject, ...page }) => {
        const place = jurisdictionAsked(jurisdiction);
        const list = library.releases
          .map((release, index) => (release.on >= since ? changesOf(release, index) : []))
          .toReversed()
          .flat()
          .filter((change) => (place === null || change.jurisdiction === place) && (subject == null || change.subject === subject));
        return listPage(list, page, changeOrder);
      },
    },
    { name: 'RuleChangeConnection' },
    { name: 'RuleChangeEdge' },
  ),
);
