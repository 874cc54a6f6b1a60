import { tryId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { findOwn } from '../claim/held-order.ts';
import { gatherEvidence } from './evidence.ts';
import { inTurn } from './in-turn.ts';
import { askPublicFacts, keepDocumentCheck, ownPharmacies } from './keep-document-check.ts';
import { keepVerification } from './keep-verification.ts';
import { problem } from './problem.ts';
import { readSignedDocument } from './signed-document.ts';
import { strayDocumentChecks } from './stray-checks.ts';
import { Verification } from './verification.ts';
import { allChecks } from './verify-order.ts';

/** More than any order comes to. What is longer is not read. */
const LONGEST = 262_144;

builder.queryField('verifyDocument', (t) =>
  t.field({
    description:
      'The same question with the signed document itself, as it was pasted or uploaded: JWS General JSON. Of an order that was sent to this pharmacy every check of `verifyOrder` is made, with this document in place of the stored one. Of any other only what the text itself can prove, AUTHENTIC at most. Asking is recorded; the document is not kept.',
    type: Verification,
    nullable: true,
    authScopes: { may: 'order:verify' },
    args: { text: t.arg.string({ required: true, description: 'The document, at most 262,144 characters.' }) },
    resolve: (_root, args, ctx, info) =>
      inTurn(ctx, async () => {
        const document =
          args.text.length > LONGEST ? problem('NO_JWS', 'It is longer than any order.') : readSignedDocument(args.text.trim());
        const content = 'content' in document ? document.content : null;
        const orderId = content === null ? null : tryId('order', content.order.id);
        const row = orderId === null ? null : await findOwn(ctx.db, ctx, orderId, 'order:verify');
        if (row !== null) {
          const evidence = await gatherEvidence(ctx, row, document);
          const checks = await allChecks(evidence, ctx.now());
          return keepVerification(ctx, row, evidence, checks, { info, args, answer: 'verification' }, 'DOCUMENT');
        }
        const signers = content === null ? [] : [content.prescriber.id];
        const checks = await strayDocumentChecks(document, await askPublicFacts(ctx, ...signers), ownPharmacies(ctx));
        const documentDigest = 'digest' in document ? document.digest : null;
        const shown = { source: 'DOCUMENT', documentDigest, pharmacyId: content?.pharmacy.id ?? null, checks } as const;
        return keepDocumentCheck(ctx, shown, { info, args, answer: 'documentCheck' });
      }),
  }),
);
