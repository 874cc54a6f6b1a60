import { expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import { blockers } from '#rules/results.ts';
import { againstRecord, withRecord } from '#rules/screening-record.ts';
import { completion, now } from './given.ts';

const said = (dob: unknown, location: unknown) => [
  { linkId: 'core.dob', value: dob },
  { linkId: 'core.location', value: location },
];
const nothing = { flags: [], unanswered: [], unansweredBlocking: [], issues: [] };

test('another date of birth and a place that is no state need review', () => {
  expect(againstRecord(said('1985-02-03', 'TX'), '1985-02-03')).toEqual([]);
  expect(againstRecord(said('1985-02-03', ' tx '), '1985-02-03')).toEqual([]);
  expect(againstRecord(said('2015-01-01', 'Narnia'), '1985-02-03')).toEqual([
    { linkId: 'core.dob', severity: 'physician-review', message: 'The date of birth given is another than the one on record' },
    { linkId: 'core.location', severity: 'physician-review', message: 'The place given is no state of the United States' },
  ]);
});

test('a screening keeps what was raised at intake, and notes another state than the exam’s', () => {
  const answers = said('2015-01-01', 'FL');
  const flags = againstRecord(answers, '1985-02-03');
  expect(withRecord(nothing, { answers, flags }, 'FL').flags).toEqual(flags);
  expect(withRecord(nothing, { answers, flags }, 'TX').flags).toEqual([
    ...flags,
    { linkId: 'core.location', severity: 'flag', message: 'The patient named FL, and the exam is held for a patient in TX' },
  ]);
});

test.each([
  [undefined, []],
  ['none', []],
  ['2026-11-22T09:00:00.000Z', ['FAIL intake.newest']],
  [null, ['UNKNOWN intake.newest']],
])('an approval on answers replaced at %s', (intakeReplacedAt, stops) => {
  const told = intakeReplacedAt === undefined ? completion() : { ...completion(), intakeReplacedAt };
  expect(blockers(evaluate(told, now)).map(({ id, outcome }) => `${outcome} ${id}`)).toEqual(stops);
  expect(blockers(evaluate({ ...told, outcome: 'DECLINED' }, now))).toEqual([]);
});
