import { NotFound } from '#kernel/errors.ts';
import { type Audience, type FhirQuestionnaire, questionnaire } from '#rules/questionnaire.ts';
import { builder, type Ctx } from '../builder.ts';

const Questionnaire = builder.objectRef<FhirQuestionnaire>('Questionnaire').implement({
  description: 'The questions asked before and during an exam for one service.',
  authScopes: { may: 'questionnaire:read' },
  fields: (t) => ({
    id: t.id({ resolve: (whole) => whole.id, description: 'Id of the questionnaire.' }),
    version: t.string({ resolve: (whole) => whole.version, description: 'An intake must name the version it answers.' }),
    title: t.string({ resolve: (whole) => whole.title, description: 'What it is about.' }),
    fhir: t.field({ type: 'JSON', resolve: (whole) => whole, description: 'The FHIR R4 Questionnaire.' }),
  }),
});

/** Clinicians see their own items and the screening rules; everybody else sees what a patient may. */
export function audienceOf(ctx: Pick<Ctx, 'actor'>): Audience {
  return ctx.actor.may('chart:read') ? 'clinician' : 'patient';
}

builder.queryField('questionnaire', (t) =>
  t.field({
    type: Questionnaire,
    nullable: true,
    description:
      'The core history and the service’s own questions in one. Items for clinicians, and the rules that screen the answers, are shown to clinicians only.',
    authScopes: { may: 'questionnaire:read' },
    args: { service: t.arg.string({ required: true, description: 'Code of the service.' }) },
    resolve: (_root, { service }, ctx) => {
      const found = questionnaire(service, audienceOf(ctx));
      if (found === null) throw new NotFound();
      return found;
    },
  }),
);
