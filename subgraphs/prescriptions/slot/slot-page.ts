import { type ListOrder, listPage, type PageArgs, placeAt, sizeOf } from '#kernel/list-page.ts';
import { inOrder, type Slot } from '../schedule/slots.ts';

const CURSOR = /^(\d{1,15})\/([0-9a-f-]{36})\/([A-Z_]+)$/;

/** A cursor says where its slot stands in time: slots that are taken meanwhile shift nothing. */
const order: ListOrder<Slot, Slot> = {
  list: 'examSlots',
  inOrder,
  textOf: ({ from, examinerId, modality }) => `${from}/${examinerId}/${modality}`,
  placeOf(text) {
    const [, from, examinerId, modality] = CURSOR.exec(text) ?? [];
    if (from === undefined || examinerId === undefined || modality === undefined) return null;
    return { examinerId, modality, from: Number(from), to: Number(from) };
  },
};

/** One page of slots. */
export const slotPage = (slots: readonly Slot[], args: PageArgs) => listPage(slots, args, order);

/** What of the slots a page needs: the earliest ones after its cursor, and one more that tells whether there are any. A page from the end needs all. */
export function neededFor(args: PageArgs): { readonly count: number; readonly after: Slot | null } {
  const isFromEnd = args.first == null && args.last != null;
  return { count: isFromEnd ? Number.POSITIVE_INFINITY : sizeOf(args) + 1, after: placeAt(args, 'after', order) };
}
