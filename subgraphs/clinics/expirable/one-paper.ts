import { toId } from '#kernel/ids.ts';
import { addDays } from '#rules/dates.ts';
import { dayText, storedDay } from '../business-day.ts';
import type { ClinicRecord } from '../readiness/clinic-record.ts';
import type { ClinicOversight } from '../readiness/oversight.ts';
import type { Paper } from './paper.ts';

/** A clinic with what its readiness is asked of. */
export interface KnownClinic {
  readonly record: ClinicRecord;
  readonly oversight: ClinicOversight | null;
}

/** Which paper it is. */
export type Named = Pick<Paper, 'kind' | 'recordId'>;

type Practitioner = NonNullable<ClinicOversight['engagements'][number]['practitioner']>;

/** What becomes of the one record, wherever it stands. */
interface Changed {
  readonly site: (one: ClinicRecord['facilityLicenses'][number]) => ClinicRecord['facilityLicenses'][number];
  readonly attestation: (one: ClinicRecord['entity']['attestations'][number]) => ClinicRecord['entity']['attestations'][number];
  readonly engagement: (one: ClinicOversight['engagements'][number]) => ClinicOversight['engagements'][number];
  readonly license: (one: Practitioner['licenses'][number]) => Practitioner['licenses'][number];
  readonly policy: (one: Practitioner['policies'][number]) => Practitioner['policies'][number];
  readonly protocol: (one: ClinicOversight['protocols'][number]) => ClinicOversight['protocols'][number];
  readonly exclusion: NonNullable<Practitioner['exclusion']>;
}

/** The same clinic with that one paper over since the day before. */
export function without({ recordId }: Named, clinic: KnownClinic, on: string): KnownClinic {
  const lastDay = addDays(on.slice(0, 10), -1);
  const ended = storedDay(lastDay);
  return changed(recordId, clinic, {
    site: (one) => ({ ...one, expiresOn: ended }),
    attestation: (one) => ({ ...one, expiresOn: ended }),
    engagement: (one) => ({ ...one, endsOn: lastDay }),
    license: (one) => ({ ...one, expiresOn: lastDay }),
    policy: (one) => ({ ...one, expiresOn: lastDay }),
    protocol: (one) => ({ ...one, expiresOn: lastDay }),
    exclusion: { status: 'EXCLUDED', since: lastDay },
  });
}

/** Papers of a physician that stop the protocols they signed as well: with the paper those come back by themselves. */
const carriesProtocols = new Set(['LICENSE', 'ENGAGEMENT', 'EXCLUSION']);

/** The same clinic with that one paper back, good today and just looked up, whatever ended it. */
export function back({ kind, recordId }: Named, clinic: KnownClinic, on: string): KnownClinic {
  const today = on.slice(0, 10);
  const day = (last: string) => (last < today ? today : last);
  const date = (last: Date) => storedDay(day(dayText(last)));
  const { record, oversight } = changed(recordId, clinic, {
    site: (one) => ({ ...one, status: 'ACTIVE', expiresOn: date(one.expiresOn) }),
    attestation: (one) => ({ ...one, revokedAt: null, expiresOn: one.expiresOn && date(one.expiresOn) }),
    engagement: (one) => ({ ...one, status: 'ACTIVE', endsOn: one.endsOn && day(one.endsOn) }),
    license: (one) => ({ ...one, status: 'ACTIVE', verifiedAt: on, notActiveFrom: null, expiresOn: day(one.expiresOn) }),
    policy: (one) => ({ ...one, status: 'ACTIVE', expiresOn: day(one.expiresOn) }),
    protocol: (one) => ({ ...one, status: 'ACTIVE', expiresOn: one.expiresOn && day(one.expiresOn) }),
    exclusion: { status: 'NONE', since: null },
  });
  if (oversight === null || !carriesProtocols.has(kind)) return { record, oversight };
  const protocols = oversight.protocols.map((one) => (one.status === 'SUSPENDED' ? { ...one, status: 'ACTIVE' } : one));
  return { record, oversight: { ...oversight, protocols } };
}

function changed(recordId: string, { record, oversight }: KnownClinic, to: Changed): KnownClinic {
  const only = <Row extends { readonly id: string }>(rows: readonly Row[], change: (row: Row) => Row): Row[] =>
    rows.map((row) => (row.id === recordId ? change(row) : row));
  return {
    record: {
      ...record,
      facilityLicenses: record.facilityLicenses.map((one) => (toId('facilityLicense', one.id) === recordId ? to.site(one) : one)),
      entity: {
        ...record.entity,
        attestations: record.entity.attestations.map((one) => (toId('attestation', one.id) === recordId ? to.attestation(one) : one)),
      },
    },
    oversight: oversight && {
      ...oversight,
      engagements: only(oversight.engagements, to.engagement).map((engagement) => ({
        ...engagement,
        practitioner: engagement.practitioner && {
          ...engagement.practitioner,
          ...(engagement.practitioner.id === recordId ? { exclusion: to.exclusion } : {}),
          licenses: only(engagement.practitioner.licenses, to.license),
          policies: only(engagement.practitioner.policies, to.policy),
        },
      })),
      protocols: only(oversight.protocols, to.protocol),
    },
  };
}
