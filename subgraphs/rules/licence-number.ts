/** What a licence's number looks like in its state. A shape proves only how a number is typed: that it was issued, its board alone says. */

import rawShapes from './data/licence-number-shapes.json' with { type: 'json' };

/** A number of one kind, in one state, for holders of some credentials. */
export interface NumberShape {
  readonly state: string;
  /** A kind of licence, or `CONTROLLED_SUBSTANCES` for a state's own registration. */
  readonly kind: string;
  readonly credentials: readonly string[];
  readonly pattern: string;
  /** The pattern for people: "A, C or G and four to six digits". */
  readonly words: string;
  /** `known` shapes are held to; one that is `uncertain` may only warn. */
  readonly confidence: 'known' | 'uncertain';
}

/** Every shape there is, as kept in `data/`. */
export const numberShapes = rawShapes.shapes as readonly NumberShape[];

/** What a number is asked about. */
export interface NumberAsked {
  readonly state: string;
  readonly kind: string;
  readonly credential: string;
  readonly number: string;
}

/** The shape that a number does not have; null when it has it, or when nobody wrote one down for that state, kind and credential. */
export function shapeMissed({ state, kind, credential, number }: NumberAsked): NumberShape | null {
  const shapes = numberShapes.filter((shape) => shape.state === state && shape.kind === kind && shape.credentials.includes(credential));
  return shapes.some(({ pattern }) => new RegExp(pattern).test(number)) ? null : (shapes[0] ?? null);
}
