import { createHash } from 'node:crypto';
import { builder } from '../builder.ts';
import { type ConsentKind, consentKinds, consentVersions } from './consent-kinds.ts';
import { ConsentKind as ConsentKindEnum } from './consent.ts';

/** A text that a patient agrees to. */
interface ConsentText {
  readonly kind: ConsentKind;
  readonly version: string;
  /** BCP 47. */
  readonly language: 'en';
  readonly title: string;
  readonly text: string;
}

const texts: readonly ConsentText[] = [
  {
    ...{ kind: 'TELEHEALTH', version: '2026-01', language: 'en', title: 'Consent to an exam by telehealth' },
    text: 'I agree to be examined by live audio and video. I know that the examiner cannot touch me, that the connection can fail, that I may be asked to come in person instead, and that I may stop at any time. I will say truthfully in which state I am.',
  },
  {
    ...{ kind: 'TREATMENT', version: '2026-01', language: 'en', title: 'Consent to treatment' },
    text: 'The treatment, its benefits, its risks, what else could be done and what happens without it were explained to me, and my questions were answered. I agree to be treated. I may take this back before the treatment.',
  },
  {
    ...{ kind: 'PHOTOGRAPHY', version: '2026-01', language: 'en', title: 'Consent to clinical photographs' },
    text: 'I agree that photographs of the treated areas are taken for my record. They are used for my care and for nothing else. I may take this back; photographs that are part of a completed exam stay in its record.',
  },
  {
    ...{ kind: 'COMPOUNDED', version: '2026-01', language: 'en', title: 'Consent to a compounded medicine' },
    text: 'I know that the medicine is compounded for me by a pharmacy, that it is not approved by the FDA and was not reviewed by it for safety, effectiveness or quality, and which approved products there are. I agree to it all the same.',
  },
];

/** SHA-256 of the text of a kind and version, hex; null for one that was never a text of ours. */
export function textDigestOf(kind: string, version: string, language = 'en'): string | null {
  const found = texts.find((one) => one.kind === kind && one.version === version && one.language === language);
  return found === undefined ? null : digestOf(found);
}

function digestOf({ text }: ConsentText): string {
  return createHash('sha256').update(text).digest('hex');
}

const ConsentTextType = builder.objectRef<ConsentText>('ConsentText').implement({
  description: 'A text that a patient agrees to, in one version and language.',
  authScopes: { may: 'questionnaire:read' },
  fields: (t) => ({
    kind: t.field({ type: ConsentKindEnum, resolve: ({ kind }) => kind, description: 'What it is to.' }),
    version: t.string({ resolve: ({ version }) => version, description: 'What `giveConsent` names.' }),
    language: t.string({ resolve: ({ language }) => language, description: 'BCP 47 tag.' }),
    title: t.string({ resolve: ({ title }) => title, description: 'Title.' }),
    text: t.string({ resolve: ({ text }) => text, description: 'The text to be shown, to the letter.' }),
    textDigest: t.string({
      resolve: digestOf,
      description: 'SHA-256 of the text in UTF-8, hex: `giveConsent` takes it as the proof of what was shown.',
    }),
    current: t.boolean({
      resolve: ({ kind, version }) => consentVersions[kind][0] === version,
      description: 'Whether it can be agreed to now: only the newest version counts.',
    }),
  }),
});

builder.queryField('consentTexts', (t) =>
  t.field({
    type: [ConsentTextType],
    description: 'The texts that patients agree to, older versions included: by kind, newest first.',
    authScopes: { may: 'questionnaire:read' },
    args: { kind: t.arg({ type: ConsentKindEnum, description: 'One kind; left out, all of them.' }) },
    resolve: (_root, { kind }) =>
      consentKinds
        .filter((one) => kind == null || one === kind)
        .flatMap((one) => consentVersions[one].flatMap((version) => texts.filter((text) => text.kind === one && text.version === version))),
  }),
);
