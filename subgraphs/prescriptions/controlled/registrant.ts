import { question } from '#kernel/context.ts';
import type { RuleResult } from '#rules/results.ts';
import { failed, notKnown, passed } from '#rules/results.ts';
import type { Ctx } from '../builder.ts';

/** What is asked of somebody's DEA registrations. */
export interface RegistrantAnswer {
  readonly id: string;
  readonly deaRegistrations: readonly { readonly state: string; readonly status: string; readonly expiresOn: string }[];
}

const registrantQuestion = question<{ practitionersFacts: readonly RegistrantAnswer[] }, { practitioners: readonly string[] }>(
  'service',
  'query RegistrantFacts($practitioners: [ID!]!) { practitionersFacts(ids: $practitioners) { id deaRegistrations { state status expiresOn } } }',
);

/** What `physicians` tells of people's DEA registrations; null when it does not answer. */
export async function askRegistrants(ctx: Ctx, practitioners: readonly string[]): Promise<readonly RegistrantAnswer[] | null> {
  const told = await ctx.graph.ask(registrantQuestion, { practitioners });
  return told?.practitionersFacts ?? null;
}

/** Whether somebody is a DEA registrant today. */
export function registrantResult(told: readonly RegistrantAnswer[] | null, who: string, role: 'grantor' | 'signer', on: Date): RuleResult {
  const id = `controlled.access.${role}`;
  const citation = '21 CFR 1311.125';
  const whose = role === 'grantor' ? 'Whoever grants it' : 'Whoever is to sign';
  if (told === null) return notKnown(id, `${whose}: the DEA registrations could not be read`, 'Try again.', citation);
  const day = on.toISOString().slice(0, 10);
  const good = told.find((one) => one.id === who)?.deaRegistrations.some((one) => one.status === 'ACTIVE' && one.expiresOn >= day) === true;
  if (good) return passed(id, `${whose} is a DEA registrant`, citation);
  return failed(id, `${whose} is no DEA registrant`, 'Record an active DEA registration, or let a registrant do it.', citation);
}
