import { expect, test } from 'vitest';
import { IllegalTransition } from '#kernel/errors.ts';
import { moveSentence } from '#kernel/move-sentence.ts';
import { accountMoves } from '../../subgraphs/pharmacies/account/account-moves.ts';
import { fulfillmentMoves } from '../../subgraphs/pharmacies/fulfillment/fulfillment-status.ts';
import { engagementMoves } from '../../subgraphs/physicians/engagement/engagement-moves.ts';
import { protocolMoves } from '../../subgraphs/physicians/protocol/protocol-moves.ts';
import { examMoves } from '../../subgraphs/prescriptions/exam/exam-status.ts';
import { orderMoves } from '../../subgraphs/prescriptions/order/order-status.ts';

test.each([
  ['none', 'GRANTED', 'What nobody proposed cannot be granted.'],
  ['BOOKED', 'COMPLETED', 'What is booked cannot be completed.'],
  ['DRAFT', 'SENT', 'What is a draft cannot be sent.'],
  ['SENT', 'SIGNED', 'What is with its pharmacy cannot be signed.'],
  ['SIGNED', 'DRAFT', 'What is signed cannot become a draft again.'],
  ['NO_REVIEW_NEEDED', 'DISTINCT', 'What is in no need of a review cannot be found distinct.'],
  ['NEVER', 'LEFT', 'Who has not joined yet cannot leave.'],
  ['JOINED', 'JOINED', 'Who is in the call cannot join.'],
  ['PARTLY_RECEIVED', 'CANCELLED', 'What is partly received cannot be cancelled.'],
  ['IN_PROGRESS', 'IN_PROGRESS', 'It is already in progress.'],
  ['NO_SHOW', 'NO_SHOW', 'It is already a no-show.'],
  ['MET', 'MET', 'It is already met.'],
])('%s to %s reads: %s', (from, to, sentence) => {
  expect(moveSentence(from, to)).toBe(sentence);
  expect(new IllegalTransition(from, to)).toMatchObject({ message: sentence, from, to });
});

test('no code is left in a sentence, whatever the states', () => {
  for (const moves of [accountMoves, fulfillmentMoves, engagementMoves, protocolMoves, examMoves, orderMoves]) {
    const states = Object.keys(moves);
    for (const from of states) for (const to of states) expect(moveSentence(from, to)).toMatch(/^(What|Who|It) [a-z ,-]+\.$/);
  }
});
