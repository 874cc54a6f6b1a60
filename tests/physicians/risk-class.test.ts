import { expect, test } from 'vitest';
import { type RiskFacts, riskClass } from '../../subgraphs/physicians/placement/risk-class.ts';

const quiet: RiskFacts = { services: ['chemical-peel'], states: ['TX'], deviceNeeds: [], monthlyVolume: 20, prescribingModel: 'NOBODY' };

test.each<[string, Partial<RiskFacts>, string]>([
  ['a peel in one state', {}, 'LOW'],
  ['fillers', { services: ['dermal-filler'] }, 'LOW'],
  ['a drug prescribed by physicians', { services: ['weight-loss'], prescribingModel: 'PHYSICIANS' }, 'LOW'],
  ['a drug prescribed by nurse practitioners', { services: ['weight-loss'], prescribingModel: 'NURSE_PRACTITIONERS' }, 'MODERATE'],
  ['a laser with its device', { services: ['laser-ipl'], deviceNeeds: ['IPL'] }, 'MODERATE'],
  ['the same in two states', { services: ['laser-ipl'], deviceNeeds: ['IPL'], states: ['TX', 'FL'] }, 'MODERATE'],
  ['the same with many patients', { services: ['laser-ipl'], deviceNeeds: ['IPL'], states: ['TX', 'FL'], monthlyVolume: 200 }, 'HIGH'],
  ['everything the clinic offers, prescribed by others', { services: [], prescribingModel: 'MIXED' }, 'MODERATE'],
  ['infusions prescribed by others, with devices', { services: ['iv-therapy'], prescribingModel: 'MIXED', deviceNeeds: ['Pump'] }, 'HIGH'],
])('%s is of this class', (_what, change, expected) => {
  expect(riskClass({ ...quiet, ...change })).toBe(expected);
});
