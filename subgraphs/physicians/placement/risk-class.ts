/** How much can go wrong at a clinic, so that whoever places a director knows what they are asked to answer for. Our own grouping, not law. */

import type { ServiceCode } from '#rules/service-codes.ts';

/** From the least to the most. */
export type RiskClass = 'LOW' | 'MODERATE' | 'HIGH';

/** Who prescribes at a clinic under its physician. */
export type PrescribingModel = 'NOBODY' | 'PHYSICIANS' | 'NURSE_PRACTITIONERS' | 'PHYSICIAN_ASSISTANTS' | 'MIXED';

/** What decides. */
export interface RiskFacts {
  /** Codes of the services; an empty list is everything the clinic offers, which counts as the riskiest of them. */
  readonly services: readonly string[];
  readonly states: readonly string[];
  readonly deviceNeeds: readonly string[];
  /** Patients a month. */
  readonly monthlyVolume: number;
  readonly prescribingModel: PrescribingModel;
}

/** Acts that reach below the skin's surface, or run energy through it, and where a complication is an emergency. */
const invasive: ReadonlySet<string> = new Set<ServiceCode>(['rf-microneedling', 'dermal-filler', 'laser-ipl', 'iv-therapy']);
/** Services that end in a drug that is prescribed, compounded ones among them. */
const prescribed: ReadonlySet<string> = new Set<ServiceCode>(['weight-loss', 'hormone-therapy', 'peptide-therapy', 'iv-therapy']);

const BUSY_FROM = 200;
const MODERATE_FROM = 2;
const HIGH_FROM = 4;

/**
 * One point each for invasive acts, for prescribed drugs, for prescribing by others than physicians, for devices, for more than one state, and for
 * two hundred patients a month or more. Two points are MODERATE, four are HIGH.
 */
export function riskClass({ services, states, deviceNeeds, monthlyVolume, prescribingModel }: RiskFacts): RiskClass {
  const among = (codes: ReadonlySet<string>) => services.length === 0 || services.some((code) => codes.has(code));
  const points = [
    among(invasive),
    among(prescribed) && prescribingModel !== 'NOBODY',
    prescribingModel !== 'NOBODY' && prescribingModel !== 'PHYSICIANS',
    deviceNeeds.length > 0,
    states.length > 1,
    monthlyVolume >= BUSY_FROM,
  ].filter(Boolean).length;
  if (points >= HIGH_FROM) return 'HIGH';
  return points >= MODERATE_FROM ? 'MODERATE' : 'LOW';
}

/** Those who prescribe under the physician and count under a state’s ratio. */
export const prescribersOf: Readonly<Record<PrescribingModel, readonly ('NP' | 'PA')[]>> = {
  NOBODY: [],
  PHYSICIANS: [],
  NURSE_PRACTITIONERS: ['NP'],
  PHYSICIAN_ASSISTANTS: ['PA'],
  MIXED: ['NP', 'PA'],
};
