import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import type { SigningKey } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { DocumentKey } from './document-keys.ts';
import { revocationReasons, revokeKey } from './end-key.ts';

const KeyRevocationReason = builder.enumType('KeyRevocationReason', {
  description: 'Why a key is no longer to be believed: nobody has it any more (LOST), or somebody else may have it (COMPROMISED).',
  values: revocationReasons,
});

const RevokeSigningKeyInput = builder.inputType('RevokeSigningKeyInput', {
  description: 'A key, and since when it is not to be believed.',
  fields: (t) => ({
    kid: t.string({ required: true, description: 'The key’s id, from `documentKeys`.' }),
    reason: t.field({ type: KeyRevocationReason, required: true, description: 'Why.' }),
    since: t.field({
      type: 'DateTime',
      description:
        'From when on somebody else may have had it, if that is known: not to come, and not before the key was made. Left out: now.',
    }),
  }),
});

builder.mutationField('revokeSigningKey', (t) =>
  t.field({
    type: DocumentKey,
    description:
      'Revokes a signing key for good, with a second factor: one’s own, or as a medical director one that has signed at a clinic of theirs. Pharmacies do not fill what it signed, unless it is proved to be older: sign those orders again. Its owner’s next signature makes another key.',
    authScopes: { may: 'document-key:end' },
    args: { input: t.arg({ type: RevokeSigningKeyInput, required: true, description: 'Which, why and since when.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'signingKey' }, async (tx) => {
        ctx.requireStepUp();
        const found = await tx.signingKey.findFirst({ where: { kid: args.input.kid, purpose: 'PRESCRIBER' } });
        const clinicId = found && (await signedAt(tx, ctx, found));
        if (found === null || (found.sub !== ctx.actor.sub && clinicId === null)) throw new NotFound();
        const revoked = await revokeKey(tx, ctx, found, args.input);
        const { kid, sub: owner, reason, invalidSince } = revoked;
        await audit(tx, ctx, {
          ...{ action: 'document-key.revoked', tenantId: clinicId },
          detail: { kid, owner, reason, invalidSince: invalidSince?.toISOString() },
        });
        return revoked;
      }),
  }),
);

/** A clinic where the caller answers for what is signed and the key has signed; null when there is none. */
async function signedAt(tx: Tx, ctx: Ctx, { kid }: SigningKey): Promise<string | null> {
  const where = { keyId: kid, clinicId: { in: [...ctx.actor.places('document-key:revoke')] } };
  const signed = (await tx.orderSigning.findFirst({ where })) ?? (await tx.examSigning.findFirst({ where }));
  return signed?.clinicId ?? null;
}
