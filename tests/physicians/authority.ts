import type { Tenancy } from '#kernel/actor.ts';
import { toId } from '#kernel/ids.ts';
import type { PrismaClient } from '#prisma/generated/physicians/client.ts';

const uuid = (n: number) => `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const day = (text: string) => new Date(`${text}T00:00:00Z`);

/** The moment every test starts from. */
export const NOW = '2026-12-01T15:00:00Z';

/** Stored ids: two clinics of one MSO under different entities, one of another MSO. */
export const stored = {
  ...{ austin: uuid(1), miami: uuid(2), denver: uuid(3), entity: uuid(11), otherEntity: uuid(12), mso: uuid(21), otherMso: uuid(22) },
  ...{ director: uuid(101), nurse: uuid(102), stranger: uuid(103) },
  ...{
    license: uuid(201),
    staleLicense: uuid(202),
    nurseLicense: uuid(203),
    standing: uuid(211),
    dea: uuid(301),
    policy: uuid(401),
    lapsedPolicy: uuid(402),
  },
  ...{ engagement: uuid(501), endedEngagement: uuid(502), strangersEngagement: uuid(503), agreement: uuid(601) },
  ...{
    protocol: uuid(701),
    inForce: uuid(711),
    expired: uuid(712),
    notYet: uuid(713),
    unsigned: uuid(714),
    strangersProtocol: uuid(702),
    strangers: uuid(721),
  },
} as const;

/** Which clinics there are. */
export const clinics: Tenancy['clinics'] = [
  { clinicId: stored.austin, entityId: stored.entity, msoId: stored.mso },
  { clinicId: stored.miami, entityId: stored.otherEntity, msoId: stored.mso },
  { clinicId: stored.denver, entityId: stored.otherEntity, msoId: stored.otherMso },
];

const nobody = uuid(999);

/** Public ids. */
export const id = {
  noClinic: toId('clinic', nobody),
  noPractitioner: toId('practitioner', nobody),
  noLicense: toId('license', nobody),
  austin: toId('clinic', stored.austin),
  miami: toId('clinic', stored.miami),
  denver: toId('clinic', stored.denver),
  mso: toId('mso', stored.mso),
  otherMso: toId('mso', stored.otherMso),
  director: toId('practitioner', stored.director),
  nurse: toId('practitioner', stored.nurse),
  stranger: toId('practitioner', stored.stranger),
  license: toId('license', stored.license),
  staleLicense: toId('license', stored.staleLicense),
  nurseLicense: toId('license', stored.nurseLicense),
  dea: toId('deaRegistration', stored.dea),
  policy: toId('insurancePolicy', stored.policy),
  lapsedPolicy: toId('insurancePolicy', stored.lapsedPolicy),
  engagement: toId('engagement', stored.engagement),
  endedEngagement: toId('engagement', stored.endedEngagement),
  strangersEngagement: toId('engagement', stored.strangersEngagement),
  agreement: toId('collaborativeAgreement', stored.agreement),
  inForce: toId('protocolVersion', stored.inForce),
  expired: toId('protocolVersion', stored.expired),
  notYet: toId('protocolVersion', stored.notYet),
  unsigned: toId('protocolVersion', stored.unsigned),
  strangers: toId('protocolVersion', stored.strangers),
} as const;

/** A digest stands for the content; these tests never check one. */
export const digest = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

const person = (key: 'director' | 'nurse' | 'stranger', npi: string, credential: string, givenName: string, familyName: string) => ({
  ...{ id: stored[key], npi, credential, givenName, familyName },
  displayName: `${givenName} ${familyName}, ${credential}`,
});

/** A director with a stale Florida licence, a nurse practitioner who works under her, and a director of somebody else's clinic. */
export async function writeAuthority(owner: PrismaClient): Promise<void> {
  await owner.practitioner.createMany({
    data: [
      { ...person('director', '1234567893', 'MD', 'Rosa', 'Delgado'), specialties: ['Internal medicine'] },
      { ...person('nurse', '1245319599', 'NP', 'Ida', 'Okafor'), independentIn: ['FL'] },
      person('stranger', '1679576722', 'DO', 'Lee', 'Marsh'),
    ],
  });
  const checked = {
    status: 'ACTIVE',
    verifiedAt: new Date('2026-11-20T10:00:00Z'),
    issuedOn: day('2015-05-01'),
    expiresOn: day('2027-05-31'),
  };
  await owner.license.createMany({
    data: [
      { ...checked, id: stored.license, practitionerId: stored.director, state: 'TX', number: 'Q1234', type: 'PHYSICIAN' },
      {
        ...checked,
        ...{ id: stored.staleLicense, practitionerId: stored.director, state: 'FL', number: 'ME9876', type: 'PHYSICIAN' },
        verifiedAt: new Date('2026-10-31T10:00:00Z'),
      },
      { ...checked, id: stored.nurseLicense, practitionerId: stored.nurse, state: 'TX', number: 'AP555', type: 'NURSE_PRACTITIONER' },
    ],
  });
  const known = { status: 'ACTIVE', effectiveFrom: checked.issuedOn, recordedAt: new Date('2015-06-01T10:00:00Z'), source: 'STATE_BOARD' };
  await owner.licenseStanding.createMany({
    data: [
      { ...known, id: stored.standing, licenseId: stored.license, practitionerId: stored.director },
      { ...known, id: uuid(212), licenseId: stored.staleLicense, practitionerId: stored.director },
      { ...known, id: uuid(213), licenseId: stored.nurseLicense, practitionerId: stored.nurse },
    ],
  });
  await owner.deaRegistration.create({
    data: {
      ...{ id: stored.dea, practitionerId: stored.director, number: 'BD1234563', state: 'TX', status: 'ACTIVE' },
      ...{ schedules: ['III', 'IV'], expiresOn: day('2028-01-31') },
    },
  });
  const covering = {
    ...{ practitionerId: stored.director, kind: 'PROFESSIONAL', carrier: 'Lone Star Mutual', status: 'ACTIVE', coversCompounding: true },
    ...{ perClaimLimit: 1_000_000, aggregateLimit: 3_000_000 },
  };
  await owner.insurancePolicy.createMany({
    data: [
      { ...covering, id: stored.policy, policyNumber: 'P-1', effectiveFrom: day('2026-01-01'), expiresOn: day('2026-12-31') },
      { ...covering, id: stored.lapsedPolicy, policyNumber: 'P-0', effectiveFrom: day('2025-01-01'), expiresOn: day('2025-12-31') },
    ],
  });
  await owner.boardCertification.create({
    data: { id: uuid(451), practitionerId: stored.director, board: 'ABIM', specialty: 'Internal medicine', certifiedOn: day('2016-01-01') },
  });
  await owner.credentialCheck.create({
    data: {
      ...{ id: uuid(461), practitionerId: stored.director, licenseId: stored.license, source: 'STATE_BOARD', result: 'CONFIRMED' },
      at: new Date('2026-11-20T10:00:00Z'),
    },
  });
  const directing = { role: 'MEDICAL_DIRECTOR', model: 'FRACTIONAL', status: 'ACTIVE', startsOn: day('2026-01-01') };
  await owner.engagement.createMany({
    data: [
      { ...directing, id: stored.engagement, clinicId: stored.austin, practitionerId: stored.director },
      { ...directing, id: stored.endedEngagement, clinicId: stored.miami, practitionerId: stored.director, endsOn: day('2026-11-30') },
      { ...directing, id: stored.strangersEngagement, clinicId: stored.denver, practitionerId: stored.stranger },
    ],
  });
  await owner.collaborativeAgreement.create({
    data: {
      ...{ id: stored.agreement, supervisorId: stored.director, superviseeId: stored.nurse, state: 'TX', status: 'ACTIVE' },
      startsOn: day('2026-01-01'),
    },
  });
  await writeProtocols(owner);
}

async function writeProtocols(owner: PrismaClient): Promise<void> {
  await owner.protocol.createMany({
    data: [
      { id: stored.protocol, service: 'weight-loss', name: 'GLP-1 weight loss' },
      { id: stored.strangersProtocol, service: 'weight-loss', name: 'Their weight loss' },
    ],
  });
  await owner.protocolClinic.createMany({
    data: [
      { protocolId: stored.protocol, clinicId: stored.austin },
      { protocolId: stored.protocol, clinicId: stored.miami },
      { protocolId: stored.strangersProtocol, clinicId: stored.denver },
    ],
  });
  const signed = { title: 'GLP-1 weight loss', status: 'ACTIVE', digest, effectiveFrom: day('2026-06-01'), expiresOn: day('2027-05-31') };
  await owner.protocolVersion.createMany({
    data: [
      { ...signed, id: stored.inForce, protocolId: stored.protocol, version: '2' },
      {
        ...signed,
        id: stored.expired,
        protocolId: stored.protocol,
        version: '1',
        effectiveFrom: day('2025-06-01'),
        expiresOn: day('2026-11-30'),
      },
      { ...signed, id: stored.notYet, protocolId: stored.protocol, version: '3', effectiveFrom: day('2026-12-02') },
      { ...signed, id: stored.unsigned, protocolId: stored.protocol, version: '4', status: 'AWAITING_SIGNATURES' },
      { ...signed, id: stored.strangers, protocolId: stored.strangersProtocol, version: '1' },
    ],
  });
  await owner.protocolContent.createMany({
    data: [stored.inForce, stored.strangers].map((versionId) => ({ versionId, content: { maximumDose: '2.4 mg weekly' } })),
  });
  await owner.protocolSignature.create({
    data: { versionId: stored.inForce, practitionerId: stored.director, digest, signedAt: new Date('2026-05-20T17:00:00Z') },
  });
}
