import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { dayText } from '../calendar-day.ts';
import { requirePass } from '../decided.ts';
import { decideBooking, type ExamPlan } from '../exam/exam-gate.ts';
import { askGateFacts, type NeighbourFacts } from '../exam/gate-facts.ts';
import { hoursOfClinic } from '../schedule/hours-of-clinic.ts';
import { openTimes } from '../schedule/open-times.ts';
import { settingsOf } from '../schedule/settings-of.ts';
import { requireShown, ShownTimeInput } from '../schedule/shown-time.ts';
import { type Sitting, sittingAt, type SlotRule, slotsIn, tooNear } from '../schedule/slots.ts';
import { reserveApart, takenBetween } from './claims.ts';
import type { TimeWanted } from './obstacles.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { HOLD_MINUTES, SlotHold } from './slot-hold.ts';
import { SlotTaken } from './slot-taken.ts';

const MINUTE_MS = 60_000;

const HoldSlotInput = builder.inputType('HoldSlotInput', {
  description: 'A free time, for one patient.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    patientId: t.id({ required: true, description: 'The patient.' }),
    service: t.string({ required: true, description: 'Code of the service.' }),
    patientState: t.field({ type: graph.UsState, required: true, description: 'Where the patient will be during the exam.' }),
    examinerId: t.id({ required: true, description: 'Who is to hold it.' }),
    startsAt: t.field({ type: 'DateTime', required: true, description: 'Beginning of a slot.' }),
    modality: t.field({ type: graph.Modality, required: true, description: 'How it is to be held.' }),
    shownAs: t.field({ type: ShownTimeInput, description: 'The time as it was shown to the patient or the desk.' }),
  }),
});

builder.mutationField('holdSlot', (t) =>
  t.field({
    type: SlotHold,
    description: 'Keeps a time for a patient for ten minutes. Of all who ask for one time, one gets it.',
    authScopes: { may: 'exam:book' },
    args: { input: t.arg({ type: HoldSlotInput, required: true, description: 'The time and the patient.' }) },
    errors: { types: [SlotTaken] },
    resolve: async (_root, args, ctx, info) => {
      const { service, startsAt } = args.input;
      const plan: ExamPlan = {
        clinicId: fromId('clinic', args.input.clinicId),
        service,
        patientState: String(args.input.patientState),
        modality: args.input.modality,
        startsAt,
        examinerId: fromId('practitioner', args.input.examinerId),
      };
      const patientId = fromId('patient', args.input.patientId);
      const facts = ctx.actor.places('exam:book').includes(plan.clinicId)
        ? await askGateFacts(ctx, [plan.examinerId], [plan.clinicId])
        : null;
      const attempt = () =>
        ctx.write({ info, args, answer: 'slotHold' }, async (tx) => {
          if (facts === null) throw new NotFound();
          const patient = await tx.patient.findFirst({ where: { id: patientId, clinicId: plan.clinicId } });
          if (patient === null) throw new NotFound();
          if (startsAt <= ctx.now()) throw new InvalidInput([{ path: 'input.startsAt', message: 'lies in the past' }]);
          requireShown(startsAt, args.input.shownAs);
          requirePass(decideBooking(plan, facts, ctx.now(), dayText(patient.birthDate)));
          const { rule } = await settingsOf(tx, plan.clinicId, service);
          const sitting = sittingAt(startsAt.getTime(), rule);
          // A look without a lock: in a rush for one slot, all but the first few stop here and keep nobody waiting.
          const taken = await takenBetween(tx, [plan.examinerId], startsAt, new Date(sitting.to), ctx.now());
          if (taken.some((exam) => tooNear(exam, sitting))) throw new SlotTaken(plan, facts);
          await requireOpen(tx, ctx, plan, sitting, rule);
          return hold(tx, ctx, plan, sitting, patientId, facts);
        });
      if (facts === null || ctx.hasKey) return attempt();
      return inLineFor(ctx)(lineFor(plan), attempt, () => new SlotTaken(plan, facts));
    },
  }),
);

/** Whoever stands in one line asks the same: how long an exam is and what is kept clear around it are the clinic's and the service's. */
export function lineFor({ examinerId, startsAt, clinicId, service }: Omit<TimeWanted, 'endsAt'>): string {
  return [examinerId, startsAt.getTime(), clinicId, service].join(' ');
}

/** One set of lines a running subgraph: its events are the same object in every request. */
const lines = new WeakMap<object, ReturnType<typeof oneAtATime>>();

function inLineFor(ctx: Ctx): ReturnType<typeof oneAtATime> {
  const line = lines.get(ctx.events) ?? oneAtATime();
  lines.set(ctx.events, line);
  return line;
}

/** Throws unless a slot of the examiner's own hours begins exactly then, and late enough from now. */
async function requireOpen(tx: Tx, ctx: Ctx, plan: ExamPlan, sitting: Sitting, rule: SlotRule): Promise<void> {
  const refuse = (message: string) => new InvalidInput([{ path: 'input.startsAt', message }]);
  const window = { from: plan.startsAt, to: new Date(sitting.to) };
  const { hours, exceptions, off } = await hoursOfClinic(tx, { ...plan, ...window });
  const slots = slotsIn(openTimes(hours, exceptions, window), { off, taken: [] }, window, rule);
  if (!slots.some((slot) => slot.modality === plan.modality && slot.from === sitting.from))
    throw refuse('is not the beginning of a time at which this examiner can be booked this way');
  if (sitting.from < ctx.now().getTime() + rule.leadMinutes * MINUTE_MS)
    throw refuse(`must lie at least ${rule.leadMinutes} minutes ahead at this clinic`);
}

async function hold(tx: Tx, ctx: Ctx, plan: ExamPlan, sitting: Sitting, patientId: string, facts: NeighbourFacts) {
  const id = ctx.newId();
  const [startsAt, endsAt, keptFrom, keptTo] = [sitting.from, sitting.to, sitting.keptFrom, sitting.keptTo].map(
    (moment) => new Date(moment),
  ) as [Date, Date, Date, Date];
  const expiresAt = new Date(ctx.now().getTime() + HOLD_MINUTES * MINUTE_MS);
  await audit(tx, ctx, {
    action: 'slot.held',
    tenantId: plan.clinicId,
    subjectKind: 'slotHold',
    subjectId: id,
    patientId,
    detail: { examiner: plan.examinerId, startsAt: plan.startsAt.toISOString() },
  });
  const row = await tx.slotHold.create({ data: { ...plan, id, patientId, endsAt, expiresAt, heldAt: ctx.now(), heldBy: ctx.actor.sub } });
  // Last: the calendar stays locked from here to the commit, and others wait for it.
  const got = await reserveApart(tx, { ownerId: id, examinerId: plan.examinerId, startsAt, endsAt, keptFrom, keptTo, expiresAt }, ctx);
  if (!got) throw new SlotTaken(plan, facts);
  return row;
}
