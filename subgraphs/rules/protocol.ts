import { dayOf } from './dates.ts';
import type { Fact, ProtocolFact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** Whether a protocol version is active for this service on this date. */
export function protocolInForce(protocol: Fact<ProtocolFact>, service: Fact<string>, on: string): RuleResult {
  const id = 'protocol.inForce';
  if (protocol == null) return notKnown(id, 'The protocol could not be read', 'Name a protocol that is in force at this clinic.');
  const today = dayOf(on);
  const from = dayOf(protocol.effectiveFrom);
  const until = dayOf(protocol.effectiveUntil);
  const open = until === null && protocol.noEnd === true;
  if (today === null || protocol.status == null || protocol.service == null || from === null || (until === null && !open)) {
    return notKnown(id, 'The protocol is not fully recorded', 'Record service, status and dates of the protocol.');
  }
  if (protocol.service !== service)
    return failed(id, `The protocol is for ${protocol.service}`, `Name a protocol for ${service ?? 'the service'}.`);
  if (protocol.status !== 'ACTIVE' || from > today || (until !== null && until < today)) {
    return failed(id, 'The protocol is not in force', 'Ask the medical director to sign or renew the protocol.');
  }
  return passed(id, `The protocol for ${protocol.service} is in force${until === null ? '' : ` until ${until}`}`);
}
