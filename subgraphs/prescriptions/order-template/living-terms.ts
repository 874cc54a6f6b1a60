import { InvalidInput, type InputIssue, Unavailable } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { Ctx } from '../builder.ts';
import { dosingOfInput } from '../dose/drafted-dosing.ts';
import type { OrderInput } from '../order/draft-order.ts';
import { snapshotOf } from '../order/drug-snapshot.ts';
import { draftQuestion } from '../order/neighbour-facts.ts';

/** A preparation and how it is dosed, with a protocol version, by public ids. */
interface Terms extends Pick<OrderInput, 'sig' | 'dosage' | 'sigOverrideReason'> {
  readonly formularyItemId: string;
  readonly protocolId: string;
  readonly service: string;
}

/**
 * Asks whether orders can be written on these terms at a clinic now, and answers the refusal otherwise: to be thrown inside the write, once it is
 * known that this is no retry. Null when nothing stands in the way; then `sig` is what patients will read.
 */
export async function termsProblem(
  ctx: Pick<Ctx, 'graph'>,
  terms: Terms,
  clinicId: string,
): Promise<{ problem: Unavailable | InvalidInput | null; sig: string }> {
  const told = await ctx.graph.ask(draftQuestion, { formularyItem: terms.formularyItemId, protocol: terms.protocolId });
  if (told === null) return { problem: new Unavailable(), sig: '' };
  const { formularyItemFacts: item, protocolFacts: protocol } = told;
  const issues: InputIssue[] = [];
  const wrong = (field: string, message: string) => issues.push({ path: `input.${field}`, message });
  if (item === null) wrong('formularyItemId', 'There is no such formulary item.');
  else if (!item.active) wrong('formularyItemId', 'The pharmacy does not offer this preparation any more.');
  if (protocol?.status !== 'ACTIVE' || !protocol.clinicIds.includes(toId('clinic', clinicId)))
    wrong('protocolId', 'There is no protocol of this id in force at this clinic.');
  else if (protocol.service !== terms.service) wrong('service', `The protocol is for ${protocol.service}.`);
  const dosing = item === null ? null : dosingOfInput(terms, snapshotOf(item), issues);
  return { problem: issues.length > 0 ? new InvalidInput(issues) : null, sig: dosing?.sig ?? '' };
}
