import { z } from 'zod';
import { builder } from '../builder.ts';

const DocumentKeyPurpose = builder.enumType('DocumentKeyPurpose', {
  description: 'What a document key signs as: a practitioner (PRESCRIBER), of orders and of exams, or the platform that countersigns.',
  values: ['PRESCRIBER', 'PLATFORM'] as const,
});

/** A signing key as everybody may know it. */
export const DocumentKey = builder.prismaObject('SigningKey', {
  name: 'DocumentKey',
  description: 'The public half of a key that signs orders and exams, and when it may be believed.',
  authScopes: { may: 'document-key:read' },
  fields: (t) => ({
    kid: t.exposeString('kid', { description: 'Its id: the RFC 7638 thumbprint of the public key.' }),
    purpose: t.field({
      type: DocumentKeyPurpose,
      resolve: (key) => key.purpose as 'PRESCRIBER' | 'PLATFORM',
      description: 'What it signs as.',
    }),
    sub: t.exposeString('sub', { description: 'Whose it is: the practitioner’s id, or `goodfaith` for the platform.' }),
    publicJwk: t.field({ type: 'JSON', resolve: (key) => key.publicJwk, description: 'The public key as a JWK (RFC 7517).' }),
    validFrom: t.expose('validFrom', { type: 'DateTime', description: 'What it signed earlier is not to be believed.' }),
    validUntil: t.expose('validUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'What it signs from here on is not to be believed; null while it is in use.',
    }),
    invalidSince: t.expose('invalidSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Revoked: what it signed is believed only if it was published earlier.',
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was revoked.' }),
  }),
});

builder.queryField('documentKeys', (t) =>
  t.field({
    type: [DocumentKey],
    authScopes: { may: 'document-key:read' },
    description: 'Every key that ever signed an order or an exam, revoked ones included: what a verifier needs.',
    args: {
      of: t.arg.stringList({
        required: false,
        description: 'Whose keys alone: ids of practitioners, `goodfaith` for the platform; at most 200. Everybody’s without it.',
        validate: z.array(z.string().max(100, 'No id is as long.')).max(200, 'At most two hundred are asked about at once.'),
      }),
    },
    resolve: (_root, { of }, ctx) =>
      ctx.db.signingKey.findMany({ where: of ? { sub: { in: of } } : {}, orderBy: [{ validFrom: 'asc' }, { id: 'asc' }] }),
  }),
);
