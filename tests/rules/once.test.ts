import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '#rules/dates.ts';
import { evaluate } from '#rules/evaluate.ts';
import { oncePerAsking } from '#rules/once.ts';
import { library } from '#rules/packs.ts';
import { attestedIn, clinicService, director, now } from './given.ts';

const rules = library.on(now);

test('what was answered is kept for the same list, release, moment, entity and question, and for no others', () => {
  const once = oncePerAsking<number>();
  let asked = 0;
  const list = attestedIn('TX');
  const asking = { rules, on: now, attestations: list, entityName: 'Lone Star' };
  const answer = (changed: Partial<typeof asking>, name = 'question') => once({ ...asking, ...changed }, name, () => (asked += 1));

  expect(answer({})).toBe(1);
  expect(answer({})).toBe(1);
  expect(answer({ on: '2027-01-01' })).toBe(2);
  expect(answer({ entityName: 'Other' })).toBe(3);
  expect(answer({ attestations: [...list] })).toBe(4);
  expect(answer({ rules: library.on('2020-01-01') })).toBe(5);
  expect(answer({}, 'another question')).toBe(6);
  expect(answer({})).toBe(1);
});

test('without a list of attestations nothing is kept', () => {
  const once = oncePerAsking<number>();
  let asked = 0;
  const answer = () => once({ rules, on: now, attestations: null, entityName: null }, 'question', () => (asked += 1));
  expect([answer(), answer()]).toEqual([1, 2]);
});

const today = now.slice(0, 10);
const ways = ['SYNC_VIDEO', 'SYNC_AUDIO', 'ASYNC', 'IN_PERSON'] as const;
const service = fc.record({
  service: fc.constantFrom('weight-loss', 'botulinum-toxin', 'laser-ipl', null),
  modalities: fc.option(fc.subarray([...ways])),
  on: fc.integer({ min: -30, max: 800 }).map((days) => addDays(today, days)),
});

test('services that share directors and attestations are answered as if each were asked alone, on any days and in any order', () => {
  const scope = fc.constantFrom<readonly (readonly string[] | null | undefined)[]>(
    [undefined],
    [[]],
    [['weight-loss']],
    [null],
    [['weight-loss'], []],
  );
  fc.assert(
    fc.property(
      fc.constantFrom('TX', 'CA', 'FL', 'NY'),
      scope,
      fc.array(service, { minLength: 2, maxLength: 8 }),
      (state, scopes, asked) => {
        const directors = scopes.map((services) => ({
          ...director(state),
          ...(services === undefined ? {} : { engagementServices: services }),
        }));
        const together = { ...clinicService(state), directors };
        for (const { on, ...told } of asked) {
          const alone = structuredClone({ ...together, ...told });
          expect(evaluate({ ...together, ...told }, on)).toEqual(evaluate(alone, on));
        }
      },
    ),
    { numRuns: 60 },
  );
});
