import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { consentVersions, isCurrent } from './consent-kinds.ts';
import { Consent, ConsentKind } from './consent.ts';
import { textDigestOf } from './consent-texts.ts';

const GiveConsentInput = builder.inputType('GiveConsentInput', {
  description: 'A consent as the patient signed it.',
  fields: (t) => ({
    patientId: t.id({ required: true, description: 'The patient.' }),
    kind: t.field({ type: ConsentKind, required: true, description: 'What the patient agrees to.' }),
    version: t.string({ required: true, description: 'The version of the text that was shown.' }),
    textDigest: t.string({
      description: 'SHA-256 of the text that was shown, hex, as `consentTexts` has it; refused when it is another text.',
    }),
    signedName: t.string({ required: true, description: 'The name the patient signed with.' }),
  }),
  validate: z.looseObject({
    signedName: z.string().trim().min(1, 'The signature is missing.').max(200, 'A signature has at most 200 characters.'),
  }),
});

const RevokeConsentInput = builder.inputType('RevokeConsentInput', {
  description: 'A consent the patient takes back.',
  fields: (t) => ({ consentId: t.id({ required: true, description: 'The consent.' }) }),
});

builder.mutationField('giveConsent', (t) =>
  t.field({
    type: Consent,
    description: 'Records a consent. An exam needs TELEHEALTH and TREATMENT.',
    authScopes: { may: 'consent:give' },
    args: { input: t.arg({ type: GiveConsentInput, required: true, description: 'The consent.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'consent' }, async (tx) => {
        const { kind, version, signedName } = args.input;
        const patientId = fromId('patient', args.input.patientId);
        const patient = await tx.patient.findFirst({ where: { id: patientId, clinicId: { in: [...ctx.actor.places('consent:give')] } } });
        if (patient === null) throw new NotFound();
        if (!isCurrent(kind, version)) {
          throw new InvalidInput([
            { path: 'input.version', message: `is not the text to be signed now, which is ${consentVersions[kind][0]}` },
          ]);
        }
        const textDigest = textDigestOf(kind, version);
        if (args.input.textDigest != null && args.input.textDigest !== textDigest)
          throw new InvalidInput([
            { path: 'input.textDigest', message: 'is not the digest of the text of that version: show the one `consentTexts` has' },
          ]);
        const id = ctx.newId();
        const subject = { tenantId: patient.clinicId, subjectKind: 'consent', subjectId: id, patientId } as const;
        await audit(tx, ctx, { action: 'consent.given', ...subject, detail: { kind, version } });
        return tx.consent.create({
          data: {
            id,
            clinicId: patient.clinicId,
            patientId,
            kind,
            version,
            textDigest,
            signedName,
            givenAt: ctx.now(),
            takenBy: ctx.actor.sub,
          },
        });
      }),
  }),
);

builder.mutationField('revokeConsent', (t) =>
  t.field({
    type: Consent,
    description: 'The patient takes a consent back. What was done under it stays; nothing more is done.',
    authScopes: { may: 'consent:give' },
    args: { input: t.arg({ type: RevokeConsentInput, required: true, description: 'The consent.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'consent' }, async (tx) => {
        const id = fromId('consent', args.input.consentId);
        const consent = await tx.consent.findFirst({ where: { id, clinicId: { in: [...ctx.actor.places('consent:give')] } } });
        if (consent === null) throw new NotFound();
        const { count } = await tx.consent.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: ctx.now() } });
        if (count === 0) throw new IllegalTransition('REVOKED', 'REVOKED');
        const subject = { tenantId: consent.clinicId, subjectKind: 'consent', subjectId: id, patientId: consent.patientId } as const;
        await audit(tx, ctx, { action: 'consent.revoked', ...subject, detail: { kind: consent.kind } });
        return tx.consent.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
