import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, Forbidden, InvalidInput, NotFound } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { Membership } from './membership.ts';
import { dayIn, endOf, latestDay, realNow } from './real-time.ts';
import { appointingGrant, placeIn } from './roles.ts';
import { takeTenancy, tellTenancy } from './tell-tenancy.ts';

const ROLE = 'PHARMACY_SYSTEM';

const RegisterProgramInput = builder.inputType('RegisterProgramInput', {
  description: 'A pharmacy’s own program.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The pharmacy: one that the caller answers for.' }),
    clientId: t.string({
      required: true,
      description:
        'The program’s client id at the issuer, which is the subject of its tokens too (RFC 9068). Its key stays with it and the issuer.',
    }),
    name: t.string({ required: true, description: 'What it is called: 1 to 120 characters.' }),
    endsOn: t.field({ type: 'Date', required: true, description: 'Its last day.' }),
  }),
  validate: z
    .object({
      // RFC 6749, appendix A.1, without blanks.
      clientId: z.string().regex(/^[\x21-\x7e]{1,255}$/, 'A client id has 1 to 255 visible ASCII characters.'),
      name: z.string().trim().min(1, 'A name is needed.').max(120, 'A name has at most 120 characters.'),
    })
    .loose(),
});

builder.mutationField('registerProgram', (t) =>
  t.field({
    description:
      'Makes a pharmacy’s program a member of it, until a last day: a token of that client then verifies orders there and does nothing else. Nothing secret is given out here, since the issuer knows the client. `memberships` lists it, `endMembership` ends it at once.',
    type: Membership,
    authScopes: { may: 'pharmacy-staff:appoint' },
    args: { input: t.arg({ type: RegisterProgramInput, required: true, description: 'The program.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const registered = await ctx.write({ info, args, answer: 'membership' }, async (tx) => {
        const { pharmacyId: at, clientId: sub, name, endsOn } = args.input;
        const place = placeIn(at);
        if (place?.kind !== 'pharmacy' || !ctx.actor.places('member:read').includes(place.id)) throw new NotFound();
        if ((await appointingGrant(tx, ctx, ROLE, place.id)) === null) throw new Forbidden();
        ctx.requireStepUp();
        const now = await realNow(tx);
        requireProgram(ctx, sub);
        requireEnd(endsOn, now);
        await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended($1, 0))::text`, `roles of ${sub}`);
        const held = await tx.membership.findFirst({ where: { sub, role: ROLE, at, endsAt: { gt: now } } });
        if (held !== null) throw new Conflict('This program is a member of the pharmacy already: end that first.');
        const membership = await tx.membership.create({
          data: { id: ctx.newId(), sub, role: ROLE, at, placeId: place.id, name: name.trim(), startsAt: now, endsAt: endOf(endsOn) },
        });
        await audit(tx, ctx, {
          ...{ action: 'program.registered', tenantId: place.id, subjectKind: 'membership', subjectId: membership.id },
          detail: { role: ROLE, at, clientId: sub, endsOn },
        });
        await tellTenancy(tx, ctx, membership.id);
        return membership;
      });
      await takeTenancy(ctx);
      return registered;
    },
  }),
);

/** People are invited, and accept. */
function requireProgram(ctx: Pick<Ctx, 'actor'>, sub: string): void {
  if (sub === ctx.actor.sub || tryId('user', sub) !== null || tryId('practitioner', sub) !== null)
    throw new InvalidInput([{ path: 'input.clientId', message: 'This is the subject of a person: people are invited.' }]);
}

function requireEnd(endsOn: string, now: Date): void {
  const path = 'input.endsOn';
  if (endsOn < dayIn(now)) throw new InvalidInput([{ path, message: 'The last day is today or later.' }]);
  if (endsOn > latestDay(now)) throw new InvalidInput([{ path, message: `The last day is ${latestDay(now)} at the latest.` }]);
}
