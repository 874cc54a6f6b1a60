import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { jurisdictions } from '#rules/packs.ts';
import { attestedWords, bookings, clinicServices, type Decisions, delegations, routings, signings } from './tables/decisions.ts';
import { answered, lineOf, rowsOf } from './tables/row.ts';

const read = (name: string) => rowsOf(readFileSync(new URL(`tables/${name}.txt`, import.meta.url), 'utf8'));

// A state's rows are one test, so that what a changed rule does to the state is read in one place.
describe.each([
  ['exam-booking', bookings],
  ['exam-booking-others', bookings],
  ['order-signing', signings],
  ['order-routing', routings],
  ['clinic-service', clinicServices],
  ['delegation', delegations],
] as [string, Decisions][])('%s', (name, decisions) => {
  const rows = read(name);

  test.each([...new Set(rows.map(({ state }) => state))])('in %s is as the table says', (state) => {
    const here = rows.filter((row) => row.state === state);
    expect(here.map((row) => lineOf(answered(row, decisions)))).toEqual(here.map(lineOf));
  });

  test('has no row twice', () => {
    const asked = rows.map(({ state, decision, attested }) => [state, decision, attested].join(' | '));
    expect(new Set(asked).size).toBe(asked.length);
  });

  test('lets no attestation open what is forbidden', () => {
    const shut = rows.filter(({ attested, answer }) => attested === 'nothing' && answer === 'no');
    const opened = shut.filter(({ state, decision }) =>
      rows.some((row) => row.state === state && row.decision === decision && row.attested === 'everything' && row.answer !== 'no'),
    );
    expect(opened).toEqual([]);
  });
});

test('the ways that matter most are answered for every state and DC, with nothing and with everything attested', () => {
  const ways = ['by live video, a physician', 'by telephone, a physician', 'in person, a physician'];
  const wanted = jurisdictions.flatMap(({ name }) => ways.flatMap((way) => attestedWords.map((word) => [name, way, word].join(' | '))));
  const asked = read('exam-booking').map(({ state, decision, attested }) => [state, decision, attested].join(' | '));
  expect(asked).toEqual(wanted);
});
