/** The services a clinic may offer, and the questionnaire module that screens for each. */

/** Service code to module of the questionnaire collection. A code that is not here is no service. */
export const serviceModules = {
  microneedling: 'microneedling',
  'rf-microneedling': 'rf-microneedling',
  'botulinum-toxin': 'botulinum-toxin',
  'dermal-filler': 'dermal-filler',
  'laser-ipl': 'laser-ipl',
  'chemical-peel': 'chemical-peel',
  'iv-therapy': 'iv-therapy',
  'weight-loss': 'glp1-weight-loss',
  'hormone-therapy': 'hrt-testosterone',
  'peptide-therapy': 'peptides',
  'topical-anaesthetic': 'topical-anaesthetic',
} as const;

/** A service's code, as front ends send it. */
export type ServiceCode = keyof typeof serviceModules;

/** Every service code, in the order of the contract. */
export const serviceCodes = Object.keys(serviceModules) as readonly ServiceCode[];

/** Whether the text is a service's code. */
export function isService(code: unknown): code is ServiceCode {
  return typeof code === 'string' && Object.hasOwn(serviceModules, code);
}
