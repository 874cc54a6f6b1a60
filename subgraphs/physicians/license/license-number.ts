import { Refusal } from '#kernel/errors.ts';
import { type NumberAsked, shapeMissed } from '#rules/licence-number.ts';
import { builder, graph } from '../builder.ts';

/** A number that no licence of this kind has in its state. */
export class LicenseNumberShape extends Refusal {
  readonly code = 'LICENSE_NUMBER_SHAPE';
  readonly state: string;
  readonly shape: string;
  constructor(state: string, shape: string) {
    super(`Numbers of this kind in ${state} are ${shape}.`);
    this.state = state;
    this.shape = shape;
  }
}

builder.objectType(LicenseNumberShape, {
  name: 'LicenseNumberShape',
  description: 'The number does not look like one that the state gives to holders of this kind: it was mistyped, or is of another kind.',
  interfaces: [graph.RefusalInterface],
  fields: (t) => ({
    state: t.field({ type: graph.UsState, resolve: ({ state }) => state, description: 'The state.' }),
    shape: t.string({ resolve: ({ shape }) => shape, description: 'What its numbers look like, in words.' }),
  }),
});

/** Letters and digits with the separators that boards print. */
export const NUMBER = /^[0-9A-Za-z](?:[0-9A-Za-z ./-]{0,28}[0-9A-Za-z])?$/;

/** What is said of a number with other signs in it. */
export const NUMBER_IN_WORDS = 'A number is at most 30 letters and digits, with spaces, dots, hyphens and slashes between them.';

/** A number as it is kept: boards print capitals. */
export const asKept = (typed: string): string => typed.trim().toUpperCase();

/** Throws LicenseNumberShape when the number cannot be one, as far as anybody knows for sure. */
export function requireNumberShape(asked: NumberAsked): void {
  const missed = shapeMissed(asked);
  if (missed?.confidence === 'known') throw new LicenseNumberShape(asked.state, missed.words);
}

/** What to look at twice in a number: it is unusual where nobody is sure what is usual. Null when there is nothing. */
export function numberWarning(asked: NumberAsked): string | null {
  const missed = shapeMissed(asked);
  return missed === null ? null : `Numbers of this kind in ${asked.state} are mostly ${missed.words}: compare it with the licence.`;
}
