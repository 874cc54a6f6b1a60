import type { Fact } from './facts.ts';

/** A list that was read whole. One missing entry makes the list unknown: what it hid might have been the one that counts. */
export function wholeList<T>(list: Fact<readonly (T | null | undefined)[]>): readonly T[] | null {
  return list == null || list.some((one) => one == null) ? null : (list as readonly T[]);
}
