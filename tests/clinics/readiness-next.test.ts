import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newUuid } from '#kernel/ids.ts';
import { addDays } from '#rules/dates.ts';
import type { ClinicRecord } from '../../subgraphs/clinics/readiness/clinic-record.ts';
import type { ClinicOversight } from '../../subgraphs/clinics/readiness/oversight.ts';
import { readinessOf } from '../../subgraphs/clinics/readiness/readiness-of.ts';
import { attestedIn, now } from '../rules/given.ts';

const today = now.slice(0, 10);
const id = () => newUuid(new Date(now));
const date = (day: string | null) => (day === null ? null : new Date(`${day}T00:00:00Z`));

/** When each paper of a clinic ends, or begins, in days from today; null is without end. */
interface Terms {
  readonly engaged: number;
  readonly engagedUntil: number | null;
  readonly licensed: number;
  readonly verified: number;
  readonly insured: number;
  readonly protocolFrom: number;
  readonly protocolUntil: number;
  readonly attested: number;
  readonly facility: number;
}

const lasting: Terms = {
  ...{ engaged: -400, engagedUntil: null, licensed: 400, verified: -1, insured: 300 },
  ...{ protocolFrom: -300, protocolUntil: 200, attested: 300, facility: 300 },
};

const day = (days: number) => addDays(today, days);

function clinicWith(terms: Terms): ClinicRecord {
  const [clinicId, entityId] = [id(), id()];
  const attestations = attestedIn('TX').map(({ attestedAt, attestedBy: _, ...one }) => ({
    ...{ ...one, id: id(), entityId, attestedBy: 'usr', attestedByName: 'Officer', attestedAt: new Date(attestedAt) },
    ...{ expiresOn: date(day(terms.attested)), revokedAt: null, revokedBy: null, revokedByName: null, revocationNote: null },
  }));
  return {
    ...{ id: clinicId, entityId, name: 'Clinic', state: 'TX' },
    services: [{ code: 'weight-loss', modalities: ['SYNC_VIDEO', 'IN_PERSON'] }],
    facilityLicenses: [{ id: id(), kind: 'CLIA_WAIVER', status: 'ACTIVE', expiresOn: new Date(`${day(terms.facility)}T00:00:00Z`) }],
    entity: { id: entityId, name: 'Lone Star Clinicians PLLC', kind: 'PLLC', state: 'TX', attestations },
  } as ClinicRecord;
}

function oversightWith(terms: Terms): ClinicOversight {
  return {
    clinicId: 'cli',
    engagements: [
      {
        ...{ id: 'eng', role: 'MEDICAL_DIRECTOR', status: 'ACTIVE', startsOn: day(terms.engaged) },
        endsOn: terms.engagedUntil === null ? null : day(terms.engagedUntil),
        practitioner: {
          ...{ id: 'prc', displayName: 'A. Director, MD', credential: 'MD', deaRegistrations: [], agreements: [] },
          licenses: [
            {
              ...{ id: 'lic', state: 'TX', number: 'X1', type: 'PHYSICIAN', status: 'ACTIVE' },
              ...{ verifiedAt: `${day(terms.verified)}T08:00:00Z`, expiresOn: day(terms.licensed) },
            },
          ],
          policies: [{ id: 'pol', kind: 'PROFESSIONAL', status: 'ACTIVE', expiresOn: day(terms.insured) }],
        },
      },
    ],
    protocols: [
      {
        ...{ id: 'prv', service: 'weight-loss', version: '1', status: 'ACTIVE' },
        ...{ effectiveFrom: day(terms.protocolFrom), expiresOn: day(terms.protocolUntil) },
      },
    ],
  };
}

const serviceOn = (terms: Terms, on: string) => asker(terms)(on);

function asker(terms: Terms) {
  const [clinic, oversight] = [clinicWith(terms), oversightWith(terms)];
  return (on: string) => {
    const [service] = readinessOf(clinic, oversight, on).services;
    if (service === undefined) throw new Error('The clinic offers one service.');
    return service;
  };
}

test('a service opens on the first day of what is still to begin', () => {
  const service = serviceOn({ ...lasting, engaged: 5 }, now);
  expect(service.status).toBe('CLOSED');
  expect(service.causes()).toMatchObject([{ leg: 'DIRECTOR', subject: { kind: 'ENGAGEMENT', id: 'eng' } }]);
  expect(service.next()).toEqual({ on: day(5), status: 'OPEN', causes: [] });
});

test('a service closes on the day after the last day of what ends first', () => {
  expect(serviceOn({ ...lasting, protocolUntil: 9 }, now).next()).toMatchObject({
    ...{ on: day(10), status: 'CLOSED' },
    causes: [
      { leg: 'PROTOCOL', subject: { kind: 'PROTOCOL_VERSION', id: 'prv' }, owner: { role: 'MEDICAL_DIRECTOR', practitionerId: 'prc' } },
    ],
  });
});

test('what has to be looked up again is the compliance officer’s, what has to be renewed is the director’s', () => {
  const owners = (terms: Terms) =>
    serviceOn(terms, now)
      .causes()
      .map(({ owner }) => [owner?.role, owner?.practitionerId]);
  expect(owners({ ...lasting, verified: -40 })).toEqual([['COMPLIANCE_OFFICER', null]]);
  expect(owners({ ...lasting, licensed: -1 })).toEqual([['MEDICAL_DIRECTOR', 'prc']]);
});

test('no day before the one told is any different, and that one is', () => {
  const term = fc.integer({ min: -5, max: 45 });
  const terms = fc.record({
    ...{ engaged: term, engagedUntil: fc.option(term), licensed: term, verified: fc.integer({ min: -45, max: 0 }), insured: term },
    ...{ protocolFrom: term, protocolUntil: term, attested: term, facility: term },
  });
  fc.assert(
    fc.property(terms, (told) => {
      const serviceThen = asker(told);
      const asked = serviceThen(now);
      const next = asked.next();
      for (let days = 1; days <= 50; days += 1) {
        if (next !== null && day(days) > next.on) break;
        expect(serviceThen(day(days)).status === asked.status, `${days}`).toBe(next === null || day(days) < next.on);
      }
    }),
    { numRuns: 40 },
  );
});
