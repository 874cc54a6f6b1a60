import { z } from 'zod';
import { Conflict, IllegalTransition, InvalidInput } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { homeOf, labelShape, writeVersion } from './draft-protocol-version.ts';
import { ownVersion } from './own-version.ts';
import { protocolDigest } from './protocol-digest.ts';
import { issuesOfTerm } from './protocol-term.ts';
import { ProtocolVersion } from './protocol-version.ts';
import { requireStandable } from './standing-order-act.ts';

const RenewProtocolInput = builder.inputType('RenewProtocolInput', {
  description: 'Which version is to go on, as which, and from when until when.',
  fields: (t) => ({
    versionId: t.id({ required: true, description: 'The version that goes on.' }),
    version: t.string({ required: true, description: 'Which version the new one is, for example 2027.1.' }),
    effectiveFrom: t.field({
      type: 'Date',
      required: true,
      description: 'The first day it is to be in force: from today to a year ahead.',
    }),
    expiresOn: t.field({ type: 'Date', required: true, description: 'The last day: at most a year after the first.' }),
  }),
  validate: z.object({ version: labelShape.version }).loose(),
});

/** What has been in force at some time. What was never signed is amended or submitted instead. */
const renewable = ['ACTIVE', 'SUSPENDED', 'RETIRED'];

builder.mutationField('renewProtocol', (t) =>
  t.field({
    description:
      'Makes another version that says the same for another term, ready to be submitted for signatures. The one before it stays in force until the day this one takes over.',
    type: ProtocolVersion,
    authScopes: { may: 'protocol:draft' },
    args: { input: t.arg({ type: RenewProtocolInput, required: true, description: 'Which, and for how long.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'protocolVersion' }, async (tx) => {
        const { input } = args;
        const before = await ownVersion(tx, ctx, input.versionId, 'protocol:draft');
        if (!renewable.includes(before.status)) throw new IllegalTransition(before.status, 'IN_REVIEW');
        const issues = issuesOfTerm(input, ctx.now());
        if (issues.length > 0) throw new InvalidInput(issues);
        const said = await tx.protocolContent.findUnique({ where: { versionId: before.id } });
        const content = said?.content;
        if (typeof content !== 'object' || content === null || protocolDigest(content) !== before.digest)
          throw new Conflict('What this version says is not what was signed: draft another.');
        const home = homeOf(before.protocol);
        if (home.kind === 'STANDING_ORDER') requireStandable(content);
        return writeVersion(tx, ctx, home, { ...input, title: before.title, content, status: 'IN_REVIEW' });
      }),
  }),
);
