import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IllegalTransition } from '#kernel/errors.ts';
import { mayBecome, requireMove } from '#kernel/states.ts';
import {
  fulfillmentNews,
  type OrderStatus,
  orderMoves,
  orderStatuses,
  statusAfter,
} from '../../subgraphs/prescriptions/order/order-status.ts';

const status = fc.constantFrom(...orderStatuses);

test('has these moves and no other', () => {
  const moves = orderStatuses.flatMap((from) => orderMoves[from].map((to) => `${from} → ${to}`));
  expect(moves).toEqual([
    'DRAFT → SIGNED',
    'DRAFT → CANCELLED',
    'SIGNED → SENT',
    'SIGNED → CANCELLED',
    'SIGNED → SUPERSEDED',
    'SIGNED → EXPIRED',
    'SENT → SIGNED',
    'SENT → CANCEL_REQUESTED',
    'SENT → COMPLETED',
    'SENT → EXPIRED',
    'CANCEL_REQUESTED → CANCELLED',
    'CANCEL_REQUESTED → SENT',
    'CANCEL_REQUESTED → COMPLETED',
    'CANCEL_REQUESTED → SUPERSEDED',
    'COMPLETED → SENT',
    'COMPLETED → EXPIRED',
  ]);
});

test('refuses every pair that is not in the table, with both states named', () => {
  fc.assert(
    fc.property(status, status, (from, to) => {
      if (mayBecome(orderMoves, from, to)) return requireMove(orderMoves, from, to);
      expect(() => requireMove(orderMoves, from, to)).toThrow(new IllegalTransition(from, to));
      return undefined;
    }),
  );
});

test('never leaves CANCELLED, SUPERSEDED or EXPIRED, and never comes back to DRAFT, whatever happens to it', () => {
  fc.assert(
    fc.property(fc.array(status, { maxLength: 30 }), (wanted) => {
      const walked: OrderStatus[] = ['DRAFT'];
      for (const to of wanted) if (mayBecome(orderMoves, walked.at(-1) ?? 'DRAFT', to)) walked.push(to);
      expect(walked.indexOf('DRAFT', 1)).toBe(-1);
      const end = walked.findIndex((each) => each === 'CANCELLED' || each === 'SUPERSEDED' || each === 'EXPIRED');
      if (end !== -1) expect(end).toBe(walked.length - 1);
    }),
  );
});

test('news of a fulfillment only ever asks for a move that exists', () => {
  for (const from of orderStatuses) {
    for (const news of fulfillmentNews) {
      const to = statusAfter(from, news);
      if (to !== null) expect(`${from} → ${to}: ${mayBecome(orderMoves, from, to)}`).toBe(`${from} → ${to}: true`);
    }
  }
  expect(statusAfter('SENT', 'RETURNED')).toBe('SIGNED');
  expect(statusAfter('CANCEL_REQUESTED', 'RETURNED')).toBeNull();
  expect(statusAfter('CANCEL_REQUESTED', 'SHIPPED')).toBe('COMPLETED');
  expect(statusAfter('CANCELLED', 'SHIPPED')).toBeNull();
});
