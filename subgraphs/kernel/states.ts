import { IllegalTransition } from './errors.ts';

/** Every allowed move of a thing, from each state. A move that is not listed does not exist. */
export type Moves<State extends string> = Readonly<Record<State, readonly State[]>>;

/** Whether a thing may go from one state to another. */
export function mayBecome<State extends string>(moves: Moves<State>, from: State, to: State): boolean {
  return moves[from].includes(to);
}

/** Throws IllegalTransition unless the move is in the table. Stored states are text, so an unknown one moves nowhere. */
export function requireMove<State extends string>(moves: Moves<State>, from: string, to: State): void {
  const next: readonly string[] = (moves as Readonly<Record<string, readonly string[]>>)[from] ?? [];
  if (!next.includes(to)) throw new IllegalTransition(from, to);
}
