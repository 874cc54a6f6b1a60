import { cursorOf, placeIn } from '#kernel/list-page.ts';

/** Where a row stands in a list that is ordered by a moment: rows that come meanwhile shift nothing. */
export interface MomentPlace {
  readonly at: Date;
  /** Stored id. */
  readonly id: string;
}

/** The first moment of the year 10000, which no row has. */
const END_OF_TIME = Date.UTC(10_000, 0);

const shape = /^(\d{1,15})\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** A place in a list as the opaque cursor that pages go on from. */
export function momentCursor(list: string, { at, id }: MomentPlace): string {
  return cursorOf(list, `${at.getTime()}/${id}`);
}

/** The place a cursor names; null without one. Throws InvalidInput naming the argument for a text that this list never gave. */
export function momentPlace(list: string, cursor: string | null | undefined, path: 'after' | 'before'): MomentPlace | null {
  return placeIn(list, cursor, path, (text) => {
    const [, at, id] = shape.exec(text) ?? [];
    return at === undefined || id === undefined || Number(at) >= END_OF_TIME ? null : { at: new Date(Number(at)), id };
  });
}
