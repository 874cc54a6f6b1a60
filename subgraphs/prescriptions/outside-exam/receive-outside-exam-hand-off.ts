import { z } from 'zod';
import { Forbidden, InvalidInput, Refusal } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import type { ExamVendor, OutsideExam } from '#prisma/generated/prescriptions/client.ts';
import type { OutsideProvenance } from '#rules/facts.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { digestOf } from '../document/canonical.ts';
import { keepReported } from './keep-reported.ts';
import { lookupIn, mapped, readMapping } from './mapping.ts';
import { readReport } from './reported-exam.ts';
import { isRecent, isSigned } from './vendor-secret.ts';

/** More than any report has, in characters. */
export const LONGEST_REPORT = 256 * 1024;

/** A vendor's message that is not taken. The reasons are codes of its own, so that a vendor's program can act on them. */
export class ReportRefused extends Refusal {
  readonly code: 'SIGNATURE_WRONG' | 'NOT_RECENT' | 'VENDOR_SUSPENDED' | 'NOT_JSON' | 'REPLAYED';
  constructor(code: ReportRefused['code'], message: string) {
    super(message);
    this.code = code;
  }
}

graph.refusal(ReportRefused, 'A vendor’s message is not taken: SIGNATURE_WRONG, NOT_RECENT, VENDOR_SUSPENDED, NOT_JSON or REPLAYED.');

/** What was taken, now or before. */
type Receipt = OutsideExam & { readonly isKnown?: boolean };

const OutsideExamReceipt = builder.objectRef<Receipt>('OutsideExamReceipt').implement({
  description: 'That a vendor’s report was taken.',
  authScopes: { may: 'outside-exam:receive' },
  fields: (t) => ({
    externalId: t.exposeString('externalId', { description: 'The vendor’s own id of the exam.' }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', description: 'When it came in.' }),
    isKnown: t.boolean({
      // A row that was looked up again under an Idempotency-Key came in before.
      resolve: ({ isKnown }) => isKnown ?? true,
      description: 'Whether it had come in before, word for word: then nothing was done now.',
    }),
  }),
});

const text = (longest: number) => z.string().max(longest, `has more than ${longest} characters`);

const ReceiveOutsideExamHandOffInput = builder.inputType('ReceiveOutsideExamHandOffInput', {
  description: 'A vendor’s message as it came in (Standard Webhooks 1.0).',
  fields: (t) => ({
    vendorId: t.string({ required: true, description: 'Id of the vendor, out of the address.' }),
    messageId: t.string({ required: true, description: 'The header webhook-id.' }),
    timestamp: t.string({ required: true, description: 'The header webhook-timestamp: seconds since 1970.' }),
    signature: t.string({ required: true, description: 'The header webhook-signature.' }),
    body: t.string({ required: true, description: 'The body to the letter.' }),
  }),
  validate: z.object({
    ...{ vendorId: text(100), messageId: text(200).min(1, 'is missing'), timestamp: text(100), signature: text(2_000) },
    body: text(LONGEST_REPORT),
  }),
});

type Input = typeof ReceiveOutsideExamHandOffInput.$inferInput;

builder.mutationField('receiveOutsideExamHandOff', (t) =>
  t.field({
    type: OutsideExamReceipt,
    description:
      'For this subgraph’s own door alone: takes what a vendor reports, once its signature was found good. It is nobody’s exam until a person confirms whose it is.',
    authScopes: { may: 'outside-exam:receive' },
    args: { input: t.arg({ type: ReceiveOutsideExamHandOffInput, required: true, description: 'The message.' }) },
    errors: { types: [ReportRefused] },
    resolve: (_root, args, ctx, info) => {
      // Every subgraph has this right; vendors come through this one's door.
      if (ctx.actor.service !== 'prescriptions') throw new Forbidden();
      return ctx.write({ info, args, answer: 'outsideExam' }, (tx) => receive(tx, ctx, args.input));
    },
  }),
);

async function receive(tx: Tx, ctx: Ctx, input: Input): Promise<Receipt> {
  const vendor = await signer(tx, ctx, input);
  const contentDigest = digestOf(input.body);
  const { id: vendorId, clinicId } = vendor;
  const before = await tx.outsideExam.findFirst({ where: { vendorId, messageId: input.messageId } });
  // A sender that never got its receipt sends the same again until it gets one.
  if (before?.contentDigest === contentDigest) return { ...before, isKnown: true };
  if (before !== null) throw new ReportRefused('REPLAYED', 'A message with this id came in before, and said something else.');
  const mapping = readMapping(vendor.mapping, 'mapping');
  const reported = readReport(mapped(mapping, lookupIn(parsed(input.body))), ctx.now());
  if (!vendor.services.includes(reported.service))
    throw new InvalidInput([{ path: 'service', message: 'is none that this vendor may report' }]);
  const origin = { clinicId, vendorId, source: 'WEBHOOK', provenance: vendor.provenance as OutsideProvenance } as const;
  const { row, isNew } = await keepReported(tx, ctx, reported, { ...origin, messageId: input.messageId, contentDigest });
  return { ...row, isKnown: !isNew };
}

/** Whoever signed the message. That there is no such vendor, that it has ended and that the signature is wrong are answered alike. */
async function signer(tx: Tx, ctx: Ctx, input: Input): Promise<ExamVendor> {
  const id = tryId('examVendor', input.vendorId);
  const vendor = id === null ? null : await tx.examVendor.findUnique({ where: { id } });
  const message = { id: input.messageId, timestamp: input.timestamp, signature: input.signature, body: input.body };
  if (vendor === null || vendor.status === 'ENDED' || !isSigned(ctx, vendor, message))
    throw new ReportRefused('SIGNATURE_WRONG', 'The signature is not one of a vendor registered here.');
  // Who signed it is a matter of the real time, which no sandbox moves.
  if (!isRecent(message, new Date()))
    throw new ReportRefused('NOT_RECENT', 'The message is older than five minutes, or from the future: send it again, signed anew.');
  if (vendor.status !== 'ACTIVE') throw new ReportRefused('VENDOR_SUSPENDED', 'The clinic takes no reports from this vendor at present.');
  return vendor;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ReportRefused('NOT_JSON', 'The body is not JSON.');
  }
}
