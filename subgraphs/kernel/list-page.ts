import { PAGE_SIZE } from './builder.ts';
import { InvalidInput } from './errors.ts';

/** The arguments of a Relay connection. */
export interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** How a list that is worked out when it is asked for is ordered, and how a cursor names a place in that order. */
export interface ListOrder<Item, Place> {
  /** What a cursor says it is of: those of other lists are refused. */
  readonly list: string;
  /** Below, at or above 0 as the item stands before, at or after the place. */
  inOrder(item: Item, place: Place): number;
  /** The item's place as text. No two items of the list have the same. */
  textOf(item: Item): string;
  /** The place that a text names; null where it names none. */
  placeOf(text: string): Place | null;
}

/**
 * One page of a list that is in this order. A cursor says where its item stands, not how many came before it: what is added or taken
 * away between two pages shifts nothing, and a page goes on where an item stood that is gone. Throws InvalidInput naming the argument for a
 * cursor of something else.
 */
export function listPage<Item, Place>(list: readonly Item[], args: PageArgs, order: ListOrder<NoInfer<Item>, Place>) {
  const [after, before] = [placeAt(args, 'after', order), placeAt(args, 'before', order)];
  const between = list.filter(
    (item) => (after === null || order.inOrder(item, after) > 0) && (before === null || order.inOrder(item, before) < 0),
  );
  const size = sizeOf(args);
  const fromEnd = args.first == null && args.last != null;
  const page = fromEnd ? between.slice(Math.max(0, between.length - size)) : between.slice(0, size);
  const edges = page.map((node) => ({ cursor: cursorOf(order.list, order.textOf(node)), node }));
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

/** The place that a cursor names; null without one. */
export function placeAt<Item, Place>(args: PageArgs, path: 'after' | 'before', order: ListOrder<Item, Place>): Place | null {
  return placeIn(order.list, args[path], path, (text) => order.placeOf(text));
}

/** How a cursor is written; one that says what it says in another way has another number. */
const FORM = '1';

/** The cursor of a place, given as text, in a list. */
export function cursorOf(list: string, text: string): string {
  return Buffer.from(`${FORM}:${list}:${text}`).toString('base64url');
}

/** The place that a cursor of this list names; null without one. Throws InvalidInput naming the argument for one of another list or form, or of no place. */
export function placeIn<Place>(
  list: string,
  cursor: string | null | undefined,
  path: 'after' | 'before',
  placeOf: (text: string) => Place | null,
): Place | null {
  if (cursor == null) return null;
  const said = Buffer.from(cursor, 'base64url').toString();
  const text = said.startsWith(`${FORM}:${list}:`) ? said.slice(FORM.length + list.length + 2) : null;
  // Base64url spells the same bytes in several ways; a cursor is what it was given as.
  const place = text === null || cursorOf(list, text) !== cursor ? null : placeOf(text);
  if (place === null) throw new InvalidInput([{ path, message: 'is not a cursor of this list' }]);
  return place;
}

/** How many items a page has at most. Throws InvalidInput for a negative number. */
export function sizeOf(args: PageArgs): number {
  const size = Math.min(args.first ?? args.last ?? PAGE_SIZE.default, PAGE_SIZE.max);
  if (size < 0) throw new InvalidInput([{ path: args.first == null ? 'last' : 'first', message: 'must not be negative' }]);
  return size;
}

/** The texts of a cursor that is made of so many; null where it is not. */
export function textsOf(cursor: string, count: number): readonly string[] | null {
  try {
    const texts: unknown = JSON.parse(cursor);
    return Array.isArray(texts) && texts.length === count && texts.every((text) => typeof text === 'string') ? texts : null;
  } catch {
    return null;
  }
}

/** Below, at or above 0 as one list of texts comes before another, the first that differ deciding. */
export function compareTexts(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((text, index) => text !== other[index]);
  return at === -1 ? 0 : (one[at] ?? '') < (other[at] ?? '') ? -1 : 1;
}
