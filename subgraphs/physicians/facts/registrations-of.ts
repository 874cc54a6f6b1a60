import DataLoader from 'dataloader';
import type { ControlledSubstanceRegistration } from '#prisma/generated/physicians/client.ts';
import type { Context } from '../builder.ts';

type Registrations = ControlledSubstanceRegistration[];

/** One loader a request, and with it no longer than the request. */
const loaders = new WeakMap<object, DataLoader<string, Registrations>>();

/** Somebody's state registrations for controlled substances, in one statement with those of everybody else asked about at once. */
export function registrationsOf(ctx: Context, practitionerId: string): Promise<Registrations> {
  const loader = loaders.get(ctx) ?? new DataLoader((ids: readonly string[]) => registrationsOfEach(ctx, ids));
  loaders.set(ctx, loader);
  return loader.load(practitionerId);
}

async function registrationsOfEach(ctx: Context, ids: readonly string[]): Promise<Registrations[]> {
  const rows = await ctx.db.controlledSubstanceRegistration.findMany({
    where: { practitionerId: { in: [...ids] } },
    orderBy: { id: 'asc' },
  });
  return ids.map((id) => rows.filter((row) => row.practitionerId === id));
}
