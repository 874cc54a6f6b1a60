import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { isService } from '#rules/service-codes.ts';
import { builder, graph, type Tx } from '../builder.ts';
import { ExaminerPanel } from './examiner-panel.ts';

const PanelExaminerInput = builder.inputType('PanelExaminerInput', {
  description: 'Somebody who is to hold exams for a clinic.',
  fields: (t) => ({
    examinerId: t.id({ required: true, description: 'An examiner who belongs to the clinic or its entity.' }),
    services: t.stringList({ description: 'Codes of the services they are to take; left out for all.' }),
    states: t.field({
      type: [graph.UsState],
      description: 'The states of patients whom they are to examine; left out for all in which they may.',
    }),
  }),
  validate: z
    .object({
      services: z
        .array(z.string())
        .min(1, 'Name a service, or leave the list out for all of them.')
        .max(50, 'Too many services.')
        .nullish(),
      states: z
        .array(z.string())
        .min(1, 'Name a state, or leave the list out for all of them.')
        .max(51, 'There are 51 states to name.')
        .nullish(),
    })
    .loose(),
});

const SetExaminerPanelInput = builder.inputType('SetExaminerPanelInput', {
  description: 'Everybody who is to hold exams for a clinic: who is not named holds no more that are booked from now on.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    examiners: t.field({ type: [PanelExaminerInput], required: true, description: 'Who, at most 200.' }),
  }),
  validate: z.object({ examiners: z.array(z.unknown()).max(200, 'At most 200 examiners.') }).loose(),
});

type Input = typeof SetExaminerPanelInput.$inferInput;

builder.mutationField('setExaminerPanel', (t) =>
  t.field({
    type: ExaminerPanel,
    description: 'Says whom a clinic asks to hold its exams. Booked exams stay: those of examiners no longer asked are listed.',
    authScopes: { may: 'schedule:arrange' },
    args: { input: t.arg({ type: SetExaminerPanelInput, required: true, description: 'The panel.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examinerPanel' }, async (tx) => {
        const clinicId = fromId('clinic', args.input.clinicId);
        if (!ctx.actor.places('schedule:arrange').includes(clinicId)) throw new NotFound();
        const issues = [...issuesOf(args.input), ...(await strangers(tx, clinicId, args.input))];
        if (issues.length > 0) throw new InvalidInput(issues);
        const arranged = { arrangedAt: ctx.now(), arrangedBy: ctx.actor.sub };
        // The row is the lock: of two that arrange at once, the second replaces what the first has written.
        await tx.examinerPanel.createMany({ data: [{ id: clinicId, ...arranged }], skipDuplicates: true });
        const panel = await tx.examinerPanel.update({ where: { id: clinicId }, data: arranged });
        const before = await tx.examinerClinic.findMany({ where: { clinicId }, select: { examinerId: true } });
        await tx.examinerClinic.deleteMany({ where: { clinicId } });
        const members = args.input.examiners.map(({ examinerId, services, states }) => ({
          ...{ id: ctx.newId(), clinicId, examinerId: fromId('practitioner', examinerId) },
          ...{ services: [...(services ?? [])].sort(), states: [...(states ?? [])].map(String).sort() },
        }));
        await tx.examinerClinic.createMany({ data: members });
        await audit(tx, ctx, {
          ...{ action: 'examiner-panel.set', tenantId: clinicId },
          detail: {
            before: before.map(({ examinerId }) => examinerId),
            now: members.map(({ examinerId, services, states }) => ({ examinerId, services, states })),
          },
        });
        return panel;
      }),
  }),
);

function issuesOf({ examiners }: Input): InputIssue[] {
  const named = examiners.map(({ examinerId }) => String(examinerId));
  return examiners.flatMap(({ examinerId, services, states }, index) => {
    const issue = (path: string, message: string): InputIssue => ({ path: `input.examiners.${index}.${path}`, message });
    return [
      ...(tryId('practitioner', examinerId) === null ? [issue('examinerId', 'This is no id of a practitioner.')] : []),
      ...(named.indexOf(String(examinerId)) < index ? [issue('examinerId', 'They are named twice.')] : []),
      ...(services ?? []).flatMap((code, place) => (isService(code) ? [] : [issue(`services.${place}`, 'There is no such service.')])),
      ...(new Set(services).size < (services ?? []).length ? [issue('services', 'A service is named twice.')] : []),
      ...(new Set(states).size < (states ?? []).length ? [issue('states', 'A state is named twice.')] : []),
    ];
  });
}

/** Whoever is no examiner of the clinic: naming them would show their hours to people they have nothing to do with. */
async function strangers(tx: Tx, clinicId: string, { examiners }: Input): Promise<InputIssue[]> {
  const clinic = await tx.tenancyClinic.findUnique({ where: { clinicId } });
  const places = [toId('clinic', clinicId), ...(clinic === null ? [] : [toId('entity', clinic.entityId)])];
  const subs = examiners.map(({ examinerId }) => String(examinerId));
  const members = await tx.tenancyMembership.findMany({
    where: { sub: { in: subs }, role: 'EXAMINER', at: { in: places } },
    select: { sub: true },
  });
  return subs.flatMap((sub, index) =>
    members.some((member) => member.sub === sub)
      ? []
      : [{ path: `input.examiners.${index}.examinerId`, message: 'They are no examiner of this clinic or its entity.' }],
  );
}
