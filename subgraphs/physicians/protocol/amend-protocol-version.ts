import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, InvalidInput } from '#kernel/errors.ts';
import { requireMove } from '#kernel/states.ts';
import { builder } from '../builder.ts';
import { homeOf, labelShape } from './draft-protocol-version.ts';
import { lockOwnVersion } from './own-version.ts';
import { contentOf, contentShape, issuesOfContent, ProtocolContentInput } from './protocol-content.ts';
import { protocolDigest } from './protocol-digest.ts';
import { protocolMoves } from './protocol-moves.ts';
import { issuesOfTerm, storedDay } from './protocol-term.ts';
import { ProtocolVersion } from './protocol-version.ts';

const AmendProtocolVersionInput = builder.inputType('AmendProtocolVersionInput', {
  description: 'What an unsigned version is to say instead.',
  fields: (t) => ({
    versionId: t.id({ required: true, description: 'The version.' }),
    digest: t.string({
      required: true,
      description: 'The digest of what the writer read: if it says something else by now, nothing is changed.',
    }),
    title: t.string({ required: true, description: 'Title, at most 200 characters.' }),
    effectiveFrom: t.field({
      type: 'Date',
      required: true,
      description: 'The first day it is to be in force: from today to a year ahead.',
    }),
    expiresOn: t.field({ type: 'Date', required: true, description: 'The last day: at most a year after the first.' }),
    content: t.field({ type: ProtocolContentInput, required: true, description: 'What it says, all of it.' }),
  }),
  validate: z.object({ title: labelShape.title, digest: z.string().max(64, 'A digest has 64 characters.'), content: contentShape }).loose(),
});

builder.mutationField('amendProtocolVersion', (t) =>
  t.field({
    description:
      'Changes a version that nobody has signed; it is a draft again, and whoever was asked to sign is asked anew. Refused from the first signature on: then another version is drafted.',
    type: ProtocolVersion,
    authScopes: { may: 'protocol:draft' },
    args: { input: t.arg({ type: AmendProtocolVersionInput, required: true, description: 'What it is to say.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'protocolVersion' }, async (tx) => {
        const { input } = args;
        const version = await lockOwnVersion(tx, ctx, input.versionId, 'protocol:draft');
        if (version.signatures.length > 0) throw new Conflict('This version was signed, so it no longer changes: draft another.');
        if (version.status !== 'DRAFT') requireMove(protocolMoves, version.status, 'DRAFT');
        if (version.digest !== input.digest) throw new Conflict();
        const home = homeOf(version.protocol);
        const issues = [...issuesOfTerm(input, ctx.now()), ...issuesOfContent(input.content, home)];
        if (issues.length > 0) throw new InvalidInput(issues);
        const content = contentOf(home, input.content);
        await tx.protocolSigner.deleteMany({ where: { versionId: version.id } });
        await tx.protocolContent.update({ where: { versionId: version.id }, data: { content } });
        const amended = await tx.protocolVersion.update({
          where: { id: version.id },
          data: {
            ...{ title: input.title.trim(), status: 'DRAFT', digest: protocolDigest(content) },
            ...{ effectiveFrom: storedDay(input.effectiveFrom), expiresOn: storedDay(input.expiresOn) },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'protocol.amended', tenantId: home.place, subjectKind: 'protocolVersion', subjectId: version.id },
          detail: { was: version.status, wasDigest: version.digest, digest: amended.digest },
        });
        return amended;
      }),
  }),
);
