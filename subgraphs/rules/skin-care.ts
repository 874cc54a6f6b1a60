import type { Fact } from './facts.ts';
import { isService, type ServiceCode } from './service-codes.ts';

/** Our own grouping, not law: the services that are for the skin and how it looks. Plastic surgery, which is none of these, is no service here. */
const skinCare: ReadonlySet<ServiceCode> = new Set([
  ...(['microneedling', 'rf-microneedling', 'botulinum-toxin', 'dermal-filler', 'laser-ipl', 'chemical-peel'] as const),
  'topical-anaesthetic',
]);

/**
 * Whether a clinic is mainly for skin care: at least half of what it offers. The half counts, so that a doubtful office is asked what a
 * skin-care office is asked. Null where it is not known what the clinic offers, which an empty list does not say.
 */
export function isMainlySkinCare(services: Fact<readonly string[]>): boolean | null {
  if (services == null || services.length === 0 || !services.every(isService)) return null;
  return 2 * services.filter((code) => skinCare.has(code as ServiceCode)).length >= services.length;
}
