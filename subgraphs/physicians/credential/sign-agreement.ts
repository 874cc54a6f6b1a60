import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition, InvalidInput, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { evaluate } from '#rules/evaluate.ts';
import { isBlocked } from '#rules/results.ts';
import { builder, type Context, type Tx } from '../builder.ts';
import { askClinic, type ClinicTold } from '../delegation/clinic-told.ts';
import { ownPractitionerId } from '../delegation/own-practitioner.ts';
import { personFact } from '../delegation/person-fact.ts';
import { readPractitioners } from '../facts/read-practitioners.ts';
import { dayIn, hasLapsed, todayOf } from '../lapse.ts';
import { supervisedBy } from '../supervision/supervised.ts';
import { requireBothThere } from './both-there.ts';
import { CollaborativeAgreement } from './collaborative-agreement.ts';
import { type OwnAgreement, ownAgreement } from './own-agreement.ts';

const SignAgreementInput = builder.inputType('SignAgreementInput', {
  description: 'A signature under a collaborative agreement.',
  fields: (t) => ({
    agreementId: t.id({ required: true, description: 'The agreement: one’s own.' }),
    digest: t.string({ required: true, description: 'SHA-256 of the text that is signed: the agreement’s own digest.' }),
  }),
});

builder.mutationField('signAgreement', (t) =>
  t.field({
    description:
      'Signs one’s own collaborative agreement, with a second factor. Both must be licensed in the state and the physician must have room for one more. The second signature puts it in force.',
    type: CollaborativeAgreement,
    authScopes: { may: 'agreement:sign' },
    args: { input: t.arg({ type: SignAgreementInput, required: true, description: 'What is signed.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const id = fromId('collaborativeAgreement', args.input.agreementId);
      const own = ownPractitionerId(ctx, 'agreement:sign');
      const seen = await ctx.db.collaborativeAgreement.findFirst({ where: { id, OR: [{ supervisorId: own }, { superviseeId: own }] } });
      const clinic = seen === null || seen.clinicId === null ? null : await askClinic(ctx, seen.clinicId);
      return ctx.write({ info, args, answer: 'collaborativeAgreement' }, async (tx) => {
        if (seen === null) throw new NotFound();
        ctx.requireStepUp();
        // One physician's signatures are counted one after the other: two at once would both find the last place free.
        await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('supervises:' || $1, 0))::text`, seen.supervisorId);
        const found = await ownAgreement(tx, ctx, id, 'agreement:sign');
        refuseUnsignable(found, args.input.digest, ctx.now());
        await requireBothThere(tx, ctx, found.agreement, dayIn(found.agreement.startsOn));
        const rules = await rulesOf(tx, ctx, found, clinic);
        if (isBlocked(rules)) throw new RuleBlocked(rules);
        return sign(tx, ctx, found);
      });
    },
  }),
);

function refuseUnsignable({ agreement, side }: OwnAgreement, digest: string, now: Date): void {
  if (agreement.status !== 'DRAFT') throw new IllegalTransition(agreement.status, 'SIGNED');
  if (hasLapsed(agreement.endsOn, now)) throw new IllegalTransition('EXPIRED', 'SIGNED');
  if ((side === 'supervisor' ? agreement.supervisorSignedAt : agreement.superviseeSignedAt) !== null) {
    throw new Conflict('You have signed it already; the other side has not.');
  }
  if (digest !== agreement.digest) {
    throw new InvalidInput([{ path: 'input.digest', message: 'That is not the text of this agreement: read it again before you sign.' }]);
  }
}

// Everybody whom the physician supervises is counted when the physician signs. The other side may see fewer, and adds nobody.
async function rulesOf(tx: Tx, ctx: Context, { agreement, side }: OwnAgreement, clinic: ClinicTold | null) {
  const { supervisorId, superviseeId, state } = agreement;
  const now = ctx.now();
  const people = await readPractitioners({ db: tx, now: ctx.now }, [supervisorId, superviseeId]);
  const [supervisor, supervisee] = [people.get(supervisorId), people.get(superviseeId)];
  const results = evaluate(
    {
      gate: 'collaboration',
      ...{ attestations: clinic?.attestations ?? null, entityName: clinic?.entityName ?? null, state },
      supervisor: supervisor ? personFact(supervisor, now) : null,
      supervisee: supervisee ? personFact(supervisee, now) : null,
      supervised: await supervisedBy(tx, supervisorId, { state, besides: superviseeId, now }),
    },
    now.toISOString(),
  );
  return side === 'supervisor' ? results : results.filter(({ id }) => id !== `${state}.md.ratio`);
}

async function sign(tx: Tx, ctx: Context, { agreement, side, place }: OwnAgreement) {
  const { id, digest, startsOn, supervisorSignedAt, superviseeSignedAt } = agreement;
  const now = ctx.now();
  const status = (side === 'supervisor' ? superviseeSignedAt : supervisorSignedAt) === null ? 'DRAFT' : 'ACTIVE';
  // What was done before both had signed was done without it.
  const begins = status === 'ACTIVE' && startsOn < todayOf(now) ? { startsOn: todayOf(now) } : {};
  const signed = await tx.collaborativeAgreement.update({
    where: { id },
    data: { status, ...begins, ...(side === 'supervisor' ? { supervisorSignedAt: now } : { superviseeSignedAt: now }) },
  });
  await audit(tx, ctx, {
    ...{ action: 'agreement.signed', tenantId: place, subjectKind: 'collaborativeAgreement', subjectId: id },
    detail: { side, digest, status },
  });
  return signed;
}
