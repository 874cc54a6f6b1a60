/** Who works at a clinic, and which of its services they do below level 4 of the matrix. */

import { toId, tryId } from '#kernel/ids.ts';
import { evaluate } from '#rules/evaluate.ts';
import type { GateFacts } from '#rules/facts.ts';
import { library } from '#rules/packs.ts';
import { isBlocked, type RuleResult } from '#rules/results.ts';
import type { Context } from '../builder.ts';
import { isCurrent } from '../delegation/competency-term.ts';
import { performingFacts } from '../delegation/performing-facts.ts';
import { personFact } from '../delegation/person-fact.ts';
import { readPractitioners } from '../facts/read-practitioners.ts';
import type { ToldClinic } from './neighbours.ts';
import type { Collaborator, DelegatedAct } from './onboarding-facts.ts';

/** Those who act on their own licence and those who direct need nobody's delegation. */
const delegates = ['NP', 'PA', 'RN'];
const treating = ['EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR'] as const;

/** Stored ids of the practitioners who have a clinical role at the clinic or at its entity. */
async function membersOf(ctx: Context, { id, entityId }: ToldClinic): Promise<string[]> {
  const memberships = await ctx.db.tenancyMembership.findMany({
    where: { at: { in: [id, entityId] }, role: { in: [...treating] } },
    orderBy: { sub: 'asc' },
  });
  return [...new Set(memberships.flatMap(({ sub }) => tryId('practitioner', sub) ?? []))];
}

/** What everybody who works there still needs: a delegation for each act below level 4, an agreement for each who has to have one. */
export async function peopleThere(
  ctx: Context,
  clinic: ToldClinic,
  clinicId: string,
  services: readonly string[],
): Promise<{ readonly acts: DelegatedAct[]; readonly collaborators: Collaborator[] }> {
  const now = ctx.now();
  const people = [...(await readPractitioners(ctx, await membersOf(ctx, clinic))).values()];
  const told = { state: clinic.address.state, attestations: clinic.attestations, entityName: clinic.entityName };
  const acts: DelegatedAct[] = [];
  const collaborators: Collaborator[] = [];
  for (const person of people.filter(({ credential }) => delegates.includes(credential))) {
    const who = { practitionerId: toId('practitioner', person.id), name: person.displayName };
    const performer = personFact(person, now);
    const own: RuleResult[] = [];
    for (const service of services) {
      const alone: GateFacts = { ...{ gate: 'may-perform', ...told, service, performer, delegations: [], competencies: [] } };
      const results = evaluate(alone, now.toISOString());
      own.push(...results.filter(({ id }) => id === 'agreement.performer'));
      if (!isActOf(person.credential, service, results, now)) continue;
      const facts = await performingFacts(ctx, { clinicId, practitionerId: person.id, service }, told);
      const competencies = await ctx.db.competency.findMany({
        where: { practitionerId: person.id, service },
        include: { withdrawal: true },
      });
      acts.push({
        ...{ ...who, service, results: evaluate(facts, now.toISOString()) },
        unknownLevel: results.filter((result) => isLevel(result, service, person.credential) && isBlocked([result])),
        isTrained: competencies.some((one) => one.assessedOn <= now && isCurrent(one, now)),
      });
    }
    collaborators.push({ ...who, results: own.slice(0, 1) });
  }
  return { acts, collaborators };
}

/**
 * Whether somebody of the credential does the service by delegation: its row of the matrix is there, is not "never", and is below level 4 or
 * not attested yet. A service without a row is not done by anybody's hands.
 */
function isActOf(credential: string, service: string, results: readonly RuleResult[], now: Date): boolean {
  const on = now.toISOString();
  if (library.on(on).find(`US.delegation.${service}.${credential}`, on).why !== null) return false;
  const isNever = results.some((result) => isLevel(result, service, credential) && result.outcome === 'FAIL');
  return !isNever && results.some(({ id }) => id === 'delegation.record');
}

const isLevel = ({ id }: RuleResult, service: string, credential: string) => id.endsWith(`.delegation.${service}.${credential}`);
