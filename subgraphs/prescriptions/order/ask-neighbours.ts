import DataLoader from 'dataloader';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';
import type { Ctx } from '../builder.ts';
import { signingQuestion } from './neighbour-facts.ts';
import { type Neighbours, noNeighbours } from './signing-facts.ts';

/** Whom and what one order asks about, as the neighbours name them. */
interface About {
  readonly prescriber: string;
  readonly examiner: string;
  readonly clinic: string;
  readonly formularyItem: string;
  readonly protocol: string;
}

const loaders = new WeakMap<Ctx, DataLoader<About, Neighbours>>();

/**
 * Asks the neighbours about an order, its ids taken from a row the caller may see. What is not answered stays null. The
 * orders of a page that are asked about in one tick share their questions; nothing is kept, so no answer is an old one.
 */
export async function askNeighbours(ctx: Ctx, order: Order): Promise<Neighbours> {
  const exam = await ctx.load<{ id: string; examinerId: string | null }>('goodFaithExam', order.examId, { clinicId: order.clinicId });
  const loader = loaders.get(ctx) ?? new DataLoader((all: readonly About[]) => askAbout(ctx, all), { cache: false });
  loaders.set(ctx, loader);
  const prescriber = toId('practitioner', order.prescriberId);
  return loader.load({
    prescriber,
    examiner: exam?.examinerId == null ? prescriber : toId('practitioner', exam.examinerId),
    clinic: toId('clinic', order.clinicId),
    formularyItem: toId('formularyItem', order.formularyItemId),
    protocol: toId('protocolVersion', order.protocolId),
  });
}

/** One question for all orders of the same preparation under the same protocol: people and clinics are asked about by the list. */
async function askAbout(ctx: Ctx, all: readonly About[]): Promise<Neighbours[]> {
  const alike = Map.groupBy(all, ({ formularyItem, protocol }) => `${formularyItem} ${protocol}`);
  const told = new Map<About, Neighbours>();
  await Promise.all(
    [...alike.values()].map(async (group) => {
      const [first] = group;
      if (first === undefined) return;
      const answer = await ctx.graph.ask(signingQuestion, {
        practitioners: [...new Set(group.flatMap(({ prescriber, examiner }) => [prescriber, examiner]))],
        clinics: [...new Set(group.map(({ clinic }) => clinic))],
        formularyItem: first.formularyItem,
        protocol: first.protocol,
      });
      if (answer === null) return;
      for (const about of group) {
        told.set(about, {
          prescriber: answer.practitionersFacts.find(({ id }) => id === about.prescriber) ?? null,
          examiner: answer.practitionersFacts.find(({ id }) => id === about.examiner) ?? null,
          clinic: answer.clinicFacts.find(({ id }) => id === about.clinic) ?? null,
          item: answer.formularyItemFacts,
          protocol: answer.protocolFacts,
        });
      }
    }),
  );
  return all.map((about) => told.get(about) ?? noNeighbours);
}
