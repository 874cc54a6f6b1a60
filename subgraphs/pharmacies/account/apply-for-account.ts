import { z } from 'zod';
import { type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, tryId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import { builder, type Tx } from '../builder.ts';
import { line } from '../facility/plain-text.ts';
import { accountMoves } from './account-moves.ts';
import { noteStep } from './account-step.ts';
import { ClinicPharmacyAccount } from './account.ts';
import { askResponsible, requireResponsible } from './responsible-physician.ts';

const AnswerInput = builder.inputType('AccountAnswerInput', {
  description: 'What a clinic answers to a requirement.',
  fields: (t) => ({
    code: t.string({ required: true, description: 'The requirement’s code.' }),
    answer: t.string({ required: true, description: 'The answer, at most 2,000 characters: nothing of a patient.' }),
  }),
  validate: z.object({ answer: line('The answer', 2_000) }).loose(),
});

const Input = builder.inputType('ApplyForAccountInput', {
  description: 'A clinic that wants a pharmacy to fill for it.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The pharmacy.' }),
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    responsiblePhysicianId: t.id({
      required: true,
      description: 'The physician who answers for what the clinic orders, licensed where the clinic is.',
    }),
    answers: t.field({ type: [AnswerInput], required: true, description: 'Answers to what the pharmacy asks for.' }),
  }),
  validate: z.object({ answers: z.array(z.unknown()).max(30, 'At most 30 answers.') }).loose(),
});

type Told = typeof Input.$inferInput;

async function issuesOf(tx: Tx, pharmacyId: string, answers: Told['answers']): Promise<InputIssue[]> {
  const asked = await tx.accountRequirement.findMany({ where: { pharmacyId, endedAt: null }, orderBy: { code: 'asc' } });
  const given = new Set(answers.map(({ code }) => code));
  return [
    ...answers.flatMap(({ code }, index) =>
      asked.some((one) => one.code === code)
        ? []
        : [{ path: `input.answers.${index}.code`, message: 'The pharmacy does not ask for this.' }],
    ),
    ...asked.flatMap(({ code, required }) =>
      required && !given.has(code) ? [{ path: 'input.answers', message: `The pharmacy asks for ${code}.` }] : [],
    ),
  ];
}

builder.mutationField('applyForAccount', (t) =>
  t.field({
    description: 'Asks a pharmacy to fill for a clinic, again after a refusal, or with what it asked for. Its own people decide.',
    type: ClinicPharmacyAccount,
    authScopes: { may: 'account:apply' },
    args: { input: t.arg({ type: Input, required: true, description: 'Who applies, and the answers.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const clinicId = tryId('clinic', args.input.clinicId);
      const own = clinicId !== null && ctx.actor.places('account:apply').includes(clinicId);
      const told = own ? await askResponsible(ctx, args.input.responsiblePhysicianId, args.input.clinicId) : null;
      return ctx.write({ info, args, answer: 'clinicPharmacyAccount' }, async (tx) => {
        if (clinicId === null || told === null) throw new NotFound();
        const pharmacyId = fromId('pharmacy', args.input.pharmacyId);
        const pharmacy = await tx.pharmacy.findUnique({ where: { id: pharmacyId } });
        if (pharmacy === null) throw new NotFound();
        const responsiblePhysicianId = tryId('practitioner', args.input.responsiblePhysicianId);
        if (responsiblePhysicianId === null)
          throw new InvalidInput([{ path: 'input.responsiblePhysicianId', message: 'This is no practitioner’s id.' }]);
        if (pharmacy.status !== 'ACTIVE')
          throw new InvalidInput([{ path: 'input.pharmacyId', message: `The pharmacy is ${pharmacy.status}.` }]);
        const issues = await issuesOf(tx, pharmacyId, args.input.answers);
        if (issues.length > 0) throw new InvalidInput(issues);
        requireResponsible(told, ctx.now());

        const [appliedAt, appliedBy] = [ctx.now(), ctx.actor.sub];
        const applied = { status: 'APPLIED', reason: null, reasonCode: null, responsiblePhysicianId, appliedAt, appliedBy };
        const key = { pharmacyId_clinicId: { pharmacyId, clinicId } };
        await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('account:' || $1, 0))::text`, `${pharmacyId} ${clinicId}`);
        const before = await tx.clinicPharmacyAccount.findUnique({ where: key });
        if (before !== null) requireMove(accountMoves, before.status, 'APPLIED');
        const account =
          before === null
            ? await tx.clinicPharmacyAccount.create({ data: { id: ctx.newId(), pharmacyId, clinicId, ...applied } })
            : await tx.clinicPharmacyAccount.update({ where: { id: before.id }, data: applied });
        await tx.accountAnswer.createMany({
          data: args.input.answers.map(({ code, answer }) => ({
            ...{
              id: ctx.newId(),
              accountId: account.id,
              pharmacyId,
              clinicId,
              code,
              answer: answer.trim(),
              answeredBy: appliedBy,
              answeredAt: appliedAt,
            },
          })),
        });
        await noteStep(tx, ctx, account, { status: 'APPLIED', reasonCode: null, reason: null });
        return account;
      });
    },
  }),
);
