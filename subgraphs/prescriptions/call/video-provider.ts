import { readEnv } from '#kernel/env.ts';
import type { Ctx } from '../builder.ts';
import { embeddedRooms } from './embedded-rooms.ts';
import { liveKitRooms } from './livekit-rooms.ts';

/** Who takes part in a call as what. The patient is there for their own exam, the examiner holds it, an observer looks on. */
export const callParts = ['PATIENT', 'EXAMINER', 'OBSERVER'] as const;

/** One part in a call. */
export type CallPart = (typeof callParts)[number];

/** A place in the room of one exam, for one person and some time. Nothing in it says who the patient is. */
export interface Seat {
  /** Public id of the pass that gives it. */
  readonly passId: string;
  /** The room: the public id of the exam. */
  readonly room: string;
  readonly part: CallPart;
  /** The patient's public id, or the subject of whoever joins. */
  readonly person: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** The moment at which the token is made, by business time. */
  readonly now: Date;
}

/** Where calls are held. */
export interface VideoProvider {
  readonly name: 'EMBEDDED' | 'LIVEKIT';
  /** Where a client connects; null where there is nothing to connect to. */
  readonly url: string | null;
  /** The token for a seat. */
  tokenFor(seat: Seat): Promise<string>;
  /** The pass that a token was made for; null for a token that was not made here. How old it is, its pass says. */
  passOf(token: string): Promise<string | null>;
}

/** Where this deployment holds its calls: on its LiveKit server, or in rooms that are a record alone. */
export function videoProvider(ctx: Pick<Ctx, 'secretFor'>): VideoProvider {
  const { liveKit } = readEnv().video;
  return liveKit === null ? embeddedRooms(ctx.secretFor('call')) : liveKitRooms(liveKit);
}
