import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { Patient } from '../patient/patient.ts';
import { consentKinds } from './consent-kinds.ts';

export const ConsentKind = builder.enumType('ConsentKind', { description: 'What a patient agrees to.', values: consentKinds });

/** A consent as it was given. */
export const Consent = builder.prismaObject('Consent', {
  description: 'A patient’s consent to one text, as signed.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'patient:read' },
  extensions: { apollo: { subgraph: { resolveReference } } },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('consent', row.id), description: 'Id of the consent.' }),
    kind: t.field({ type: ConsentKind, resolve: (row) => row.kind as 'TREATMENT', description: 'What it is to.' }),
    version: t.exposeString('version', { description: 'The version of the text.' }),
    textDigest: t.exposeString('textDigest', {
      nullable: true,
      description: 'SHA-256 of the text that was agreed to, hex; null for consents of before it was kept.',
    }),
    signedName: t.exposeString('signedName', { description: 'The name it was signed with.' }),
    givenAt: t.expose('givenAt', { type: 'DateTime', description: 'When it was given.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true, description: 'When it was taken back.' }),
  }),
});

function consentVisibleTo(ctx: Pick<Ctx, 'actor'>) {
  return { clinicId: { in: [...ctx.actor.places('patient:read')] } };
}

async function resolveReference(reference: { id: string }, ctx: Ctx) {
  const id = tryId('consent', reference.id);
  return id === null ? null : ctx.load('consent', id, consentVisibleTo(ctx));
}

builder.objectField(Patient, 'consents', (t) =>
  t.field({
    type: [Consent],
    authScopes: { may: 'patient:read' },
    description: 'Every consent the patient gave, newest first, those taken back included.',
    resolve: (patient, _args, ctx) =>
      ctx.db.consent.findMany({ where: { patientId: patient.id, ...consentVisibleTo(ctx) }, orderBy: { id: 'desc' } }),
  }),
);
