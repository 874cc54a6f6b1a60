import { builder } from '../builder.ts';
import { Engagement } from '../engagement/engagement.ts';
import { sideOf } from '../engagement/parties.ts';
import { gatherFacts } from './gather-facts.ts';
import type { Missing, Stage, Subject } from './stage.ts';
import { stagesOf } from './stages.ts';

const StageName = builder.enumType('OnboardingStageName', {
  description: 'The stages in which an engagement gets under way, in their order.',
  values: {
    ASSESSMENT: {
      description:
        'Services, states, role and fee are on record, and the risk class of its placement, which took in volume, devices and who prescribes.',
    },
    MATCHING: { description: 'The rules of an engagement pass today: licence in every state, fee, exclusion, conflicts.' },
    FRAMEWORK: { description: 'There are services, each with a protocol in force, and each act below level 4 of the matrix a delegation.' },
    PHARMACY: {
      description: 'Where a service compounds: a pharmacy fills for the clinic and is licensed in every state of the engagement.',
    },
    AGREEMENTS: { description: 'The agreement, insurance, collaborative agreements and the licences of the site are there and current.' },
    TRAINING: { description: 'Whoever acts below level 4 has a competency in what they do.' },
    LAUNCH: {
      description: 'It is in force itself, a review of charts is scheduled, an examiner has published hours, and every service is open.',
    },
  } as const,
});

const StageStatus = builder.enumType('OnboardingStageStatus', {
  description: 'How far a stage is. Worked out whenever it is read; nobody ticks it off.',
  values: {
    DONE: { description: 'Nothing is missing.' },
    OPEN: { description: 'Something is missing.' },
    NOT_NEEDED: { description: 'It does not apply to this engagement.' },
    UNKNOWN: { description: 'Something is not known, which is not done.' },
  } as const,
});

const Owner = builder.enumType('OnboardingOwner', {
  description: 'Whose it is to bring what is missing.',
  values: {
    COMPLIANCE_OFFICER: { description: 'A compliance officer of the clinic.' },
    MEDICAL_DIRECTOR: { description: 'The physician who is engaged.' },
    EXAMINER: { description: 'An examiner of the clinic.' },
  } as const,
});

const SubjectKind = builder.enumType('OnboardingSubjectKind', {
  description: 'What something missing is about.',
  values: {
    SERVICE: { description: 'A service, by its code.' },
    PRACTITIONER: { description: 'A person, by id.' },
    ENGAGEMENT: { description: 'The engagement itself.' },
    CLINIC: { description: 'The clinic.' },
    STATE: { description: 'A state, by its code.' },
  } as const,
});

const SubjectType = builder.objectRef<Subject>('OnboardingSubject').implement({
  description: 'What something missing is about.',
  fields: (t) => ({
    kind: t.field({ type: SubjectKind, resolve: ({ kind }) => kind, description: 'What it is.' }),
    id: t.exposeString('id', { description: 'Its id, or its code.' }),
  }),
});

const MissingType = builder.objectRef<Missing>('OnboardingMissing').implement({
  description: 'Something that a stage still lacks.',
  fields: (t) => ({
    what: t.exposeString('what', { description: 'What is missing, in words.' }),
    ruleId: t.exposeString('ruleId', { nullable: true, description: 'The rule that asks for it; null where it is our own condition.' }),
    outcome: t.exposeString('outcome', { description: 'FAIL when it is not there, UNKNOWN when nobody knows.' }),
    owner: t.field({ type: Owner, resolve: ({ owner }) => owner, description: 'Whose it is to bring it.' }),
    subject: t.field({ type: SubjectType, nullable: true, resolve: ({ subject }) => subject, description: 'What it is about.' }),
  }),
});

const OnboardingStage = builder.objectRef<Stage>('OnboardingStage').implement({
  description: 'One stage of getting an engagement under way, as it stands today.',
  authScopes: { may: ['engagement:arrange', 'engagement:answer'] },
  fields: (t) => ({
    name: t.field({ type: StageName, resolve: ({ name }) => name, description: 'Which.' }),
    status: t.field({ type: StageStatus, resolve: ({ status }) => status, description: 'How far it is.' }),
    missing: t.field({
      type: [MissingType],
      resolve: ({ missing }) => [...missing],
      description: 'What it still lacks; none when it is done.',
    }),
  }),
});

builder.objectField(Engagement, 'onboarding', (t) =>
  t.field({
    type: [OnboardingStage],
    nullable: true,
    description: 'The seven stages in which it gets under way, worked out from what is on record now: for the two sides.',
    authScopes: { may: ['engagement:arrange', 'engagement:answer'] },
    resolve: async (engagement, _args, ctx) => (sideOf(ctx, engagement) === null ? null : stagesOf(await gatherFacts(ctx, engagement))),
  }),
);
