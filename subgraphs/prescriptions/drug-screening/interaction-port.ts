import type { InteractionFact } from '#rules/drug-screening-facts.ts';
import { takenBeside } from '#rules/drug-findings.ts';
import { readEnv } from '#kernel/env.ts';
import type { Order, Patient } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx } from '../builder.ts';
import { httpsScreener } from './https-screener.ts';
import { activesOf, drugScreeningFact } from './screening-facts.ts';
import { readScreeningRows } from './screening-rows.ts';
import { KeptAnswers, sparingScreener } from './sparing-screener.ts';

/** What a screener is asked: substances and medicines by name, and nothing of who takes them. */
export interface InteractionRequest {
  readonly ingredients: readonly { readonly name: string; readonly unii: string | null }[];
  readonly medications: readonly string[];
}

/** Whoever knows which drugs interact. It never throws: what did not work out was not screened. */
export interface InteractionScreener {
  screen(request: InteractionRequest): Promise<InteractionFact>;
}

const kept = new KeptAnswers();
const ofRequests = new WeakMap<Ctx, InteractionScreener>();

/** The screener of this deployment, for one request; null where there is none, and a patient with other medicines is not screened. */
function interactionScreener(ctx: Ctx): InteractionScreener | null {
  const { interactions } = readEnv();
  if (interactions === null) return null;
  const known = ofRequests.get(ctx) ?? sparingScreener(httpsScreener(interactions), kept, interactions.url.hostname, () => ctx.now());
  ofRequests.set(ctx, known);
  return known;
}

/**
 * Asks about the interactions of an order's drug, before any transaction of a decision. Null where nothing is to be asked: no screener, or a patient who
 * takes nothing else. The gate holds the answer against what the patient takes when the order is signed.
 */
export async function askInteractions(ctx: Ctx, order: Order): Promise<InteractionFact | null> {
  const screener = interactionScreener(ctx);
  if (screener === null) return null;
  const patient: Patient | null = await ctx.db.patient.findFirst({ where: { id: order.patientId } });
  const screening = await readScreeningRows(ctx.db, order, patient);
  const actives = activesOf(order);
  const facts = drugScreeningFact({ order, patient, exam: null, screening }, null, ctx.now());
  const medications = takenBeside({ actives, facts });
  if (medications === null || medications.length === 0) return null;
  await ctx.graph.beforeWaiting();
  const answer = await screener.screen({ ingredients: actives, medications });
  if (answer.outcome === 'NOT_SCREENED') ctx.log.warn({ screener: answer.screener }, 'interactions not screened');
  return answer;
}
