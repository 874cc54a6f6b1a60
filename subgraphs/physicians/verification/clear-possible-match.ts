import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, Forbidden, IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { builder, type Tx } from '../builder.ts';
import { CredentialCheck } from '../credential/credential-check.ts';
import { placeSharedWith } from '../license/shared-place.ts';
import { clinicsOf } from './clinics-of.ts';
import { lockList } from './list-lock.ts';

const ClearPossibleMatchInput = builder.inputType('ClearPossibleMatchInput', {
  description: 'That a possible match was compared with the person and is somebody else.',
  fields: (t) => ({
    checkId: t.id({ required: true, description: 'The look that found the possible match.' }),
    reason: t.string({
      required: true,
      description: 'What was compared, and what tells the two apart: 20 to 500 characters. Whoever manages credentials sees it.',
    }),
  }),
  validate: z
    .object({
      reason: z.string().trim().min(20, 'Say in at least 20 characters what tells the two apart.').max(500, 'At most 500 characters.'),
    })
    .loose(),
});

builder.mutationField('clearPossibleMatch', (t) =>
  t.field({
    description:
      'Says that somebody on an exclusion list, of the same name, is another person. The same row does not match again; a new one does. A match by NPI is no possible match, and ends by its list alone.',
    type: CredentialCheck,
    authScopes: { may: 'credential:clear' },
    args: { input: t.arg({ type: ClearPossibleMatchInput, required: true, description: 'Which match, and why it is none.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'credentialCheck' }, async (tx) => {
        const id = fromId('credentialCheck', args.input.checkId);
        const seen = await tx.credentialCheck.findUnique({ where: { id } });
        const place = seen && (await placeSharedWith(tx, ctx, seen.practitionerId, 'credential:clear'));
        if (!seen || !place) throw new NotFound();
        ctx.requireStepUp();
        const { practitionerId, source, matchKey, result } = seen;
        if (result !== 'POSSIBLE' || matchKey === null) throw new IllegalTransition(result, 'CLEARED');
        // Nobody clears themselves.
        if (ctx.actor.sub === toId('practitioner', practitionerId)) throw new Forbidden();
        // Neither two clearings of one person nor a run over the same list meanwhile: the last of several matches to be cleared is the one that opens.
        await lockList(tx, { source, state: null });
        const clearances = await tx.matchClearance.findMany({ where: { practitionerId, source } });
        if (clearances.some((each) => each.matchKey === matchKey)) throw new Conflict('This match was cleared before.');
        await tx.matchClearance.create({
          data: {
            ...{ id: ctx.newId(), checkId: id, practitionerId, source, matchKey, reason: args.input.reason.trim() },
            ...{ clearedBy: ctx.actor.sub, at: ctx.now() },
          },
        });
        const cleared = [matchKey, ...clearances.map((each) => each.matchKey)];
        const { open, whole } = await openMatches(tx, { practitionerId, source, cleared });
        if (open === 0) {
          await tx.exclusionScreening.updateMany({
            where: { practitionerId, source, status: 'POSSIBLE' },
            data: { status: whole ? 'NONE' : 'UNKNOWN' },
          });
        }
        // It opens the gates of every clinic where they work: each is told, by whom.
        for (const tenantId of await clinicsOf(tx, practitionerId, ctx.now(), place)) {
          await audit(tx, ctx, {
            ...{ action: 'credential.match-cleared', tenantId, subjectKind: 'credentialCheck', subjectId: id },
            detail: { source, open, at: place },
          });
        }
        return seen;
      }),
  }),
);

/** How many matches of the last list nobody has cleared yet, and whether that list was whole: part of one says nothing of the rest. */
async function openMatches(
  tx: Tx,
  { practitionerId, source, cleared }: { readonly practitionerId: string; readonly source: string; readonly cleared: readonly string[] },
): Promise<{ readonly open: number; readonly whole: boolean }> {
  const last = await tx.credentialCheck.findFirst({
    where: { practitionerId, source, result: { not: 'NO_ANSWER' }, runId: { not: null } },
    include: { run: true },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
  });
  const open = await tx.credentialCheck.count({
    where: { practitionerId, source, result: 'POSSIBLE', runId: last?.runId ?? null, NOT: { matchKey: { in: [...cleared] } } },
  });
  return { open, whole: last?.run?.whole === true };
}
