import { question } from '#kernel/context.ts';
import { RuleBlocked } from '#kernel/errors.ts';
import { exclusionTold, notExcluded } from '#rules/exclusion.ts';
import { licenceIn, practisesUnder } from '#rules/licence.ts';
import { failed, isBlocked, notKnown, passed, type RuleResult } from '#rules/results.ts';
import type { Ctx } from '../builder.ts';
import { prescriberQuestion, type PrescriberAnswer } from '../verification/neighbour-facts.ts';

interface ClinicPlace {
  readonly id: string;
  readonly address: { readonly state: string } | null;
}

/** Where the clinic is: a physician answers for it in that state. */
export const accountClinicQuestion = question<{ clinicFacts: readonly ClinicPlace[] }, { ids: readonly string[] }>(
  'service',
  'query AccountClinic($ids: [ID!]!) { clinicFacts(ids: $ids) { id address { state } } }',
);

/** What is known of the physician who is to answer for a clinic, and of where that is. Null is not known. */
export interface ResponsibleTold {
  readonly physician: PrescriberAnswer | null;
  readonly state: string | null;
}

/** Asks both, before any transaction. Ids are public ones. */
export async function askResponsible(ctx: Ctx, physicianId: string | null, clinicId: string): Promise<ResponsibleTold> {
  const [physician, clinic] = await Promise.all([
    physicianId === null ? null : ctx.graph.ask(prescriberQuestion, { id: physicianId }),
    ctx.graph.ask(accountClinicQuestion, { ids: [clinicId] }),
  ]);
  return {
    physician: physician?.practitionerFacts ?? null,
    state: clinic?.clinicFacts.find(({ id }) => id === clinicId)?.address?.state ?? null,
  };
}

/** A physician, licensed and unrestricted where the clinic is, and not excluded. */
export function responsibleRules({ physician, state }: ResponsibleTold, at: Date): RuleResult[] {
  if (physician === null || state === null) {
    return [
      notKnown(
        'account.responsiblePhysician',
        'The responsible physician or the clinic could not be read',
        'Name a physician on record; try again.',
      ),
    ];
  }
  const { credential } = physician;
  const isPhysician = credential === 'MD' || credential === 'DO';
  const own = physician.licenses.filter(({ type }) => practisesUnder(credential, type));
  return [
    isPhysician
      ? passed('account.responsiblePhysician', 'A physician answers for what the clinic orders')
      : failed('account.responsiblePhysician', `The person named is a ${credential}, no physician`, 'Name a physician.'),
    licenceIn({ id: 'licence.responsiblePhysician', holder: 'The responsible physician', state }, own, at.toISOString()),
    ...notExcluded('responsiblePhysician', 'The responsible physician', exclusionTold(physician.exclusion)),
  ];
}

/** Throws RuleBlocked with every rule asked, unless each passed. */
export function requireResponsible(told: ResponsibleTold, at: Date): void {
  const results = responsibleRules(told, at);
  if (isBlocked(results)) throw new RuleBlocked(results);
}
