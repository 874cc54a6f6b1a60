/** Whether the clinic offers the service, and examines for it this way. */

import type { ExamBookingFacts } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** One result: what a clinic does not offer can't be booked there. */
export function offered({ clinicServices, service, modality }: ExamBookingFacts): RuleResult[] {
  const services = wholeList(clinicServices);
  if (services === null) {
    return [notKnown('service.offered', 'It is not known what the clinic offers', 'Try again; if it lasts, check the clinic record.')];
  }
  if (!service) return [notKnown('service.offered', 'It is not known which service is meant', 'State the service.')];
  const found = services.find((one) => one.code === service);
  if (found === undefined) return [failed('service.offered', 'The clinic does not offer this service', 'Choose a service of the clinic.')];
  const ways = wholeList(found.modalities);
  if (ways === null || modality == null) {
    return [
      notKnown('service.modality', 'It is not known how the clinic examines for this service', 'Record the modalities of the service.'),
    ];
  }
  if (!ways.includes(modality)) {
    return [failed('service.modality', `The clinic does not examine for this service as ${modality}`, `Choose one of ${ways.join(', ')}.`)];
  }
  return [passed('service.offered', 'The clinic offers the service, examined this way')];
}
