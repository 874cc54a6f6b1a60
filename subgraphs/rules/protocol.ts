import { dayOf } from './dates.ts';
import type { Fact, ProtocolFact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/**
 * Whether the version that something was signed under has been stopped since: an order outlives the term of its protocol, never its
 * suspension. Left out, it is not asked: decisions kept before it was asked answer as they did.
 */
export function protocolStands(protocol: Fact<ProtocolFact>): RuleResult[] {
  const id = 'protocol.standing';
  if (protocol === undefined) return [];
  if (protocol?.status == null)
    return [notKnown(id, 'The protocol the order was signed under could not be read', 'Try again; if it lasts, check the protocols.')];
  if (['ACTIVE', 'EXPIRED', 'RETIRED'].includes(protocol.status))
    return [passed(id, 'The protocol the order was signed under has not been stopped')];
  return [
    failed(
      id,
      `The protocol the order was signed under is ${protocol.status} at its clinic`,
      'Hold the order for review until the medical director stands behind the protocol again.',
    ),
  ];
}

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
