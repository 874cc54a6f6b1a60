/** What can wait for a person, what to do about it, and who does it. */

import type { Acting } from '../at-risk/must-act.ts';

/** One way in which an order, for a patient or for stock, waits. */
export interface WaitingKind {
  /** For the graph's own documentation. */
  readonly description: string;
  /** The mutations that settle it. */
  readonly verbs: readonly string[];
  readonly role: Acting['role'];
}

/** How long before a last day an order begins to wait, in days, and after how many hours something undone does. The only place that says so. */
export const waitingFrom = { examDays: 14, orderDays: 14, fillsDays: 30, stockDays: 14, undoneHours: 24 } as const;

/** Every way in which an order waits for a person. */
export const waitingKinds = {
  REJECTED: {
    description: 'Its pharmacy refused it: it should not be filled as it is.',
    verbs: ['amendOrder', 'cancelOrder'],
    role: 'PRESCRIBER',
  },
  RETURNED: {
    description: 'Its pharmacy gave it back, or would not take it: it can be sent again.',
    verbs: ['sendOrder', 'cancelOrder'],
    role: 'PRESCRIBER',
  },
  CHANGE_ASKED: { description: 'Its pharmacy asks for a change.', verbs: ['answerChange'], role: 'PRESCRIBER' },
  CHANGE_UNSIGNED: {
    description: 'A change was approved, and the amendment waits for its signature: the pharmacy waits with it.',
    verbs: ['signOrder', 'cancelOrder'],
    role: 'PRESCRIBER',
  },
  DRAFT_UNSIGNED: { description: 'Drafted more than a day ago and not signed.', verbs: ['signOrder', 'cancelOrder'], role: 'PRESCRIBER' },
  UNSENT: {
    description:
      'Signed and never sent: for more than a day, or an amendment for which the pharmacy has already given the order before it back, at once.',
    verbs: ['sendOrder', 'cancelOrder'],
    role: 'PRESCRIBER',
  },
  DIFFERENCE_IN_REVIEW: {
    description: 'Its clinical difference reads like those of other patients and waits for a second reader: see `differenceReviews`.',
    verbs: ['reviewDifference', 'cancelOrder'],
    role: 'MEDICAL_DIRECTOR',
  },
  EXAM_ENDING: {
    description: `Not sent yet, and the exam it stands on ends within ${waitingFrom.examDays} days.`,
    verbs: ['signOrder', 'sendOrder'],
    role: 'PRESCRIBER',
  },
  ORDER_ENDING: {
    description: `Signed and not sent, with its last day within ${waitingFrom.orderDays} days.`,
    verbs: ['sendOrder'],
    role: 'PRESCRIBER',
  },
  FILLS_ENDING: {
    description: `It has fills left, and their last day is within ${waitingFrom.fillsDays} days.`,
    verbs: ['refillOrder', 'renewOrder'],
    role: 'PRESCRIBER',
  },
  PARCEL_GONE: {
    description:
      'A parcel of it was lost or spoiled, and nothing was sent in its place: its pharmacy sends it again, or the prescriber orders anew.',
    verbs: ['reshipOrder', 'renewOrder'],
    role: 'PHARMACIST',
  },
  HELD: { description: 'A safety hold stands.', verbs: ['releaseHold', 'cancelOrder'], role: 'MEDICAL_DIRECTOR' },
  GATE_BROKEN: {
    description: 'Signed, and its gate would refuse it today: see `atRisk` of the order for what stands in the way and who puts it right.',
    verbs: ['cancelOrder'],
    role: 'PRESCRIBER',
  },
  STOCK_UNANSWERED: {
    description: 'Office stock: ordered more than a day ago, and the facility has neither taken nor declined it.',
    verbs: ['answerOfficeStockOrder', 'cancelOfficeStockOrder'],
    role: 'PHARMACIST',
  },
  STOCK_INCOMPLETE: {
    description: `Office stock: some of it came more than a day ago and the rest did not, or it was taken ${waitingFrom.stockDays} days ago and nothing has come.`,
    verbs: ['receiveOfficeStock', 'closeOfficeStockOrder', 'cancelOfficeStockOrder'],
    role: 'PRESCRIBER',
  },
  STOCK_RECALLED: {
    description: 'Office stock: the facility takes back a lot that came, and the clinic has not said that it knows. Keep it apart.',
    verbs: ['acknowledgeRecall'],
    role: 'MEDICAL_DIRECTOR',
  },
  STOCK_GATE_BROKEN: {
    description:
      'Office stock that is still to come, and that would not be accepted today: a paper of the facility or a licence lapsed since, or a preparation is not offered any more.',
    verbs: ['cancelOfficeStockOrder', 'closeOfficeStockOrder'],
    role: 'PRESCRIBER',
  },
} as const satisfies Record<string, WaitingKind>;

/** One of them. */
export type WaitingFor = keyof typeof waitingKinds;
