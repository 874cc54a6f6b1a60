import { audit } from '#kernel/audit.ts';
import { Forbidden, IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { Invitation, invitationsVisibleTo, standingOf } from './invitation.ts';
import { realNow } from './real-time.ts';
import { appointingGrant } from './roles.ts';

const WithdrawInvitationInput = builder.inputType('WithdrawInvitationInput', {
  description: 'What is taken back.',
  fields: (t) => ({ invitationId: t.id({ required: true, description: 'The invitation.' }) }),
});

builder.mutationField('withdrawInvitation', (t) =>
  t.field({
    description: 'Takes an invitation back that nobody has accepted: its code opens nothing any more.',
    type: Invitation,
    authScopes: { may: ['member:appoint', 'staff:appoint', 'pharmacy-staff:appoint', 'platform:appoint'] },
    args: { input: t.arg({ type: WithdrawInvitationInput, required: true, description: 'What is taken back.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'invitation' }, async (tx) => {
        const id = fromId('invitation', args.input.invitationId);
        const seen = await tx.invitation.findFirst({ where: { AND: [{ id }, invitationsVisibleTo(ctx)] } });
        if (seen === null) throw new NotFound();
        if ((await appointingGrant(tx, ctx, seen.role, seen.placeId)) === null) throw new Forbidden();
        const now = await realNow(tx);
        const standing = standingOf(seen, now);
        if (standing !== 'OPEN') throw new IllegalTransition(standing, 'WITHDRAWN');
        const { count } = await tx.invitation.updateMany({
          where: { id, acceptedAt: null, withdrawnAt: null },
          data: { withdrawnAt: now, withdrawnBy: ctx.actor.sub },
        });
        if (count === 0) throw new IllegalTransition('ACCEPTED', 'WITHDRAWN');
        await audit(tx, ctx, {
          ...{ action: 'invitation.withdrawn', tenantId: seen.placeId, subjectKind: 'invitation', subjectId: id },
          detail: { role: seen.role, at: seen.at },
        });
        return tx.invitation.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
