import { tryId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { findOwn } from '../claim/held-order.ts';
import { because, type Check, fail } from './check.ts';
import { gatherEvidence } from './evidence.ts';
import { inTurn } from './in-turn.ts';
import { askPublicFacts, keepDocumentCheck } from './keep-document-check.ts';
import { keepVerification } from './keep-verification.ts';
import { readShortForm, type ReadShortForm, shortFormCheck } from './short-form.ts';
import { sentHere, stillCounts } from './stray-checks.ts';
import { Verification } from './verification.ts';
import { allChecks } from './verify-order.ts';

// The patient may carry one from before the order was amended: what was sent is then another document.
function ofThisDocument(check: Check, form: ReadShortForm | null, documentDigest: string): Check {
  if (check.outcome !== 'PASS' || form?.documentDigest === documentDigest) return check;
  return because(
    'DIGEST_DIFFERS',
    fail(check.code, 'It was issued for another document than the one that was sent.', 'Ask the clinic for another.'),
  );
}

builder.queryField('verifyShortForm', (t) =>
  t.field({
    description:
      'The same question with the short form that a patient carries as a QR code. Of an order that was sent to this pharmacy every check of `verifyOrder` is made, and SHORT_FORM first. Of any other it says whether the platform issued the text and the order counts still, AUTHENTIC at most. Asking is recorded.',
    type: Verification,
    nullable: true,
    authScopes: { may: 'order:verify' },
    args: { text: t.arg.string({ required: true, description: 'What was scanned: a compact JWS.' }) },
    resolve: (_root, args, ctx, info) =>
      inTurn(ctx, async () => {
        const form = readShortForm(args.text);
        const orderId = form === null ? null : tryId('order', form.orderId);
        const row = orderId === null ? null : await findOwn(ctx.db, ctx, orderId, 'order:verify');
        if (row !== null) {
          const evidence = await gatherEvidence(ctx, row);
          const now = ctx.now();
          const short = ofThisDocument(await shortFormCheck(form, evidence.keys, now), form, row.documentDigest);
          const checks = [short, ...(await allChecks(evidence, now))];
          return keepVerification(ctx, row, evidence, checks, { info, args, answer: 'verification' }, 'SHORT_FORM');
        }
        const { keys, ended } = await askPublicFacts(ctx);
        const short = await shortFormCheck(form, keys, ctx.now());
        const checks = form === null ? [short] : [short, stillCounts(form.documentDigest, ended), sentHere(null)];
        const shown = { source: 'SHORT_FORM', documentDigest: form?.documentDigest ?? null, pharmacyId: null, checks } as const;
        return keepDocumentCheck(ctx, shown, { info, args, answer: 'documentCheck' });
      }),
  }),
);
