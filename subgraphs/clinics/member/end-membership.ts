import type { Membership as MembershipRow } from '#prisma/generated/clinics/client.ts';
import { audit } from '#kernel/audit.ts';
import { Conflict, Forbidden, IllegalTransition, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { LastComplianceOfficer, requireAnotherOfficer } from './last-officer.ts';
import { Membership, membershipsVisibleTo } from './membership.ts';
import { dayIn, endOf, latestDay, realNow } from './real-time.ts';
import { appointingGrant } from './roles.ts';
import { takeTenancy, tellTenancy } from './tell-tenancy.ts';

const EndMembershipInput = builder.inputType('EndMembershipInput', {
  description: 'Which membership ends, and when.',
  fields: (t) => ({
    membershipId: t.id({ required: true, description: 'The membership.' }),
    lastDay: t.field({ type: 'Date', description: 'Last day (UTC), today or later; left out to end it now.' }),
  }),
});

builder.mutationField('endMembership', (t) =>
  t.field({
    description:
      'Ends a membership, now or with a day. From that moment no token of the person has a right by it anywhere, expired or not, what they have invited to by it can no longer be accepted, and the same role at the same place that was to follow does not begin. Everybody may leave; others are ended by whoever may appoint to the role.',
    type: Membership,
    authScopes: { may: ['member:appoint', 'staff:appoint', 'pharmacy-staff:appoint', 'platform:appoint', 'membership:leave'] },
    args: { input: t.arg({ type: EndMembershipInput, required: true, description: 'Which membership ends, and when.' }) },
    errors: { types: [LastComplianceOfficer] },
    resolve: async (_root, args, ctx, info) => {
      const ended = await ctx.write({ info, args, answer: 'membership' }, async (tx) => {
        const id = fromId('membership', args.input.membershipId);
        const seen = await tx.membership.findFirst({ where: { AND: [{ id }, membershipsVisibleTo(ctx)] } });
        if (seen === null) throw new NotFound();
        if (seen.sub !== ctx.actor.sub) {
          if ((await appointingGrant(tx, ctx, seen.role, seen.placeId)) === null) throw new Forbidden();
          ctx.requireStepUp();
        }
        const now = await realNow(tx);
        const endsAt = endAsked(seen, args.input.lastDay ?? null, now);
        await requireAnotherOfficer(tx, seen, now);
        const { count } = await tx.membership.updateMany({
          where: { id, endsAt: seen.endsAt },
          data: { endsAt, endedBy: ctx.actor.sub, endedByName: ctx.actor.name, endRecordedAt: now },
        });
        if (count === 0) throw new Conflict();
        const invitations = await endInvitations(tx, seen, endsAt);
        const renewals = await endRenewals(tx, ctx, seen, endsAt, now);
        await record(tx, ctx, seen, { endsAt: endsAt.toISOString(), invitations, renewals });
        await tellTenancy(tx, ctx, id);
        return tx.membership.findUniqueOrThrow({ where: { id } });
      });
      await takeTenancy(ctx);
      return ended;
    },
  }),
);

/** The moment it ends. One that has not begun ends where it would have begun, so that it never runs. */
function endAsked({ startsAt, endsAt }: MembershipRow, lastDay: string | null, now: Date): Date {
  if (endsAt !== null && endsAt <= now) throw new IllegalTransition('ENDED', 'ENDED');
  const path = 'input.lastDay';
  if (lastDay !== null && lastDay < dayIn(now))
    throw new InvalidInput([{ path, message: 'The last day is today or later; leave it out to end it now.' }]);
  if (lastDay !== null && lastDay > latestDay(now)) throw new InvalidInput([{ path, message: `At most until ${latestDay(now)}.` }]);
  const asked = lastDay === null ? now : endOf(lastDay);
  if (endsAt !== null && asked >= endsAt)
    throw new InvalidInput([{ path, message: 'It ends by then already. To work on is to be invited anew.' }]);
  return asked < startsAt ? startsAt : asked;
}

/** What was offered by a right goes with it. Answers the public ids. */
async function endInvitations(tx: Tx, { sub, role, at }: MembershipRow, endsAt: Date): Promise<string[]> {
  const offered = {
    ...{ invitedBy: sub, invitedAs: role, invitedUnder: at },
    ...{ acceptedAt: null, withdrawnAt: null, expiresAt: { gt: endsAt } },
  };
  const ended = await tx.invitation.updateManyAndReturn({ where: offered, data: { expiresAt: endsAt }, select: { id: true } });
  return ended.map(({ id }) => toId('invitation', id));
}

/** What the person was to hold afterwards, the same role at the same place, ends before it begins: otherwise leaving would be a pause. */
async function endRenewals(tx: Tx, ctx: Ctx, { id, sub, role, at }: MembershipRow, endsAt: Date, now: Date): Promise<string[]> {
  const coming = await tx.membership.findMany({
    where: { sub, role, at, id: { not: id }, startsAt: { gte: endsAt }, OR: [{ endsAt: null }, { endsAt: { gt: now } }] },
  });
  const by = { endedBy: ctx.actor.sub, endedByName: ctx.actor.name, endRecordedAt: now };
  for (const next of coming) await tx.membership.update({ where: { id: next.id }, data: { endsAt: next.startsAt, ...by } });
  return coming.map((next) => toId('membership', next.id));
}

async function record(tx: Tx, ctx: Ctx, { id, sub, role, at, placeId }: MembershipRow, ended: object): Promise<void> {
  await audit(tx, ctx, {
    ...{ action: 'membership.ended', tenantId: placeId, subjectKind: 'membership', subjectId: id },
    detail: { role, at, leaving: sub === ctx.actor.sub, ...ended },
  });
}
