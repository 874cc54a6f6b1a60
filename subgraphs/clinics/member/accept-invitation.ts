import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, Forbidden, IllegalTransition, NotFound } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { SeparateSides, requireMayJoin } from './joining.ts';
import { standingOf } from './invitation.ts';
import { hashOf } from './invitation-code.ts';
import { Membership } from './membership.ts';
import { endOf, realNow, startOf } from './real-time.ts';
import { takeTenancy, tellTenancy } from './tell-tenancy.ts';

const LONGEST_CODE = 200;

const AcceptInvitationInput = builder.inputType('AcceptInvitationInput', {
  description: 'The code of an invitation.',
  fields: (t) => ({ code: t.string({ required: true, description: 'As it was given to the person invited.' }) }),
  validate: z
    .object({ code: z.string().trim().min(1, 'A code is needed.').max(LONGEST_CODE, `A code has at most ${LONGEST_CODE} characters.`) })
    .loose(),
});

builder.mutationField('acceptInvitation', (t) =>
  t.field({
    description:
      'Accepts an invitation as whoever is signed in: from its first day on, a token that names the role at the place gives its rights. A code is good once, and never for the one who invited.',
    type: Membership,
    authScopes: { may: 'invitation:accept' },
    args: { input: t.arg({ type: AcceptInvitationInput, required: true, description: 'The code of an invitation.' }) },
    errors: { types: [SeparateSides] },
    resolve: async (_root, args, ctx, info) => {
      const accepted = await ctx.write({ info, args, answer: 'membership' }, async (tx) => {
        const codeHash = hashOf(args.input.code.trim());
        // The row is seen by whoever has its code, for this transaction alone.
        await tx.$queryRawUnsafe(`select set_config('app.invitation', $1, true)`, codeHash);
        const found = await tx.invitation.findUnique({ where: { codeHash } });
        const sub = ctx.actor.sub;
        if (found === null || (found.subject !== null && found.subject !== sub)) throw new NotFound();
        if (found.invitedBy === sub) throw new Forbidden();
        const now = await realNow(tx);
        const standing = standingOf(found, now);
        if (standing !== 'OPEN') throw new IllegalTransition(standing, 'ACCEPTED');
        await requireMayJoin(tx, found, sub, now);
        const startsAt = found.startsOn !== null && startOf(found.startsOn) > now ? startOf(found.startsOn) : now;
        const { role, at, placeId } = found;
        const held = { sub, role, at, OR: [{ endsAt: null }, { endsAt: { gt: startsAt } }] };
        const holding = await tx.membership.findMany({ where: held });
        // One that was ended before its first day is never held.
        if (holding.some((one) => one.endsAt === null || one.endsAt > one.startsAt))
          throw new Conflict('You hold this role at this place already.');
        const open = { id: found.id, acceptedAt: null, withdrawnAt: null };
        const { count } = await tx.invitation.updateMany({ where: open, data: { acceptedAt: now, acceptedBy: sub } });
        if (count === 0) throw new Conflict();
        const membership = await tx.membership.create({
          data: {
            ...{ id: ctx.newId(), sub, role, at, placeId, name: found.name, invitationId: found.id, startsAt },
            endsAt: found.endsOn && endOf(found.endsOn),
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'invitation.accepted', tenantId: placeId, subjectKind: 'membership', subjectId: membership.id },
          detail: { role, at, invitationId: found.id },
        });
        await tellTenancy(tx, ctx, membership.id);
        return membership;
      });
      await takeTenancy(ctx);
      return accepted;
    },
  }),
);
