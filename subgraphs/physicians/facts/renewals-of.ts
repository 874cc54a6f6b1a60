import type { LicenseRenewal } from '#prisma/generated/physicians/client.ts';
import type { Context } from '../builder.ts';

interface Batch {
  readonly ids: Set<string>;
  readonly rows: Promise<Map<string, LicenseRenewal[]>>;
}

const open = new WeakMap<Context, Batch>();

/** The further terms of a licence in the order of recording: one statement for all licences that are asked about at once. */
export async function renewalsOf(ctx: Context, licenseId: string): Promise<LicenseRenewal[]> {
  const batch = open.get(ctx) ?? start(ctx);
  batch.ids.add(licenseId);
  return (await batch.rows).get(licenseId) ?? [];
}

function start(ctx: Context): Batch {
  const ids = new Set<string>();
  const rows = Promise.resolve().then(async () => {
    open.delete(ctx);
    const found = await ctx.db.licenseRenewal.findMany({
      where: { licenseId: { in: [...ids] } },
      orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }],
    });
    return Map.groupBy(found, ({ licenseId }) => licenseId);
  });
  const batch = { ids, rows };
  open.set(ctx, batch);
  return batch;
}
