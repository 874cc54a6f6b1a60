import type { Prisma } from '#prisma/generated/clinics/client.ts';
import { toId } from '#kernel/ids.ts';
import { dayText } from '../business-day.ts';
import type { NamedClinic } from './expiring.ts';
import type { OwnPapers } from './expiring-own.ts';

/** Our own papers of some clinics, and the clinics as labels name them. */
export interface KnownPapers {
  readonly own: OwnPapers;
  readonly clinics: readonly NamedClinic[];
}

/** Rows as the list of what expires takes them: with public ids, and days as text. */
export function papersOf(
  clinics: readonly Prisma.ClinicGetPayload<{ include: { facilityLicenses: true } }>[],
  agreements: readonly Prisma.ManagementAgreementGetPayload<{ include: { entity: true } }>[],
): KnownPapers {
  const named = clinics.map((clinic) => ({ ...clinic, id: toId('clinic', clinic.id) }));
  return {
    clinics: named,
    own: {
      facilityLicenses: named.flatMap((clinic) =>
        clinic.facilityLicenses.map((license) => ({
          ...license,
          id: toId('facilityLicense', license.id),
          expiresOn: dayText(license.expiresOn),
          clinic,
        })),
      ),
      agreements: agreements.map(({ id, entity, endsOn }) => ({
        id: toId('agreement', id),
        entity: entity.name,
        endsOn: endsOn && dayText(endsOn),
        clinicIds: named.filter(({ entityId }) => entityId === entity.id).map((clinic) => clinic.id),
      })),
    },
  };
}
