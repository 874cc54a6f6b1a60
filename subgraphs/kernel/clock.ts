/** Where business time comes from. Authentication and freshness never use it: they have the real clock. */
export interface Clock {
  now(): Date;
}

/** The machine's own time. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that runs on from wherever it was last set. Only a sandbox has one. */
export interface SandboxClock extends Clock {
  set(to: Date): void;
}

/** A sandbox clock, starting at the real time. */
export function createSandboxClock(): SandboxClock {
  let offset = 0;
  return {
    now: () => new Date(Date.now() + offset),
    set: (to) => {
      offset = to.getTime() - Date.now();
    },
  };
}
