import DataLoader from 'dataloader';
import type { ToldOversight } from '#rules/oversight-facts.ts';
import type { Context } from '../builder.ts';
import { fillingPharmacies, onboardedClinics, publishedHours, type ToldClinic } from './neighbours.ts';
import type { Filling } from './onboarding-facts.ts';

/** What the neighbours tell of one clinic; null for what they did not answer. */
export interface Told {
  readonly clinic: ToldClinic | null;
  readonly oversight: ToldOversight | null;
  readonly pharmacies: readonly Filling[] | null;
  readonly examinerIds: readonly string[] | null;
}

const loaders = new WeakMap<Context, DataLoader<string, Told>>();

/** What is told of a clinic by its public id: three questions for all the clinics of a request. */
export function toldOf(ctx: Context, clinicId: string): Promise<Told> {
  const loader = loaders.get(ctx) ?? new DataLoader((ids: readonly string[]) => ask(ctx, ids), { cache: false });
  loaders.set(ctx, loader);
  return loader.load(clinicId);
}

async function ask(ctx: Context, clinicIds: readonly string[]): Promise<Told[]> {
  const ids = [...new Set(clinicIds)];
  const [clinics, filling, hours] = await Promise.all([
    ctx.graph.ask(onboardedClinics, { ids }),
    ctx.graph.ask(fillingPharmacies, { ids }),
    ctx.graph.ask(publishedHours, { ids }),
  ]);
  return clinicIds.map((id) => ({
    clinic: clinics?.clinicFacts.find((one) => one.id === id) ?? null,
    oversight: clinics?.oversight.find((one) => one.clinicId === id) ?? null,
    pharmacies: filling?.clinicPharmacies.filter((one) => one.clinicId === id).map(({ pharmacy }) => pharmacy) ?? null,
    examinerIds: hours?.clinicSchedules.find((one) => one.clinicId === id)?.examinerIds ?? null,
  }));
}
