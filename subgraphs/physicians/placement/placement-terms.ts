import { builder, graph } from '../builder.ts';
import { EngagementModel, EngagementRole, FeeBasis } from '../engagement/engagement.ts';

/** How much of the work is done on the premises. */
export const OnSiteNeed = builder.enumType('OnSiteNeed', {
  description: 'How much of the work a clinic wants done on its premises.',
  values: {
    NONE: { description: 'None: all of it from afar.' },
    PERIODIC: { description: 'Some, at times that both agree.' },
    ON_SITE: { description: 'Most of it.' },
  },
});

/** Who prescribes at a clinic. */
export const PrescribingModel = builder.enumType('PrescribingModel', {
  description: 'Who prescribes at a clinic besides its director.',
  values: {
    NOBODY: { description: 'Nothing is prescribed.' },
    PHYSICIANS: { description: 'Physicians alone.' },
    NURSE_PRACTITIONERS: { description: 'Nurse practitioners, who count under the ratio of their state.' },
    PHYSICIAN_ASSISTANTS: { description: 'Physician assistants, who count under the ratio of their state.' },
    MIXED: { description: 'Nurse practitioners and physician assistants.' },
  },
});

/** How much can go wrong. */
export const RiskClass = builder.enumType('RiskClass', {
  description: 'How much can go wrong at a clinic, by our own grouping: services, prescribing, devices, states and volume.',
  values: {
    LOW: { description: 'At most one of what counts.' },
    MODERATE: { description: 'Two or three.' },
    HIGH: { description: 'Four or more.' },
  },
});

/** What a clinic asks for: the same for every candidate, and what an offer offers. */
export const PlacementTerms = builder.prismaObject('PlacementRequest', {
  variant: 'PlacementTerms',
  description: 'What a clinic asks of the physician it looks for: the same for every candidate, and the terms of every offer.',
  authScopes: { may: ['placement:watch', 'engagement:answer'] },
  fields: (t) => ({
    role: t.field({ type: EngagementRole, resolve: ({ role }) => role as typeof EngagementRole.$inferType, description: 'As what.' }),
    model: t.field({
      type: EngagementModel,
      resolve: ({ model }) => model as typeof EngagementModel.$inferType,
      description: 'How it would be arranged.',
    }),
    feeBasis: t.field({
      type: FeeBasis,
      resolve: ({ feeBasis }) => feeBasis as typeof FeeBasis.$inferType,
      description: 'How the fee would be worked out. No amount is kept here.',
    }),
    noticeDays: t.exposeInt('noticeDays', { description: 'How many days ahead notice would be given.' }),
    states: t.field({ type: [graph.UsState], resolve: ({ states }) => states, description: 'The states it is for.' }),
    services: t.exposeStringList('services', { description: 'Codes of the services to oversee; empty for all that the clinic offers.' }),
    monthlyVolume: t.exposeInt('monthlyVolume', { description: 'How many patients a month are expected.' }),
    deviceNeeds: t.exposeStringList('deviceNeeds', { description: 'The devices they would oversee.' }),
    onSite: t.field({
      type: OnSiteNeed,
      resolve: ({ onSite }) => onSite as typeof OnSiteNeed.$inferType,
      description: 'How much of the work is done on the premises.',
    }),
    prescribingModel: t.field({
      type: PrescribingModel,
      resolve: ({ prescribingModel }) => prescribingModel as typeof PrescribingModel.$inferType,
      description: 'Who prescribes there.',
    }),
    requiredSpecialties: t.exposeStringList('requiredSpecialties', { description: 'Specialties of which they must have each.' }),
    preferredSpecialties: t.exposeStringList('preferredSpecialties', { description: 'Specialties that rank a candidate higher.' }),
    startsOn: t.expose('startsOn', { type: 'Date', description: 'The first day.' }),
    riskClass: t.field({
      type: RiskClass,
      resolve: ({ riskClass }) => riskClass as typeof RiskClass.$inferType,
      description: 'How much can go wrong there, as computed when it was asked for.',
    }),
  }),
});
