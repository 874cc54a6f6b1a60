import { readEnv } from '#kernel/env.ts';
import type { ClockDrift } from '#rules/controlled-clock.ts';
import { clockResults } from '#rules/controlled-clock.ts';
import { library } from '#rules/packs.ts';
import type { RuleResult } from '#rules/results.ts';
import type { Ctx } from '../builder.ts';
import { serverTime } from '../drug-screening/outbound.ts';

const TIMEOUT_MS = 3_000;

/** The rule on the clock as it stands now, by the deployment's time source; nothing where it has none. Outside any transaction. */
export async function askClock(ctx: Pick<Ctx, 'now' | 'log'>, source = readEnv().timeSource): Promise<RuleResult[]> {
  const drift = source === null ? undefined : await driftFrom(source, () => ctx.now());
  const on = ctx.now().toISOString();
  const results = clockResults(drift, { rules: library.on(on), on, attestations: null, entityName: null });
  // A clock that has drifted is an incident of the deployment, not of one prescriber: it is told where it is watched.
  if (results.some(({ outcome }) => outcome !== 'PASS'))
    ctx.log.warn({ code: 'CLOCK_DRIFT', driftMs: drift ?? null }, 'clock not confirmed');
  return results;
}

/** How far the clock is from a source, which says the time to the second. Half of the way there and back is taken for the way back. */
export async function driftFrom(source: URL, now: () => Date, ask: typeof serverTime = serverTime): Promise<ClockDrift> {
  const asked = now().getTime();
  try {
    const told = await ask(source, TIMEOUT_MS);
    return Math.round((asked + now().getTime()) / 2 - told.getTime());
  } catch {
    return null;
  }
}
