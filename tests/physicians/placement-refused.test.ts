import { afterAll, beforeAll, expect, test } from 'vitest';
import { id } from './authority.ts';
import { availability, desk, physicianOf, startPlacing, told, wanted } from './placement-verbs.ts';
import type { RunningPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeAll(async () => {
  graph = await startPlacing();
});
afterAll(() => graph?.stop());

test.each<[string, object, string]>([
  ['a first day that is over', { startsOn: '2026-11-30' }, 'input.startsOn'],
  ['a first day more than a year ahead', { startsOn: '2027-12-02' }, 'input.startsOn'],
  ['a service that is none', { services: ['botox'] }, 'input.services.0'],
  ['a state twice', { states: ['TX', 'TX'] }, 'input.states'],
  ['a specialty twice', { requiredSpecialties: ['Dermatology', 'dermatology '] }, 'input.requiredSpecialties'],
  ['another promise', { promisedHours: 48 }, 'input.promisedHours'],
  ['no state', { states: [] }, 'input.states'],
])('%s is refused', async (_what, change, path) => {
  expect(await told(desk(graph), 'requestPlacement', { ...wanted, ...change })).toMatchObject({
    code: 'INVALID_INPUT',
    issues: [{ path }],
  });
});

test.each<[string, object, string]>([
  ['premises in a state they do not work in', { onSiteStates: ['FL'] }, 'input.onSiteStates'],
  ['days that end before they begin', { availableUntil: '2026-11-30' }, 'input.availableUntil'],
  ['a service that is none', { services: ['botox'] }, 'input.services.0'],
  ['an entity that is none', { conflicts: [{ entityId: id.austin, reason: 'A cousin owns it.' }] }, 'input.conflicts.0.entityId'],
  ['no clinic at all', { mostClinics: 0 }, 'input.mostClinics'],
])('availability with %s is refused', async (_what, change, path) => {
  expect(await told(physicianOf(graph, 'ann'), 'publishAvailability', { ...availability, ...change })).toMatchObject({
    ...{ code: 'INVALID_INPUT', issues: [{ path }] },
  });
});
