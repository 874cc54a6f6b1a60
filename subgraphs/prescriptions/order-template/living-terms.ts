import { InvalidInput, type InputIssue, Unavailable } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { Ctx } from '../builder.ts';
import { draftQuestion } from '../order/neighbour-facts.ts';

/** A preparation and a protocol version, by public ids. */
interface Terms {
  readonly formularyItemId: string;
  readonly protocolId: string;
  readonly service: string;
}

/**
 * Asks whether orders can be written on these terms at a clinic now, and answers the refusal otherwise: to be thrown inside the write, once it is
 * known that this is no retry. Null when nothing stands in the way.
 */
export async function termsProblem(ctx: Pick<Ctx, 'graph'>, terms: Terms, clinicId: string): Promise<Unavailable | InvalidInput | null> {
  const told = await ctx.graph.ask(draftQuestion, { formularyItem: terms.formularyItemId, protocol: terms.protocolId });
  if (told === null) return new Unavailable();
  const { formularyItemFacts: item, protocolFacts: protocol } = told;
  const issues: InputIssue[] = [];
  const wrong = (field: string, message: string) => issues.push({ path: `input.${field}`, message });
  if (item === null) wrong('formularyItemId', 'There is no such formulary item.');
  else if (!item.active) wrong('formularyItemId', 'The pharmacy does not offer this preparation any more.');
  if (protocol?.status !== 'ACTIVE' || !protocol.clinicIds.includes(toId('clinic', clinicId)))
    wrong('protocolId', 'There is no protocol of this id in force at this clinic.');
  else if (protocol.service !== terms.service) wrong('service', `The protocol is for ${protocol.service}.`);
  return issues.length > 0 ? new InvalidInput(issues) : null;
}
