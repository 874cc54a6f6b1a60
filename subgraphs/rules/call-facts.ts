import type { Fact, Modality } from './facts.ts';

/** Who was in the call of a live exam, as its events and signs of life tell. */
export interface LiveContactFact {
  /** Where each stands last: `DROPPED` is gone without having left. */
  readonly patient: 'NEVER' | 'INSIDE' | 'LEFT' | 'DROPPED';
  readonly examiner: 'NEVER' | 'INSIDE' | 'LEFT' | 'DROPPED';
  /** For how long both are confirmed to have been in it at once. */
  readonly togetherSeconds: number;
  /** Whether one of them was inside for a time of which nothing is known. */
  readonly silent: boolean;
}

/** Facts on the call of an exam. */
export interface LiveContactFacts {
  readonly modality: Fact<Modality>;
  /** Null when it cannot be told, which blocks. Left out, it is not asked: the exam has no call here, and its deployment asks for none. */
  readonly liveContact?: LiveContactFact | null;
}
