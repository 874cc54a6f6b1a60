interface Turn<Answer> {
  readonly running: Promise<Answer>;
  next: Promise<Answer> | null;
}

/**
 * Lets many callers share one answer without anyone getting an old one: while a question is out, all who ask the same
 * wait together for the next, which begins after every one of them has asked. In a rush for one slot, two answers serve
 * fifty callers. Only for what does not depend on who asks.
 */
export function inTurns<Answer>(): (key: string, ask: () => Promise<Answer>) => Promise<Answer> {
  const turns = new Map<string, Turn<Answer>>();

  function begin(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const turn: Turn<Answer> = { running: ask(), next: null };
    turns.set(key, turn);
    const end = () => {
      if (turn.next === null) turns.delete(key);
    };
    turn.running.then(end, end);
    return turn.running;
  }

  return (key, ask) => {
    const turn = turns.get(key);
    if (turn === undefined) return begin(key, ask);
    const start = () => begin(key, ask);
    turn.next ??= turn.running.then(start, start);
    return turn.next;
  };
}
