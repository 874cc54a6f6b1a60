import { toId } from '#kernel/ids.ts';
import { statusThen } from '#rules/licence-history.ts';
import { builder } from '../builder.ts';
import { PharmacyLicense } from '../pharmacy/pharmacy.ts';
import { type boardStatuses, historyOf, inRecordedOrder } from './license-history.ts';

export const PharmacyLicenseStatus = builder.enumType('PharmacyLicenseStatus', {
  description: 'What is on record of a pharmacy’s licence.',
  values: {
    ACTIVE: { description: 'Good and unrestricted.' },
    UNVERIFIED: { description: 'Never confirmed at who gave it, or no longer.' },
    EXPIRED: { description: 'Its term was over.' },
    RESTRICTED: { description: 'Limited.' },
    SUSPENDED: { description: 'Suspended.' },
    REVOKED: { description: 'Taken back.' },
  } satisfies Record<(typeof boardStatuses)[number], object>,
});

export const LicensingSource = builder.enumType('LicensingSource', {
  description: 'Where a pharmacy’s licence was looked up.',
  values: {
    STATE_BOARD: { description: 'The board of the state that gave it.' },
    FDA: { description: 'The Food and Drug Administration.' },
  } as const,
});

export const PharmacyLicenseStanding = builder.prismaObject('PharmacyLicenseStanding', {
  description: 'What a pharmacy’s licence was on certain days, as it became known at a moment. Never changed once recorded.',
  authScopes: { may: 'pharmacy:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('pharmacyLicenseStanding', row.id), description: 'The entry’s id.' }),
    license: t.relation('license', { description: 'The licence.' }),
    status: t.field({ type: PharmacyLicenseStatus, resolve: (row) => row.status as 'ACTIVE', description: 'What it was.' }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'Date', description: 'The first day it holds for; it may lie before the recording.' }),
    effectiveTo: t.expose('effectiveTo', {
      type: 'Date',
      nullable: true,
      description: 'The last day it holds for; empty for one without end.',
    }),
    expiresOn: t.expose('expiresOn', {
      type: 'Date',
      nullable: true,
      description: 'The last day of the term it was given for, where it said so.',
    }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it became known here.' }),
    source: t.field({
      type: LicensingSource,
      nullable: true,
      resolve: (row) => row.source as 'FDA' | null,
      description: 'Where it was looked up; empty for what was only heard of.',
    }),
    reference: t.exposeString('reference', { nullable: true, description: 'Where to read it again.' }),
    note: t.exposeString('note', { nullable: true, description: 'What colleagues should know.' }),
  }),
});

builder.prismaObjectFields(PharmacyLicense, (t) => ({
  standings: t.relation('standings', { query: inRecordedOrder, description: 'Everything recorded of it, in the order of recording.' }),
  statusOn: t.field({
    type: PharmacyLicenseStatus,
    nullable: true,
    args: {
      day: t.arg({ type: 'Date', required: true, description: 'The day asked about.' }),
      knownAt: t.arg({ type: 'DateTime', description: 'As known at that moment; now, when left out.' }),
    },
    select: { expiresOn: true, standings: inRecordedOrder },
    resolve: (row, { day, knownAt }, ctx) => statusThen(historyOf(row, row.standings), day, knownAt ?? ctx.now()) as 'ACTIVE' | null,
    description: 'What it was on a day, as known at a moment; empty when nothing was on record then.',
  }),
}));
