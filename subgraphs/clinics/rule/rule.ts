import { listPage } from '#kernel/list-page.ts';
import { valueInWords } from '#rules/value-in-words.ts';
import { Attestation } from '../attestation/attestation.ts';
import { attestationsOf, standingFor } from '../attestation/entity-attestations.ts';
import { builder } from '../builder.ts';
import { dayText } from '../business-day.ts';
import { isInForce, type ListedRule, listedRules, ruleOrder } from './listed-rules.ts';
import { jurisdictionAsked, releaseKnown } from './release-asked.ts';

/** What rules are about, as front ends name it. */
export const RuleSubject = builder.enumType('RuleSubject', {
  description: 'What a rule is about.',
  values: {
    EXAM: { value: 'exam', description: 'How and by whom a good-faith exam is held, and for how long it counts.' },
    PRESCRIBING: { value: 'prescribing', description: 'What precedes a first prescription.' },
    AUTHORITY: { value: 'authority', description: 'What nurse practitioners and physician assistants may do, and under whom.' },
    CORPORATE_PRACTICE: { value: 'corporate-practice', description: 'Who may own and pay whom.' },
    SUPERVISION: { value: 'supervision', description: 'What a medical director must do, and for how many.' },
    DELEGATION: { value: 'delegation', description: 'What may be delegated to whom, at which level.' },
    PHARMACY_LICENSING: { value: 'pharmacy-licensing', description: 'What a pharmacy needs to ship in.' },
    SUBSTANCES: { value: 'substances', description: 'What may be compounded under sections 503A and 503B.' },
    CONTROLLED_SUBSTANCES: { value: 'controlled-substances', description: 'Schedules, telemedicine, monitoring programs.' },
    BEYOND_USE_DATES: { value: 'beyond-use-dates', description: 'How long a preparation may be used.' },
    PRESCRIPTION_CONTENT: { value: 'prescription-content', description: 'What a prescription and a label must carry.' },
    CHART_REVIEW: { value: 'chart-review', description: 'How many charts a physician reviews.' },
    ADVERSE_EVENTS: { value: 'adverse-events', description: 'Who reports an adverse event, and by when.' },
  } as const,
});

const RuleConfidence = builder.enumType('RuleConfidence', {
  description: 'How far a recorded value is to be trusted.',
  values: {
    VERIFIED: { value: 'verified', description: 'Read in the cited source.' },
    KNOWN: { value: 'known', description: 'General knowledge; no source was opened.' },
    UNCERTAIN: { value: 'uncertain', description: 'Sources disagree or support it only in part: counts only once attested.' },
    DESIGN: { value: 'design', description: 'Our proposal or market practice, not law: counts only once attested.' },
    UNKNOWN: { value: 'unknown', description: 'Nobody has recorded a value: blocks until an entity sets one.' },
  } as const,
});

const RuleSourceTier = builder.enumType('RuleSourceTier', {
  description: 'What a source is.',
  values: {
    PRIMARY: { value: 'primary', description: 'The text of the law, or a mirror of it.' },
    SECONDARY: { value: 'secondary', description: 'A law firm or policy body.' },
    VENDOR: { value: 'vendor', description: 'A commercial page.' },
  } as const,
});

/** One dated entry, or an open question. */
export const Rule = builder.objectRef<ListedRule>('Rule').implement({
  description: 'One dated, cited value of a rule in one jurisdiction; or a question that a state leaves open.',
  authScopes: { may: 'rule:read' },
  fields: (t) => ({
    id: t.exposeString('id', { description: 'The rule, as rule results name it: TX.gfe.syncAudioVideo. Its dated entries share it.' }),
    jurisdiction: t.exposeString('jurisdiction', { description: 'State code, or US.' }),
    subject: t.field({ type: RuleSubject, resolve: ({ subject }) => subject, description: 'What it is about.' }),
    key: t.exposeString('key', { description: 'The question, as a code that is the same in every jurisdiction.' }),
    question: t.exposeString('question', { description: 'The question in plain words.' }),
    value: t.field({
      type: 'JSON',
      nullable: true,
      resolve: ({ rule }) => rule?.value,
      description: 'The recorded value; null while none is.',
    }),
    valueInWords: t.string({
      nullable: true,
      resolve: ({ rule }) => (rule === null || rule.value === null ? null : valueInWords(rule)),
      description: 'The same, for people.',
    }),
    citation: t.string({ nullable: true, resolve: ({ rule }) => rule?.citation, description: 'Section of law or standard.' }),
    source: t.string({
      nullable: true,
      resolve: ({ rule }) => rule?.source,
      description: 'Address where it was read; null when nothing was opened.',
    }),
    sourceTier: t.field({
      type: RuleSourceTier,
      nullable: true,
      resolve: ({ rule }) => rule?.sourceTier,
      description: 'What that source is.',
    }),
    confidence: t.field({
      type: RuleConfidence,
      resolve: ({ rule }) => rule?.confidence ?? 'unknown',
      description: 'How far the value is to be trusted.',
    }),
    asOf: t.field({ type: 'Date', nullable: true, resolve: ({ rule }) => rule?.asOf, description: 'The day for which there is evidence.' }),
    effectiveFrom: t.field({
      type: 'Date',
      nullable: true,
      resolve: ({ rule }) => rule?.effectiveFrom,
      description: 'First day in force; null when nobody looked it up: it is then relied upon from `asOf` on.',
    }),
    effectiveTo: t.field({
      type: 'Date',
      nullable: true,
      resolve: ({ rule }) => rule?.effectiveTo,
      description: 'Last day in force; null while no end is known.',
    }),
    inForce: t.boolean({ resolve: isInForce, description: 'Whether it is relied upon on the day asked about.' }),
    basis: t.string({
      nullable: true,
      resolve: ({ rule }) => rule?.basis,
      description: 'On what it rests, where the law names several ways.',
    }),
    note: t.string({ nullable: true, resolve: ({ rule }) => rule?.note, description: 'What a reader must know besides.' }),
    owner: t.string({ nullable: true, resolve: ({ rule }) => rule?.owner, description: 'Who answers for the entry.' }),
    since: t.string({ nullable: true, resolve: ({ rule }) => rule?.since, description: 'The release of the rule packs that brought it.' }),
    attestation: t.field({
      type: Attestation,
      nullable: true,
      description:
        'The attestation of this entity that stands on the day asked about, suspended or not; null for none, and for whoever may not read the entity’s attestations.',
      args: { entityId: t.arg.id({ required: true, description: 'The professional entity.' }) },
      resolve: async (row, { entityId }, ctx) => {
        const rows = await attestationsOf(ctx, entityId);
        // Of today the moment counts: what was revoked this morning does not stand.
        const on = row.on === dayText(ctx.now()) ? ctx.now().toISOString() : row.on;
        return rows === null ? null : standingFor(rows, row, on);
      },
    }),
  }),
});

builder.queryField('rules', (t) =>
  t.connection(
    {
      type: Rule,
      description:
        'The rules of a release: federal ones first, then state by state. Every dated entry is listed, and every question a state leaves open.',
      authScopes: { may: 'rule:read' },
      args: {
        jurisdiction: t.arg.string({ description: 'State code, or US; all when left out.' }),
        subject: t.arg({ type: RuleSubject, description: 'Only rules about this.' }),
        on: t.arg({ type: 'Date', description: 'The day `inForce` and `attestation` are about; today when left out.' }),
        asKnownOn: t.arg({
          type: 'Date',
          description:
            'As the rules were known on this day: the release that decided then. When left out, as known on the day of `on`, at the latest today; before the first release nothing is known.',
        }),
      },
      resolve: (_root, { jurisdiction, subject, on, asKnownOn, ...page }, ctx) => {
        const wanted = { jurisdiction: jurisdictionAsked(jurisdiction), subject: subject ?? null };
        const list = listedRules(releaseKnown(ctx, asKnownOn, on), on ?? dayText(ctx.now()), wanted);
        return listPage(list, page, ruleOrder);
      },
    },
    { name: 'RuleConnection' },
    { name: 'RuleEdge' },
  ),
);
