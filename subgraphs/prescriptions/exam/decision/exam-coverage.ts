import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import type { GoodFaithExam as ExamRow, Patient } from '#prisma/generated/prescriptions/client.ts';
import { examCoverage, examValidUntil } from '#rules/evaluate.ts';
import { type EarlyEnd, earlyEnds } from '#rules/exam-since.ts';
import type { ExamCoverageFacts, ExamSinceFact } from '#rules/facts.ts';
import { blockers, isBlocked, type RuleResult } from '#rules/results.ts';
import { isService } from '#rules/service-codes.ts';
import { builder, type Ctx, graph } from '../../builder.ts';
import { dayText } from '../../calendar-day.ts';
import { attestedFacts } from '../../neighbour/clinic.ts';
import { examFact } from '../../order/signing-facts.ts';
import { GoodFaithExam } from '../exam.ts';
import { askGateFacts, type NeighbourFacts } from '../gate-facts.ts';
import { decidedLater, decidedWith } from './as-decided.ts';
import { mayStandAgainst, openMark, sinceOf } from './since-exam.ts';

/** Exams of one patient for one service that are looked at, the newest: those before have long lapsed. */
const LOOKED_AT = 10;

/** What is asked: whom, for what, where they are, on which day. */
interface Question {
  readonly patient: Patient;
  readonly service: string;
  readonly patientState: string;
  /** A day, or this very moment. */
  readonly on: string;
}

/** One exam with what the rules say of it. */
interface Judged {
  readonly exam: ExamRow | null;
  readonly until: string | null;
  readonly rules: readonly RuleResult[];
  readonly ends: readonly EarlyEnd[];
}

const ExamEnd = builder.objectRef<EarlyEnd>('ExamEnd').implement({
  description: 'What ended an exam before its last day.',
  fields: (t) => ({
    on: t.field({ type: 'Date', resolve: ({ on }) => on, description: 'The day (UTC) on which it came about.' }),
    ruleId: t.exposeString('ruleId', {
      description:
        'The rule that says so: `exam.approved` of a revocation, `exam.contraindication` of new answers that block, `exam.laterDecision` of a later exam that decided against, hangs on a condition or was taken back, `exam.unquestioned` of a mark as entered in error.',
    }),
  }),
});

const ExamCoverageType = builder.objectRef<Judged & { readonly on: string }>('ExamCoverage').implement({
  description: 'Whether a good-faith exam covers a patient for a service on a day, and otherwise what is missing.',
  fields: (t) => ({
    covered: t.boolean({ resolve: ({ rules }) => !isBlocked(rules), description: 'Whether one does.' }),
    on: t.field({ type: 'Date', resolve: ({ on }) => on.slice(0, 10), description: 'The day asked about (UTC).' }),
    exam: t.field({
      type: GoodFaithExam,
      nullable: true,
      resolve: ({ exam }) => exam,
      description: 'The exam that covers; when none does, the one that comes nearest, or none at all.',
    }),
    until: t.field({
      type: 'Date',
      nullable: true,
      resolve: ({ until, rules }) => (isBlocked(rules) ? null : until),
      description:
        'The last day on which it covers by its own date and the attested term; null when none does. What it also stands on may end sooner: ask again with `on`.',
    }),
    endedEarly: t.field({
      type: [ExamEnd],
      resolve: ({ ends }) => [...ends],
      description:
        'What ended that exam before its last day, the earliest first; empty while nothing has. A new service is not among it: that was never covered.',
    }),
    missing: t.field({
      type: [graph.RuleResult],
      resolve: ({ rules }) => blockers(rules),
      description: 'What stands in the way, each with what would put it right; empty when covered.',
    }),
    rules: t.field({
      type: [graph.RuleResult],
      resolve: ({ rules }) => [...rules],
      description:
        'Every rule that was asked of that exam, passes included: the ones signing an order asks, but those about its ingredients.',
    }),
  }),
});

builder.queryField('examCoverage', (t) =>
  t.field({
    type: ExamCoverageType,
    description:
      'Which exam covers a patient for a service on a day, and until when, or what is missing. Asked anew each time over what is on record now: nothing of it is stored.',
    authScopes: { may: 'exam:read' },
    args: {
      patientId: t.arg.id({ required: true, description: 'The patient.' }),
      service: t.arg.string({ required: true, description: 'Code of the service.' }),
      on: t.arg({ type: 'Date', description: 'The day (UTC); today when left out.' }),
      patientState: t.arg({ type: graph.UsState, description: 'Where the patient is that day; the state of their address when left out.' }),
    },
    resolve: async (_root, args, ctx) => {
      const patient = await ctx.load<Patient>('patient', fromId('patient', args.patientId), {
        clinicId: { in: [...ctx.actor.places('exam:read')] },
      });
      if (patient === null) throw new NotFound();
      if (!isService(args.service)) throw new InvalidInput([{ path: 'service', message: 'is not the code of a service' }]);
      const now = ctx.now().toISOString();
      const on = args.on == null || args.on === now.slice(0, 10) ? now : args.on;
      return nearest(ctx, { patient, service: args.service, patientState: String(args.patientState ?? patient.state), on });
    },
  }),
);

async function nearest(ctx: Ctx, asked: Question): Promise<Judged & { on: string }> {
  const rows = await readHeld(ctx, asked);
  const held = rows.exams.map(examAlone);
  const exams = rows.exams.map((exam) => decidedWith(examAlone(exam), exam));
  const since = new Map(rows.exams.map((exam) => [exam.id, sinceHeld(exam, rows)]));
  const examiners = [...new Set(exams.flatMap(({ examinerId }) => (examinerId === null ? [] : [examinerId])))];
  // Without an exam nothing of a neighbour decides.
  const told = exams.length === 0 ? null : await askGateFacts(ctx, examiners, [asked.patient.clinicId]);
  const judged = exams.map((exam) => judge(ctx, asked, exam, since.get(exam.id) ?? null, told));
  const none: Judged = { exam: null, until: null, ends: [], rules: examCoverage(coverageFacts(asked, told, 'none'), asked.on) };
  const [best] = judged.toSorted((a, b) => blockers(a.rules).length - blockers(b.rules).length || later(a, b));
  // Shown as its own row, whatever it counts as.
  const exam = held.find(({ id }) => id === best?.exam?.id) ?? null;
  return { ...(best ?? none), exam, on: asked.on };
}

/** The exams that are looked at and the newest answers, under the policy of each table, in one statement however many there are. */
async function readHeld(ctx: Ctx, { patient, service }: Question) {
  const found = await ctx.db.patient.findFirst({
    where: { id: patient.id },
    include: {
      exams: {
        where: { clinicId: patient.clinicId, service, status: 'COMPLETED' },
        orderBy: [{ completedAt: 'desc' }, { id: 'desc' }],
        take: LOOKED_AT,
        include: { ...decidedLater, intake: { select: { submittedAt: true } }, errorReports: openMark },
      },
      // The second is looked at only where the newest are an exam's own.
      intakes: { where: { service }, orderBy: [{ submittedAt: 'desc' }, { id: 'desc' }], take: 2 },
    },
  });
  const { exams, intakes } = found ?? { exams: [], intakes: [] };
  ctx.seen('goodFaithExam', exams);
  ctx.seen('intake', intakes);
  for (const { directorDecision } of exams) ctx.seen('examDirectorDecision', directorDecision);
  return { exams, intakes };
}

type HeldRows = Awaited<ReturnType<typeof readHeld>>;
type HeldExam = HeldRows['exams'][number];

function examAlone({ directorDecision, conditionsMet, intake, errorReports, ...exam }: HeldExam): ExamRow {
  return exam;
}

/** What came after one of them. Whatever may stand against it is newer and for the same service, and so among those that were read. */
function sinceHeld(exam: HeldExam, { exams, intakes }: HeldRows): ExamSinceFact | null {
  const { completedAt, intakeId, intake } = exam;
  if (completedAt === null) return null;
  const answers = intakes.find(({ id, submittedAt }) => id !== intakeId && submittedAt >= intake.submittedAt) ?? null;
  const later = exams.filter((one) => one.completedAt !== null && one.completedAt > completedAt && mayStandAgainst(one));
  return sinceOf({ answers, against: later.map((one) => decidedWith(examAlone(one), one)), marked: exam.errorReports[0] ?? null });
}

// Of two that cover, the one that lasts longer; of two that don't, the newer, which comes first already.
function later(a: Judged, b: Judged): number {
  return (b.until ?? '').localeCompare(a.until ?? '');
}

function judge(ctx: Ctx, asked: Question, exam: ExamRow, since: ExamSinceFact | null, told: NeighbourFacts | null): Judged {
  const examiner = told?.practitioners.get(exam.examinerId ?? '') ?? null;
  const fact = examFact(exam, examiner, ctx.now(), since);
  const facts = coverageFacts(asked, told, fact);
  return { exam, until: untilOf(facts, exam, asked.on), ends: earlyEnds(fact), rules: examCoverage(facts, asked.on) };
}

function coverageFacts(asked: Question, told: NeighbourFacts | null, exam: ExamCoverageFacts['exam']): ExamCoverageFacts {
  const { patient, service, patientState } = asked;
  return { ...attestedFacts(told?.clinics.get(patient.clinicId)), patientId: toId('patient', patient.id), patientState, service, exam };
}

/** The day fixed at completion, or the one that today's attested term gives where that is earlier: both must hold. */
function untilOf(facts: ExamCoverageFacts, { completedAt, validUntil }: ExamRow, on: string): string | null {
  if (completedAt === null || validUntil === null) return null;
  const term = examValidUntil(facts, completedAt.toISOString(), on);
  return term === null ? null : ([dayText(validUntil), term].toSorted()[0] ?? null);
}
