import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx } from '../../subgraphs/prescriptions/builder.ts';
import { askNeighbours } from '../../subgraphs/prescriptions/order/ask-neighbours.ts';

interface Asked {
  readonly practitioners: readonly string[];
  readonly clinics: readonly string[];
  readonly formularyItem: string;
  readonly protocol: string;
}

/** A request whose neighbours know everybody but `unknown`, and answer nothing about the item `silent`. */
function request({ unknown = '', silent = '' } = {}) {
  const asked: Asked[] = [];
  const ctx = {
    load: async (_model: string, id: string) => ({ id, examinerId: id }),
    graph: {
      ask: async (_question: unknown, variables: Asked) => {
        asked.push(variables);
        if (variables.formularyItem === silent) return null;
        return {
          practitionersFacts: variables.practitioners.filter((id) => id !== unknown).map((id) => ({ id })),
          clinicFacts: variables.clinics.map((id) => ({ id })),
          formularyItemFacts: { id: variables.formularyItem },
          protocolFacts: { id: variables.protocol },
        };
      },
    },
  };
  return { ctx: ctx as unknown as Ctx, asked };
}

const [prescriberId, clinicId, item, otherItem, protocolId] = Array.from({ length: 5 }, () => randomUUID()) as [
  string,
  string,
  string,
  string,
  string,
];
/** The exam's id stands for its examiner's. */
const order = (formularyItemId: string, examId: string = randomUUID()) =>
  ({ prescriberId, clinicId, formularyItemId, protocolId, examId }) as Order;

test('orders of one preparation share a question, and each gets its own examiner', async () => {
  const { ctx, asked } = request();
  const page = [order(item), order(item), order(otherItem), order(item)];
  const told = await Promise.all(page.map((one) => askNeighbours(ctx, one)));
  expect(asked.map(({ formularyItem, practitioners }) => [formularyItem, practitioners.length])).toEqual([
    [toId('formularyItem', item), 4],
    [toId('formularyItem', otherItem), 2],
  ]);
  expect(told.map(({ examiner, item: made }) => [examiner?.id, made?.id])).toEqual(
    page.map(({ examId, formularyItemId }) => [toId('practitioner', examId), toId('formularyItem', formularyItemId)]),
  );
});

test('what one question leaves open stays unknown for its orders, and for no other', async () => {
  const stranger = randomUUID();
  const { ctx } = request({ unknown: toId('practitioner', stranger), silent: toId('formularyItem', otherItem) });
  const [known, unknown, silent] = await Promise.all(
    [order(item), order(item, stranger), order(otherItem)].map((one) => askNeighbours(ctx, one)),
  );
  expect([known?.examiner === null, unknown?.examiner, unknown?.prescriber === null]).toEqual([false, null, false]);
  expect(silent).toEqual({ prescriber: null, examiner: null, clinic: null, item: null, protocol: null });
});

test('asked again later, the neighbours are asked again', async () => {
  const { ctx, asked } = request();
  await askNeighbours(ctx, order(item));
  await askNeighbours(ctx, order(item));
  expect(asked).toHaveLength(2);
});
