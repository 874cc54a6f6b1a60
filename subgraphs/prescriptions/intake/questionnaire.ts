import { NotFound } from '#kernel/errors.ts';
import {
  type Audience,
  type FhirQuestionnaire,
  questionnaire,
  questionnaireParts,
  questionnaires,
  type QuestionnaireVersion,
} from '#rules/questionnaire.ts';
import { isService, serviceCodes } from '#rules/service-codes.ts';
import { builder, type Ctx } from '../builder.ts';

const QuestionnairePart = builder.objectRef<FhirQuestionnaire>('QuestionnairePart').implement({
  description:
    'One of the FHIR R4 Questionnaires that a service’s questionnaire is made of: the core history, the module of the service, or the closing part.',
  authScopes: { may: 'questionnaire:read' },
  fields: (t) => ({
    url: t.string({ resolve: (part) => part.url, description: 'Canonical address.' }),
    version: t.string({ resolve: (part) => part.version, description: 'The part’s own version.' }),
    title: t.string({ resolve: (part) => part.title, description: 'What it is about.' }),
    fhir: t.field({ type: 'JSON', resolve: (part) => part, description: 'The FHIR R4 Questionnaire.' }),
  }),
});

const Questionnaire = builder.objectRef<QuestionnaireVersion>('Questionnaire').implement({
  description: 'The questions asked before and during an exam for one service, in one version.',
  authScopes: { may: 'questionnaire:read' },
  fields: (t) => ({
    id: t.id({ resolve: ({ service }) => `gfe-${service}`, description: 'Id of the questionnaire, the same for all its versions.' }),
    version: t.exposeString('version', { description: 'An intake must name the version it answers.' }),
    title: t.string({ resolve: (one, _args, ctx) => whole(ctx, one).title, description: 'What it is about.' }),
    fhir: t.field({ type: 'JSON', resolve: (one, _args, ctx) => whole(ctx, one), description: 'The FHIR R4 Questionnaire.' }),
    service: t.exposeString('service', { description: 'Code of the service.' }),
    since: t.expose('since', { type: 'Date', description: 'First day of the release that brought this version.' }),
    current: t.exposeBoolean('current', { description: 'Whether this is the version an intake must answer now.' }),
    parts: t.field({
      type: [QuestionnairePart],
      resolve: ({ service, version }, _args, ctx) => questionnaireParts(service, audienceOf(ctx), version) ?? [],
      description: 'What it is made of: core, module, and for clinicians the closing part.',
    }),
  }),
});

/** Clinicians see their own items and the screening rules; everybody else sees what a patient may. */
export function audienceOf(ctx: Pick<Ctx, 'actor'>): Audience {
  return ctx.actor.may('chart:read') ? 'clinician' : 'patient';
}

function whole(ctx: Pick<Ctx, 'actor'>, { service, version }: QuestionnaireVersion): FhirQuestionnaire {
  const found = questionnaire(service, audienceOf(ctx), version);
  if (found === null) throw new NotFound();
  return found;
}

builder.queryFields((t) => ({
  questionnaire: t.field({
    type: Questionnaire,
    nullable: true,
    description:
      'The core history and the service’s own questions in one. Items for clinicians, and the rules that screen the answers, are shown to clinicians only.',
    authScopes: { may: 'questionnaire:read' },
    args: {
      service: t.arg.string({ required: true, description: 'Code of the service.' }),
      version: t.arg.string({ description: 'A version that was released at some time; left out, the current one.' }),
    },
    resolve: (_root, { service, version }) => {
      const versions = isService(service) ? questionnaires.versions(service) : [];
      const found = versions.find((one) => (version == null ? one.current : one.version === version));
      if (found === undefined) throw new NotFound();
      return found;
    },
  }),
  questionnaires: t.field({
    type: [Questionnaire],
    description:
      'Every version of every questionnaire that was ever released: by service, newest first. An intake answers the current one.',
    authScopes: { may: 'questionnaire:read' },
    args: { service: t.arg.string({ description: 'Code of a service; left out, all of them.' }) },
    resolve: (_root, { service }) =>
      serviceCodes.filter((code) => service == null || code === service).flatMap((code) => questionnaires.versions(code)),
  }),
}));
