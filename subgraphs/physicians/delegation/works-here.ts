import DataLoader from 'dataloader';
import type { Context } from '../builder.ts';
import { workingAt, type WorkPlace } from '../license/shared-place.ts';

const loaders = new WeakMap<Context, DataLoader<WorkPlace, boolean>>();

/** Whether a practitioner works at a clinic today, batched with everybody asked of in the same tick. */
export function worksHere(ctx: Context, practitionerId: string, clinicId: string): Promise<boolean> {
  // Not kept from tick to tick: a change in the same request counts.
  const loader = loaders.get(ctx) ?? new DataLoader((asked: readonly WorkPlace[]) => workingAt(ctx.db, ctx, asked), { cache: false });
  loaders.set(ctx, loader);
  return loader.load({ practitionerId, clinicId });
}
