import { toId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder } from '../builder.ts';
import { CredentialSource } from '../credential/credential-check.ts';
import type { boardStatuses } from './license-standing.ts';

/** How standings are read wherever they are: as they were recorded. */
export const inRecordedOrder = { orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }] } satisfies Prisma.License$standingsArgs;

/** What can be recorded of a licence. How fresh the record is plays no part in it. */
export const BoardStatus = builder.enumType('BoardStatus', {
  description: 'What is on record of a licence, whenever it was looked up.',
  values: {
    ACTIVE: { description: 'Good and unrestricted.' },
    UNVERIFIED: { description: 'Never confirmed at its board, or no longer.' },
    EXPIRED: { description: 'Its term was over.' },
    RESTRICTED: { description: 'Limited by the board.' },
    SUSPENDED: { description: 'Suspended by the board.' },
    REVOKED: { description: 'Revoked by the board.' },
  } satisfies Record<(typeof boardStatuses)[number], object>,
});

/** One entry of a licence's history. Entries are only ever added, so what was known at a moment can be read at any later one. */
export const LicenseStanding = builder.prismaObject('LicenseStanding', {
  description: 'What a licence was on certain days, as somebody learned at some moment. Never changed once recorded.',
  authScopes: { may: 'practitioner:read' },
  fields: (t) => ({
    id: t.id({ resolve: (standing) => toId('licenseStanding', standing.id), description: 'The entry’s id.' }),
    license: t.relation('license', { description: 'The licence.' }),
    status: t.field({
      type: BoardStatus,
      resolve: (standing) => standing.status as typeof BoardStatus.$inferType,
      description: 'What it was.',
    }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'Date', description: 'The first day it holds for; it may lie before the recording.' }),
    effectiveTo: t.expose('effectiveTo', {
      type: 'Date',
      nullable: true,
      description: 'The last day it holds for; empty for one without end.',
    }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it became known here.' }),
    source: t.field({
      type: CredentialSource,
      nullable: true,
      resolve: (standing) => standing.source as typeof CredentialSource.$inferType | null,
      description: 'Where it was looked up; empty for what was only heard of.',
    }),
    reference: t.exposeString('reference', { nullable: true, description: 'Where to read it again: an address or a docket number.' }),
    note: t.exposeString('note', { nullable: true, description: 'What colleagues should know.' }),
  }),
});
