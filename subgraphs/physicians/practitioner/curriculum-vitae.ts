import { z } from 'zod';
import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';

/** One line of a curriculum vitae; days are `YYYY-MM-DD`. */
export interface CareerEntry {
  readonly role: string;
  readonly place: string;
  readonly from: string;
  /** The last day; null for what goes on. */
  readonly to: string | null;
}

const storedEntries: z.ZodType<CareerEntry[]> = z.array(
  z.object({ role: z.string(), place: z.string(), from: z.string(), to: z.string().nullable() }),
);

const CareerEntryType = builder.objectRef<CareerEntry>('CareerEntry').implement({
  description: 'One line of a curriculum vitae.',
  authScopes: { may: 'credential:read' },
  fields: (t) => ({
    role: t.exposeString('role', { description: 'As what.' }),
    place: t.exposeString('place', { description: 'Where.' }),
    from: t.field({ type: 'Date', resolve: ({ from }) => from, description: 'The first day.' }),
    to: t.field({ type: 'Date', nullable: true, resolve: ({ to }) => to, description: 'The last day; empty for what goes on.' }),
  }),
});

/** What somebody has done. It is their own word: nothing here is confirmed anywhere. */
export const CurriculumVitae = builder.prismaObject('CurriculumVitae', {
  description: 'What a practitioner has done, in their own words. Never changed once recorded; a later one takes its place.',
  authScopes: { may: 'credential:read' },
  fields: (t) => ({
    id: t.id({ resolve: (vitae) => toId('curriculumVitae', vitae.id), description: 'The curriculum’s id.' }),
    sha256: t.exposeString('sha256', { description: 'SHA-256 of the paper, in hex.' }),
    entries: t.field({
      type: [CareerEntryType],
      resolve: ({ entries }) => storedEntries.parse(entries),
      description: 'Its lines, in the order of the paper.',
    }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was recorded.' }),
  }),
});
