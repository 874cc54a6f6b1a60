import { expect, test } from 'vitest';
import { asItStands, claimHoldsUntil, isSilent, requireClaim } from '../../subgraphs/prescriptions/queue/claim-standing.ts';

const claimedAt = new Date('2026-12-01T15:00:00.000Z');
const held = { status: 'HELD', examinerId: 'e', claimedAt, claimKeptAt: new Date('2026-12-01T15:02:00.000Z') };
const until = new Date('2026-12-01T15:05:00.000Z');
const before = new Date(until.getTime() - 1);

test('a claim holds for three minutes from its last sign, to the millisecond', () => {
  expect(claimHoldsUntil(held)).toEqual(until);
  expect([isSilent(held, before), isSilent(held, until)]).toEqual([false, true]);
  expect(asItStands(held, before)).toEqual(held);
  expect(asItStands(held, until)).toEqual({ status: 'REQUESTED', examinerId: null, claimedAt: null, claimKeptAt: null });
});

test('without a sign it counts from the claim', () => {
  expect(claimHoldsUntil({ ...held, claimKeptAt: null })).toEqual(new Date('2026-12-01T15:03:00.000Z'));
});

test.each(['REQUESTED', 'BOOKED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED'])('what is %s is no claim', (status) => {
  const exam = { ...held, status };
  expect([claimHoldsUntil(exam), isSilent(exam, until), asItStands(exam, until)]).toEqual([null, false, exam]);
});

test('the refusal to whoever fell silent names the rule and what to do', () => {
  const message = 'The claim had no sign for 3 minutes: the exam waits in the queue again';
  const remedy = 'Claim it again with claimNextExam, and keep it with keepClaim about each minute.';
  expect(() => requireClaim(held, before)).not.toThrow();
  expect(() => requireClaim(held, until)).toThrow(
    expect.objectContaining({
      code: 'RULE_BLOCKED',
      rules: [expect.objectContaining({ id: 'exam.claim', outcome: 'FAIL', message, remedy })],
    }),
  );
});
