import { z } from 'zod';
import { builder, type Context } from '../builder.ts';

const limitsShape = z.array(
  z.object({ drug: z.string(), unii: z.string().nullish(), maximum: z.string(), unit: z.string(), per: z.string() }),
);

/** The most of a drug that is given under a protocol. */
export interface DoseLimit {
  readonly drug: string;
  readonly unii?: string | null | undefined;
  readonly maximum: string;
  readonly unit: string;
  readonly per: string;
}

/** What a version of a protocol limits; null where nothing can be read of it. The rest of what it says stays where it is. */
export async function readDoseLimits(ctx: Pick<Context, 'db'>, versionId: string): Promise<readonly DoseLimit[] | null> {
  const [row] = await ctx.db.$queryRawUnsafe<{ limits: unknown }[]>('select dose_limits($1::uuid) as limits', versionId);
  return limitsShape.safeParse(row?.limits).data ?? null;
}

/** A limit, to the gate that asks. */
export const DoseLimitFacts = builder.objectRef<DoseLimit>('ProtocolDoseLimitFacts').implement({
  description: 'For the other subgraphs: the most of a drug that is given under a protocol.',
  authScopes: { may: 'authority-facts:read' },
  fields: (t) => ({
    drug: t.exposeString('drug', { description: 'The drug, as the protocol names it.' }),
    unii: t.string({ nullable: true, resolve: ({ unii }) => unii ?? null, description: 'Its UNII, where the protocol gives it.' }),
    maximum: t.field({ type: 'Decimal', resolve: ({ maximum }) => maximum, description: 'The most, in the unit.' }),
    unit: t.exposeString('unit', { description: 'The unit, as the protocol gives it.' }),
    per: t.exposeString('per', { description: 'In which time, as the protocol gives it.' }),
  }),
});
