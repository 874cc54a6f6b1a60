import { audit } from '#kernel/audit.ts';
import { toId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { DocumentKey } from './document-keys.ts';
import { rotateKeyOf } from './end-key.ts';

builder.mutationField('rotateSigningKey', (t) =>
  t.field({
    type: DocumentKey,
    description:
      'Ends the caller’s own signing key and makes another, which it answers; with a second factor. What the one before has signed stays verifiable: its `validUntil` is now, and the key set has both.',
    authScopes: { may: 'document-key:end' },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'signingKey' }, async (tx) => {
        ctx.requireStepUp();
        const { ended, made } = await rotateKeyOf(tx, ctx, toId('practitioner', actingPractitioner(ctx)));
        await audit(tx, ctx, {
          ...{ action: 'document-key.rotated', tenantId: null },
          detail: { kid: made.kid, before: ended?.kid ?? null, owner: made.sub },
        });
        return made;
      }),
  }),
);
