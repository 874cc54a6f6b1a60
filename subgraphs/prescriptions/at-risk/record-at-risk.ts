import type { GoodFaithExam as ExamRow, Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { GoodFaithExam } from '../exam/exam.ts';
import { examVisibleTo } from '../exam/visible-to.ts';
import { Order } from '../order/order.ts';
import { orderVisibleTo } from '../order/visible-to.ts';
import { Clinic, clinicOf, Practitioner } from '../references.ts';
import { type AtRisk, atRiskOf } from './judged.ts';
import type { Acting } from './must-act.ts';

const Kind = builder.enumType('AtRiskKind', {
  description: 'What is at risk.',
  values: { EXAM: { description: 'A booked exam that is not over.' }, ORDER: { description: 'A signed order that is not finished.' } },
});

const ToDoEnum = builder.enumType('AtRiskToDo', {
  description: 'What to do with an exam or order until what stands in its way is put right.',
  values: {
    REBOOK: { description: 'Book the exam anew with another examiner: this one may not hold it.' },
    ASK_PATIENT: { description: 'Ask the patient for the consent that is missing.' },
    EXAMINE_AGAIN: { description: 'Cancel the order and examine again: its exam carries nothing any more.' },
    ORDER_ANEW: {
      description: 'Cancel the order and sign another: this prescriber may not prescribe there, or this pharmacy may not ship there.',
    },
    HOLD: { description: 'Leave the order where it is, unsent and unfilled, until whoever must act has done so.' },
    WAIT: { description: 'Nothing at the exam itself helps: it is held when whoever must act has done so in time.' },
  } as const,
});

const Role = builder.enumType('AtRiskActingRole', {
  description: 'As what somebody must act.',
  values: {
    FRONT_DESK: { description: 'The clinic’s front desk: books, cancels, asks the patient.' },
    EXAMINER: { description: 'The examiner: own licence.' },
    PRESCRIBER: { description: 'A prescriber: own licence, or another order.' },
    MEDICAL_DIRECTOR: { description: 'The medical director: own licence and insurance, protocols, safety holds.' },
    COMPLIANCE_OFFICER: { description: 'A compliance officer of the entity: verifies, engages, keeps agreements, attests.' },
    PHARMACIST: { description: 'The pharmacy: its own licences and permits.' },
  } as const,
});

const On = builder.enumType('AtRiskActingOn', {
  description: 'On what somebody must act.',
  values: {
    RECORD: { description: 'On the exam or order itself, as `toDo` says.' },
    CAUSE: { description: 'On what stands in its way.' },
  } as const,
});

const ActingType = builder.objectRef<Acting>('AtRiskActing').implement({
  description: 'Somebody who must act for a record at risk.',
  fields: (t) => ({
    role: t.field({ type: Role, resolve: ({ role }) => role, description: 'As what.' }),
    practitioner: t.field({
      type: Practitioner,
      nullable: true,
      resolve: ({ practitionerId }) => (practitionerId === null ? null : { id: practitionerId }),
      description: 'Who, where it is one person’s to do and known.',
    }),
    on: t.field({ type: On, resolve: ({ on }) => on, description: 'On the record, or on what stands in its way.' }),
    ruleIds: t.stringList({ resolve: ({ ruleIds }) => [...ruleIds], description: 'Because of which rules.' }),
  }),
});

/** An exam or order that would be refused today. It names no patient; who may open the exam or the order sees the rest there. */
export const RecordAtRisk = builder.objectRef<AtRisk>('RecordAtRisk').implement({
  description: 'A booked exam or a signed order on its way whose gate, asked again now, says no. Worked out when asked, never stored.',
  authScopes: { may: 'at-risk:read' },
  fields: (t) => ({
    kind: t.field({ type: Kind, resolve: ({ record }) => record.kind, description: 'What it is.' }),
    subjectId: t.id({
      resolve: ({ record }) => toId(record.kind === 'EXAM' ? 'exam' : 'order', record.id),
      description: 'Id of the exam or order, for those too who may not open it.',
    }),
    exam: t.field({
      type: GoodFaithExam,
      nullable: true,
      resolve: ({ record }, _args, ctx) =>
        record.kind === 'EXAM' && ctx.actor.may('exam:read') ? ctx.load<ExamRow>('goodFaithExam', record.id, examVisibleTo(ctx)) : null,
      description: 'The exam; null for an order, and for callers who may not see exams.',
    }),
    order: t.field({
      type: Order,
      nullable: true,
      resolve: ({ record }, _args, ctx) =>
        record.kind === 'ORDER' && ctx.actor.may('order:read') ? ctx.load<OrderRow>('order', record.id, orderVisibleTo(ctx)) : null,
      description: 'The order; null for an exam, and for callers who may not see orders.',
    }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      resolve: ({ record }) => clinicOf(record.clinicId),
      description: 'The clinic it belongs to.',
    }),
    due: t.field({
      type: 'DateTime',
      resolve: ({ record }) => record.due,
      description: 'When the exam begins, or when the order was signed.',
    }),
    blockers: t.field({
      type: [graph.RuleResult],
      resolve: ({ blockers }) => [...blockers],
      description:
        'What stands in the way, as booking and sending ask it; never empty. What is of the patient (consents, safety holds, the exam’s own standing) is told and asked only for those who read patients’ records at the clinic.',
    }),
    since: t.field({
      type: 'Date',
      nullable: true,
      resolve: ({ since }) => since,
      description: 'The first day (UTC) on which something of it had lapsed, or will have by the time; empty where no date on record says.',
    }),
    toDo: t.field({ type: ToDoEnum, resolve: ({ toDo }) => toDo, description: 'What to do with it meanwhile.' }),
    mustAct: t.field({
      type: [ActingType],
      resolve: ({ mustAct }) => [...mustAct],
      description: 'Who must act: first on the record itself, then on what stands in its way.',
    }),
  }),
});

const scope = { may: 'at-risk:read' } as const;

builder.objectField(GoodFaithExam, 'atRisk', (t) =>
  t.field({
    type: RecordAtRisk,
    nullable: true,
    authScopes: scope,
    description:
      'What stands in the way of this booked exam today; empty when nothing does, and for an exam that is not booked or is over.',
    resolve: (exam, _args, ctx) => atRiskOf(ctx, exam.id),
  }),
);

builder.objectField(Order, 'atRisk', (t) =>
  t.field({
    type: RecordAtRisk,
    nullable: true,
    authScopes: scope,
    description:
      'What stands in the way of this signed order today; empty when nothing does, and for a draft or an order that is finished.',
    resolve: (order, _args, ctx) => atRiskOf(ctx, order.id),
  }),
);
