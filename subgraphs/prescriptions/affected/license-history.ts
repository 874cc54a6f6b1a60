import { question } from '#kernel/context.ts';
import { NotFound, Unavailable } from '#kernel/errors.ts';
import type { LicenceHistory } from '#rules/licence-history.ts';
import type { Ctx } from '../builder.ts';

/** Everything that was ever recorded of a licence, in the order of recording. */
export const licenseHistoryQuestion = question<{ licenseStandings: LicenceHistory[] }, { ids: string[] }>(
  'service',
  `query LicenseHistory($ids: [ID!]!) {
  licenseStandings(ids: $ids) { id expiresOn standings { status effectiveFrom effectiveTo recordedAt } renewals { formerLastDay startsOn expiresOn recordedAt } }
}`,
);

/** Asks for a licence by its public id. Throws Unavailable without an answer: an empty list would say that nothing is touched. */
export async function askLicenseHistory(ctx: Pick<Ctx, 'graph'>, id: string): Promise<LicenceHistory> {
  const answer = await ctx.graph.ask(licenseHistoryQuestion, { ids: [id] });
  if (answer === null) throw new Unavailable('What was recorded of this licence could not be read. Try again.');
  const [history] = answer.licenseStandings;
  if (history === undefined) throw new NotFound();
  return history;
}
