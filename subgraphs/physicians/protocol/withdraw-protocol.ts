import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { requireMove } from '#kernel/states.ts';
import { builder, type Context, type Tx } from '../builder.ts';
import { homeOf } from './draft-protocol-version.ts';
import { lockOwnVersion } from './own-version.ts';
import { protocolMoves } from './protocol-moves.ts';
import { ProtocolVersion } from './protocol-version.ts';

const WithdrawProtocolInput = builder.inputType('WithdrawProtocolInput', {
  description: 'Which version is no longer to carry anything, and why.',
  fields: (t) => ({
    versionId: t.id({ required: true, description: 'The version.' }),
    note: t.string({ required: true, description: 'Why, for colleagues: 10 to 500 characters. Nothing of a patient.' }),
  }),
  validate: z
    .object({
      note: z.string().trim().min(10, 'The note says why, in at least 10 characters.').max(500, 'The note has at most 500 characters.'),
    })
    .loose(),
});

type Withdrawal = typeof WithdrawProtocolInput.$inferInput;

builder.mutationField('suspendProtocol', (t) =>
  t.field({
    description: 'Takes a version out of force at once, at all its clinics. It does not come back: a renewed version is signed again.',
    type: ProtocolVersion,
    authScopes: { may: 'protocol:suspend' },
    args: { input: t.arg({ type: WithdrawProtocolInput, required: true, description: 'Which, and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'protocolVersion' }, (tx) => withdraw(tx, ctx, args.input, 'SUSPENDED')),
  }),
);

builder.mutationField('retireProtocol', (t) =>
  t.field({
    description: 'Ends a version for good, signed or not, for instance because another follows it.',
    type: ProtocolVersion,
    authScopes: { may: 'protocol:suspend' },
    args: { input: t.arg({ type: WithdrawProtocolInput, required: true, description: 'Which, and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'protocolVersion' }, (tx) => withdraw(tx, ctx, args.input, 'RETIRED')),
  }),
);

async function withdraw(tx: Tx, ctx: Context, { versionId, note }: Withdrawal, to: 'SUSPENDED' | 'RETIRED') {
  const version = await lockOwnVersion(tx, ctx, versionId, 'protocol:suspend');
  requireMove(protocolMoves, version.status, to);
  const moved = await tx.protocolVersion.update({
    where: { id: version.id },
    data: { status: to, note: note.trim(), withdrawnAt: ctx.now() },
  });
  await audit(tx, ctx, {
    ...{ action: to === 'RETIRED' ? 'protocol.retired' : 'protocol.suspended', tenantId: homeOf(version.protocol).place },
    ...{ subjectKind: 'protocolVersion', subjectId: version.id, detail: { was: version.status } },
  });
  return moved;
}
