import { z } from 'zod';
import type { Invitation as InvitationRow } from '#prisma/generated/clinics/client.ts';
import { audit } from '#kernel/audit.ts';
import { question } from '#kernel/context.ts';
import { Forbidden, InvalidInput, NotFound } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import type { Role } from '#kernel/permissions.ts';
import { roleRights } from '#kernel/role-rights.ts';
import { claimText } from '#kernel/token.ts';
import { builder, type Ctx } from '../builder.ts';
import { Invitation } from './invitation.ts';
import { codeOf, hashOf } from './invitation-code.ts';
import { dayIn, endOf, latestDay, realNow, startOf } from './real-time.ts';
import { appointingGrant, InvitedRole, type Place, placeIn, practitionerRoles } from './roles.ts';

/** Long enough for somebody who is away, short enough that a forgotten one opens nothing. */
const GOOD_FOR_MS = 7 * 86_400_000;

const InviteMemberInput = builder.inputType('InviteMemberInput', {
  description: 'Who is invited to do what, where.',
  fields: (t) => ({
    at: t.id({
      required: true,
      description: 'The clinic, entity, MSO or pharmacy: one of the caller’s own; for an operator, every pharmacy and the platform.',
    }),
    role: t.field({ type: InvitedRole, required: true, description: 'The role.' }),
    name: t.string({ required: true, description: 'What the person is called: 1 to 120 characters.' }),
    subject: t.string({
      description:
        'The subject of the person’s tokens: nobody else can accept then. Needed for those who examine, prescribe or direct, who sign in by their practitioner id, and for a desk that an MSO’s manager appoints to. Left out, whoever has the code can.',
    }),
    startsOn: t.field({ type: 'Date', description: 'First day, today or later; left out for the day on which it is accepted.' }),
    endsOn: t.field({ type: 'Date', description: 'Last day; left out for no end.' }),
  }),
  validate: z
    .object({
      name: z.string().trim().min(1, 'A name is needed.').max(120, 'A name has at most 120 characters.'),
      subject: claimText.nullish(),
    })
    .loose(),
});

const NewInvitation = builder.objectRef<InvitationRow>('NewInvitation').implement({
  description: 'An invitation with its code, which is shown here and nowhere else.',
  authScopes: { may: 'member:read' },
  fields: (t) => ({
    invitation: t.field({ type: Invitation, resolve: (invitation) => invitation, description: 'The invitation.' }),
    code: t.string({
      resolve: (invitation, _args, ctx) => codeOf(ctx, invitation.id),
      description: 'Give it to the person invited, and to nobody else: it is good once. Only its hash is kept.',
    }),
  }),
});

builder.mutationField('inviteMember', (t) =>
  t.field({
    description:
      'Invites somebody to a role. A compliance officer of an entity invites to all roles at the entity and its clinics; an MSO’s manager to the front desk of clinics it manages and to its own management, never to a clinical role; who answers for a pharmacy’s compliance to all its roles; an operator to the first such role at a pharmacy and to the platform. Nobody invites themselves.',
    type: NewInvitation,
    authScopes: { may: ['member:appoint', 'staff:appoint', 'pharmacy-staff:appoint', 'platform:appoint'] },
    args: { input: t.arg({ type: InviteMemberInput, required: true, description: 'Who is invited to do what, where.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const known = await isPharmacy(ctx, args.input.at);
      return ctx.write({ info, args, answer: 'invitation' }, async (tx) => {
        const { at, role, name, startsOn = null, endsOn = null } = args.input;
        const subject = args.input.subject ?? null;
        const place = placeIn(at);
        if (place === null || !(known || ctx.actor.places('member:read').includes(place.id))) throw new NotFound();
        const by = await appointingGrant(tx, ctx, role, place.id);
        if (by === null) throw new Forbidden();
        ctx.requireStepUp();
        const now = await realNow(tx);
        requireSense(ctx, { place, role, subject, startsOn, endsOn, by: by.role }, now);
        const id = ctx.newId();
        const week = new Date(now.getTime() + GOOD_FOR_MS);
        const invited = await tx.invitation.create({
          data: {
            ...{ id, at, placeId: place.id, role, subject, name: name.trim(), codeHash: hashOf(codeOf(ctx, id)) },
            ...{ invitedBy: ctx.actor.sub, invitedByName: ctx.actor.name, invitedAs: by.role, invitedUnder: by.at, invitedAt: now },
            ...{ startsOn: startsOn && startOf(startsOn), endsOn: endsOn && startOf(endsOn) },
            expiresAt: endsOn !== null && endOf(endsOn) < week ? endOf(endsOn) : week,
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'invitation.given', tenantId: place.id, subjectKind: 'invitation', subjectId: id },
          detail: { role, at, subject, startsOn, endsOn },
        });
        return invited;
      });
    },
  }),
);

/** For an operator, who is at home at none of them: whether there is such a pharmacy. Asked of its owner. */
async function isPharmacy(ctx: Ctx, at: string): Promise<boolean> {
  if (!ctx.actor.may('platform:appoint') || placeIn(at)?.kind !== 'pharmacy') return false;
  return (await ctx.graph.ask(pharmacyNamed, { id: at }))?.pharmacy?.id === at;
}

const pharmacyNamed = question<{ readonly pharmacy: { readonly id: string } | null }, { id: string }>(
  'service',
  'query PharmacyNamed($id: ID!) { pharmacy(id: $id) { id } }',
);

interface Offer {
  readonly place: Place;
  readonly role: keyof typeof roleRights;
  readonly subject: string | null;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
  /** By which role of theirs the caller invites. */
  readonly by: Role;
}

function requireSense(ctx: Pick<Ctx, 'actor'>, { place, role, subject, startsOn, endsOn, by }: Offer, now: Date): void {
  const [today, latest] = [dayIn(now), latestDay(now)];
  const refuse = (path: string, message: string) => {
    throw new InvalidInput([{ path: `input.${path}`, message }]);
  };
  if (!roleRights[role].heldAt.includes(place.kind)) refuse('at', 'This role is not held at such a place.');
  if (subject === ctx.actor.sub) refuse('subject', 'Nobody invites themselves.');
  if (practitionerRoles.includes(role) && (subject === null || tryId('practitioner', subject) === null))
    refuse('subject', 'Who examines, prescribes or directs signs in by their practitioner id: give that.');
  // Business people put nobody to a practice's desk without saying who: a code that anybody may use could be used by themselves.
  if (by === 'MSO_MANAGER' && place.kind === 'clinic' && subject === null)
    refuse('subject', 'Say who will be at the desk: the subject of their tokens.');
  if (startsOn !== null && startsOn > latest) refuse('startsOn', `The first day is ${latest} at the latest.`);
  if (endsOn !== null && endsOn > latest) refuse('endsOn', `The last day is ${latest} at the latest, or none.`);
  if (startsOn !== null && startsOn < today) refuse('startsOn', 'The first day is today or later.');
  if (endsOn !== null && endsOn < (startsOn ?? today)) refuse('endsOn', 'The last day is not before the first.');
}
