import { PAGE_SIZE } from '#kernel/builder.ts';
import { InvalidInput } from '#kernel/errors.ts';
import { inOrder, type Slot } from '../schedule/slots.ts';

interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/**
 * One page of slots. A cursor says where its slot stands in time, not how many slots came before it: slots that are
 * taken meanwhile shift nothing.
 */
export function slotPage(slots: readonly Slot[], args: PageArgs) {
  const after = args.after == null ? null : slotAt(args.after, 'after');
  const before = args.before == null ? null : slotAt(args.before, 'before');
  const between = slots.filter((slot) => (after === null || inOrder(slot, after) > 0) && (before === null || inOrder(slot, before) < 0));
  const size = sizeOf(args);
  const fromEnd = args.first == null && args.last != null;
  const page = fromEnd ? between.slice(Math.max(0, between.length - size)) : between.slice(0, size);
  const edges = page.map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: fromEnd ? before !== null : between.length > page.length,
      hasPreviousPage: fromEnd ? between.length > page.length : after !== null,
    },
  };
}

/** What of the slots a page needs: the earliest ones after its cursor, and one more that tells whether there are any. A page from the end needs all. */
export function neededFor(args: PageArgs): { readonly count: number; readonly after: Slot | null } {
  const after = args.after == null ? null : slotAt(args.after, 'after');
  return { count: args.first == null && args.last != null ? Number.POSITIVE_INFINITY : sizeOf(args) + 1, after };
}

function sizeOf(args: PageArgs): number {
  const size = Math.min(args.first ?? args.last ?? PAGE_SIZE.default, PAGE_SIZE.max);
  if (size < 0) throw new InvalidInput([{ path: args.first == null ? 'last' : 'first', message: 'must not be negative' }]);
  return size;
}

function cursorOf(slot: Slot): string {
  return Buffer.from(`${slot.from}/${slot.examinerId}/${slot.modality}`).toString('base64url');
}

function slotAt(cursor: string, path: string): Slot {
  const [, from, examinerId, modality] = /^(\d{1,15})\/([0-9a-f-]{36})\/([A-Z_]+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (from === undefined || examinerId === undefined || modality === undefined)
    throw new InvalidInput([{ path, message: 'is not a cursor of this list' }]);
  return { examinerId, modality, from: Number(from), to: Number(from) };
}
