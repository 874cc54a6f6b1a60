import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ClientBase } from 'pg';
import { uuidOf } from './invent.ts';
import { practitionerId } from './people.ts';
import { clinicOf, clinics, placeId, serviceNames } from './places.ts';
import { atDays, inDays, insertRows, type SeedTime } from './rows.ts';

/** Who directs which clinics. */
export const directorOf = (clinicKey: string): string =>
  ['houston', 'los-angeles', 'tampa'].includes(clinicKey) ? 'director-b' : 'director';

/** The stored id of the protocol version in force for a service. */
export const protocolVersionId = (service: string): string => uuidOf(`protocol-version:${service}`);

function protocolContent(service: string): Record<string, unknown> {
  return {
    service,
    indications: [`${serviceNames[service] ?? service} after an approved good-faith exam`],
    contraindications: 'Those of the screening questionnaire that block.',
    escalation: 'Call the medical director at once; emergency services first where life is at risk.',
    aftercare: 'Written instructions are handed over and explained.',
    approvedBy: 'Invented for the sandbox; a medical director must write the real one.',
  };
}

/** The stored id of a version that waits for the director of the first clinic to sign it. */
export const awaitingVersionId = uuidOf('protocol-version:weight-loss:austin');

/** What that version says, in the shape that drafts are held to. */
const awaitingContent = {
  service: 'weight-loss',
  indications: ['Medical weight loss after an approved good-faith exam'],
  contraindications: [
    { linkId: 'glp1-weight-loss.gl-mtc', finding: 'Yes', consequence: 'BLOCKS' },
    { linkId: 'glp1-weight-loss.gl-pancreas', finding: 'Yes', consequence: 'REVIEW' },
  ],
  doseLimits: [{ drug: 'semaglutide', maximum: '2.4', unit: 'mg', per: 'week' }],
  monitoring: ['Weight, side effects and mood at each refill'],
  escalation: ['The medical director, at once'],
  emergencyPlan: 'Emergency services first where life is at risk.',
  aftercare: ['Written instructions are handed over and explained.'],
  education: ['How to inject, store and dispose'],
  consents: ['Consent to compounded medication (invented)'],
};

function digestOf(content: Record<string, unknown>): string {
  return createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest('hex');
}

/** How each service is done: what is in force, and one version that waits to be signed. */
export async function seedProtocols(client: ClientBase, time: SeedTime): Promise<void> {
  const services = Object.keys(serviceNames);
  const contents = services.map((service) => ({ service, content: protocolContent(service) }));
  await insertRows(
    client,
    'physicians.protocol',
    services.map((service) => ({ id: uuidOf(`protocol:${service}`), service, name: `${serviceNames[service]} protocol` })),
  );
  await insertRows(
    client,
    'physicians.protocol_version',
    contents.map(({ service, content }) => ({
      id: protocolVersionId(service),
      protocol_id: uuidOf(`protocol:${service}`),
      version: '2026.1',
      title: `${serviceNames[service]} protocol 2026.1`,
      status: 'ACTIVE',
      effective_from: inDays(time, -320),
      expires_on: inDays(time, service === 'iv-therapy' ? 50 : 400),
      digest: digestOf(content),
    })),
  );
  await insertRows(
    client,
    'physicians.protocol_content',
    contents.map(({ service, content }) => ({ version_id: protocolVersionId(service), content })),
  );
  await insertRows(
    client,
    'physicians.protocol_signature',
    contents.flatMap(({ service, content }) =>
      ['director', 'director-b'].map((key) => ({
        version_id: protocolVersionId(service),
        practitioner_id: practitionerId(key),
        digest: digestOf(content),
        signed_at: atDays(time, -321),
      })),
    ),
  );
  await insertRows(
    client,
    'physicians.protocol_signer',
    clinics.flatMap((clinic) =>
      clinic.services.map((service) => ({
        version_id: protocolVersionId(service),
        practitioner_id: practitionerId(directorOf(clinic.key)),
        clinic_id: placeId(clinic.key),
        capacity: 'MEDICAL_DIRECTOR',
        state: clinic.state,
      })),
    ),
  );
  await insertRows(
    client,
    'physicians.protocol_clinic',
    clinics.flatMap((clinic) =>
      clinic.services.map((service) => ({ protocol_id: uuidOf(`protocol:${service}`), clinic_id: placeId(clinic.key) })),
    ),
  );
  await seedAwaiting(client, time);
}

/** A protocol of one clinic's own, finished and unsigned. */
async function seedAwaiting(client: ClientBase, time: SeedTime): Promise<void> {
  const protocolId = uuidOf('protocol:weight-loss:austin');
  const austin = clinicOf('austin');
  await insertRows(client, 'physicians.protocol', [{ id: protocolId, service: 'weight-loss', name: 'Austin weight loss protocol' }]);
  await insertRows(client, 'physicians.protocol_clinic', [{ protocol_id: protocolId, clinic_id: placeId(austin.key) }]);
  await insertRows(client, 'physicians.protocol_version', [
    {
      ...{ id: awaitingVersionId, protocol_id: protocolId, version: '2027.1', title: 'Austin weight loss protocol 2027.1' },
      ...{ status: 'AWAITING_SIGNATURES', digest: digestOf(awaitingContent) },
      ...{ effective_from: inDays(time, 30), expires_on: inDays(time, 390) },
    },
  ]);
  await insertRows(client, 'physicians.protocol_content', [{ version_id: awaitingVersionId, content: awaitingContent }]);
  await insertRows(client, 'physicians.protocol_signer', [
    {
      ...{ version_id: awaitingVersionId, practitioner_id: practitionerId(directorOf(austin.key)), clinic_id: placeId(austin.key) },
      ...{ capacity: 'MEDICAL_DIRECTOR', state: austin.state },
    },
  ]);
}
