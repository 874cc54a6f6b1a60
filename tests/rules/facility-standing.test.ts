import { expect, test } from 'vitest';
import { accountStands } from '#rules/account-standing.ts';
import { facilityDuties } from '#rules/facility-duties.ts';
import { type FacilityFact, facilityStanding } from '#rules/facility-standing.ts';
import type { FacilityClass } from '#rules/facts.ts';
import { shipsThere } from '#rules/ships-to.ts';

const ON = '2026-12-01';
const shown = (kinds: readonly string[]): FacilityFact => ({
  evidence: kinds.map((kind) => ({ kind, validFrom: '2026-01-01', expiresOn: '2026-12-01' })),
  openFindings: [],
  hazardous: false,
  controlled: false,
});
const everything = shown(facilityDuties.map(({ kind }) => kind));
const asked = (
  facility: FacilityFact | null | undefined,
  sterile: boolean | null,
  facilityClass: FacilityClass | null = 'PHARMACY_503A',
  on = ON,
) =>
  facilityStanding({ ...(facility !== undefined && { facility }), facilityClass, sterile }, on).map(
    ({ id, outcome }) => `${id} ${outcome}`,
  );

test('each kind of facility shows what its work asks for, and nothing else', () => {
  const of = (facilityClass: FacilityClass, sterile: boolean, over: Partial<FacilityFact>) =>
    facilityStanding({ facility: { ...everything, ...over }, facilityClass, sterile }, ON)
      .filter(({ outcome }) => outcome === 'PASS')
      .map(({ id }) => id.replace('facility.evidence.', ''));
  expect(of('PHARMACY_503A', false, {})).toEqual(['USP_795', 'facility.findings']);
  expect(of('PHARMACY_503A', true, { hazardous: true })).toEqual(['USP_797', 'ENVIRONMENTAL_MONITORING', 'USP_800', 'facility.findings']);
  expect(of('PHARMACY_503A', true, { controlled: true })).toEqual([
    'USP_797',
    'ENVIRONMENTAL_MONITORING',
    'DEA_REGISTRATION',
    'facility.findings',
  ]);
  expect(of('OUTSOURCING_503B', true, {})).toEqual(['FDA_REGISTRATION', 'CGMP', 'ENVIRONMENTAL_MONITORING', 'facility.findings']);
});

test('every duty of every kind: without its paper that work stops, with a citation and a remedy', () => {
  for (const duty of facilityDuties) {
    const facility = {
      ...shown(facilityDuties.map(({ kind }) => kind).filter((kind) => kind !== duty.kind)),
      hazardous: duty.covers === 'HAZARDOUS',
      controlled: duty.covers === 'CONTROLLED',
    };
    const results = facilityStanding({ facility, facilityClass: duty.of, sterile: duty.covers === 'STERILE' }, ON);
    expect(results.filter(({ outcome }) => outcome !== 'PASS')).toEqual([
      {
        id: `facility.evidence.${duty.kind}`,
        outcome: 'FAIL',
        message: `The facility has nothing on record that shows ${duty.what}`,
        citation: duty.citation,
        remedy: 'Record the evidence.',
        version: '',
      },
    ]);
  }
});

test('a paper holds from its first day to its last; one good paper is enough', () => {
  expect(asked(everything, false)).toEqual(['facility.evidence.USP_795 PASS', 'facility.findings PASS']);
  expect(asked(everything, false, 'PHARMACY_503A', '2026-12-02')).toContain('facility.evidence.USP_795 FAIL');
  expect(asked(everything, false, 'PHARMACY_503A', '2025-12-31')).toContain('facility.evidence.USP_795 FAIL');
  const old = { kind: 'USP_795', validFrom: '2024-01-01', expiresOn: '2025-01-01' };
  expect(asked({ ...everything, evidence: [old, ...(everything.evidence ?? [])] }, false)).toContain('facility.evidence.USP_795 PASS');
  expect(asked({ ...everything, evidence: [{ ...old, expiresOn: null }] }, false)).toContain('facility.evidence.USP_795 UNKNOWN');
});

test('an open finding stops what it names and nothing else', () => {
  const open = (stops: 'STERILE' | 'ALL' | 'NOTHING' | 'CONTROLLED') => ({
    ...everything,
    openFindings: [{ id: 'ifd_x', foundOn: ON, stops }],
  });
  expect(asked(open('STERILE'), true)).toContain('facility.findings FAIL');
  expect(asked(open('STERILE'), false)).toContain('facility.findings PASS');
  expect(asked(open('ALL'), false)).toContain('facility.findings FAIL');
  expect(asked(open('CONTROLLED'), true)).toContain('facility.findings PASS');
  expect(asked(open('NOTHING'), true)).toContain('facility.findings PASS');
});

test('left out it is not asked, and what is not known blocks', () => {
  expect(asked(undefined, true)).toEqual([]);
  expect(asked(null, true)).toEqual(['facility.standing UNKNOWN']);
  expect(asked(everything, true, null)).toEqual(['facility.standing UNKNOWN']);
  expect(asked(everything, null)).toEqual(['facility.standing UNKNOWN']);
  expect(asked({ ...everything, hazardous: null }, true)).toEqual(['facility.standing UNKNOWN']);
  expect(asked({ ...everything, evidence: null, openFindings: null }, false)).toEqual([
    'facility.evidence.USP_795 UNKNOWN',
    'facility.findings UNKNOWN',
  ]);
});

test('an account that does not stand blocks with its reason; none is no obstacle', () => {
  const outcome = (account: Parameters<typeof accountStands>[0]['account']) =>
    accountStands({ account }).map((one) => `${one.outcome} ${one.message}`);
  expect(accountStands({})).toEqual([]);
  expect(outcome('none')).toEqual(['PASS The pharmacy asks for no account of this clinic']);
  expect(outcome(null)).toEqual(['UNKNOWN Whether the pharmacy fills for the clinic could not be read']);
  expect(outcome({ status: null, reasonCode: null })).toEqual(['UNKNOWN Whether the pharmacy fills for the clinic could not be read']);
  expect(outcome({ status: 'APPROVED', reasonCode: null })).toEqual(['PASS The pharmacy fills for the clinic']);
  expect(outcome({ status: 'SUSPENDED', reasonCode: 'PAYMENT_OVERDUE' })).toEqual([
    'FAIL The clinic’s account with the pharmacy is SUSPENDED: PAYMENT_OVERDUE',
  ]);
});

test('a preparation goes where its pharmacy ships it; an empty list says nothing', () => {
  expect(shipsThere(undefined, 'TX')).toEqual([]);
  expect(shipsThere([], 'TX')).toEqual([]);
  expect(shipsThere(['TX'], 'TX').map(({ outcome }) => outcome)).toEqual(['PASS']);
  expect(shipsThere(['FL', 'GA'], 'TX').map(({ outcome }) => outcome)).toEqual(['FAIL']);
});
