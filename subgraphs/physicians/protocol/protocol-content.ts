import { z } from 'zod';
import type { InputIssue } from '#kernel/errors.ts';
import { uniiProblem } from '#kernel/identifiers.ts';
import { questionsOf } from '#rules/questionnaire.ts';
import type { ServiceCode } from '#rules/service-codes.ts';
import { builder } from '../builder.ts';
import { DeviceSettingInput, deviceSettingsShape, issuesOfSettings, settingsOf } from './device-setting.ts';
import { actsOf, actsShape, issuesOfActs, requireStandable, StandingOrderActInput } from './standing-order-act.ts';

const Consequence = builder.enumType('ContraindicationConsequence', {
  description: 'What follows from a contraindication.',
  values: {
    BLOCKS: { description: 'The service is not given.' },
    REVIEW: { description: 'A clinician decides, and writes down why.' },
  },
});

const ContraindicationInput = builder.inputType('ProtocolContraindicationInput', {
  description: 'A reason against the service, tied to the question that finds it.',
  fields: (t) => ({
    linkId: t.string({ required: true, description: 'The questionnaire item of the service, for example glp1-weight-loss.gl-mtc.' }),
    finding: t.string({ required: true, description: 'Which answer is one, in words: at most 500 characters.' }),
    consequence: t.field({ type: Consequence, required: true, description: 'What follows.' }),
  }),
});

const DoseLimitInput = builder.inputType('ProtocolDoseLimitInput', {
  description: 'The most of a drug that is given under a protocol.',
  fields: (t) => ({
    drug: t.string({ required: true, description: 'The drug: at most 200 characters.' }),
    unii: t.string({
      description: 'Its UNII, ten letters and digits: then it is by that alone that orders are held against the limit, else by the name.',
    }),
    maximum: t.field({ type: 'Decimal', required: true, description: 'The most, in the unit.' }),
    unit: t.string({
      required: true,
      description: 'Unit. Orders are held against it where it is a UCUM code of the dose, for example mg.',
    }),
    per: t.string({
      required: true,
      description:
        'In which time, for example week or session. Orders are held against it where it is dose, day, week or month; another blocks the orders it speaks of.',
    }),
  }),
});

/** What a protocol says, as drafts give it. */
export const ProtocolContentInput = builder.inputType('ProtocolContentInput', {
  description: 'What a protocol says. Each text has 1 to 2,000 characters, each list at most 100 entries. Nothing of a patient.',
  fields: (t) => ({
    indications: t.stringList({ required: true, description: 'For what the service is given; at least one.' }),
    contraindications: t.field({
      type: [ContraindicationInput],
      required: true,
      description: 'What speaks against it; at least one, each item once.',
    }),
    doseLimits: t.field({ type: [DoseLimitInput], required: true, description: 'The most that is given; empty where nothing is dosed.' }),
    deviceSettings: t.field({
      type: [DeviceSettingInput],
      description: 'The ranges devices are set within, each setting of a device once; left out where no device is used.',
    }),
    acts: t.field({
      type: [StandingOrderActInput],
      description: 'Of a standing order, and of nothing else: what may be done under it without a fresh order; at least one.',
    }),
    monitoring: t.stringList({ required: true, description: 'What is watched, and how often; at least one.' }),
    escalation: t.stringList({ required: true, description: 'Whom to call about what, in order; at least one.' }),
    emergencyPlan: t.string({ required: true, description: 'What is done in an emergency.' }),
    aftercare: t.stringList({ required: true, description: 'What the patient is told to do afterwards; at least one.' }),
    education: t.stringList({ required: true, description: 'What the patient is taught before; at least one.' }),
    consents: t.stringList({ required: true, description: 'What the patient agrees to; at least one text.' }),
  }),
});

const text = (longest = 2_000) => z.string().trim().min(1, 'A text is empty.').max(longest, `A text has at most ${longest} characters.`);
const most = 'A list has at most 100 entries.';
const texts = z.array(text()).min(1, 'At least one is needed.').max(100, most);

/** What can be said of a content without knowing the service. */
export const contentShape = z
  .object({
    indications: texts,
    contraindications: z
      .array(z.object({ linkId: text(200), finding: text(500) }).loose())
      .min(1, 'At least one is needed.')
      .max(100, most),
    doseLimits: z
      .array(
        z
          .object({
            drug: text(200),
            unii: z
              .string()
              .superRefine((unii, context) => {
                const problem = uniiProblem(unii);
                if (problem !== null) context.addIssue({ code: 'custom', message: `A UNII ${problem}.` });
              })
              .nullish(),
            maximum: z.string().refine((value) => Number(value) > 0, 'The most is more than nothing.'),
            unit: text(100),
            per: text(100),
          })
          .loose(),
      )
      .max(100, most),
    deviceSettings: deviceSettingsShape.nullish(),
    acts: actsShape.nullish(),
    monitoring: texts,
    escalation: texts,
    emergencyPlan: text(),
    aftercare: texts,
    education: texts,
    consents: texts,
  })
  .loose();

type Given = typeof ProtocolContentInput.$inferInput;

/** What a content is for. */
export interface ContentOf {
  readonly kind: string;
  readonly service: ServiceCode;
}

/** What is wrong with a content for its service: what speaks against it is found by asking, so each reason names a question that is asked. */
export function issuesOfContent(given: Given, { service, kind }: ContentOf): InputIssue[] {
  const asked = new Set(questionsOf(service, 'clinician').map(({ linkId }) => linkId));
  const named = given.contraindications.map(({ linkId }) => linkId.trim());
  const unasked = named.flatMap((linkId, index): InputIssue[] => {
    const path = `input.content.contraindications.${index}.linkId`;
    if (!asked.has(linkId)) return [{ path, message: 'The questionnaire of this service has no such item.' }];
    return named.indexOf(linkId) < index ? [{ path, message: 'This item is named before.' }] : [];
  });
  return [...unasked, ...issuesOfSettings(given.deviceSettings ?? []), ...issuesOfActs(given.acts ?? [], kind === 'STANDING_ORDER')];
}

/** What is stored and signed: the service and what was given, trimmed, and nothing else. A standing order that the rules do not let stand is refused. */
export function contentOf({ service, kind }: ContentOf, given: Given) {
  const trimmed = (lines: readonly string[]) => lines.map((line) => line.trim());
  const isStandingOrder = kind === 'STANDING_ORDER';
  const content = {
    service,
    ...(isStandingOrder ? { kind, acts: actsOf(given.acts ?? []) } : {}),
    indications: trimmed(given.indications),
    contraindications: given.contraindications.map(({ linkId, finding, consequence }) => ({
      linkId: linkId.trim(),
      finding: finding.trim(),
      consequence,
    })),
    doseLimits: given.doseLimits.map(({ drug, unii, maximum, unit, per }) => ({
      drug: drug.trim(),
      ...(unii ? { unii } : {}),
      maximum,
      unit: unit.trim(),
      per: per.trim(),
    })),
    deviceSettings: settingsOf(given.deviceSettings ?? []),
    monitoring: trimmed(given.monitoring),
    escalation: trimmed(given.escalation),
    emergencyPlan: given.emergencyPlan.trim(),
    aftercare: trimmed(given.aftercare),
    education: trimmed(given.education),
    consents: trimmed(given.consents),
  };
  if (isStandingOrder) requireStandable(content);
  return content;
}
