import type { ExecutionResult } from 'graphql';
import type { Clock } from '#kernel/clock.ts';
import { toId } from '#kernel/ids.ts';
import type { AskTransport } from '#kernel/subgraph.ts';
import { library } from '#rules/packs.ts';
import type { TestKey } from './signed-order.ts';
import { ids, public_ } from './supply-world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Data = any;

/** An examiner's licence in Texas with its history, each entry without end and of long ago unless it says otherwise. */
export function examinerLicence(type: string, standings: readonly Record<string, unknown>[]) {
  return {
    ...{ state: 'TX', type, expiresOn: '2027-12-31' },
    standings: standings.map((standing) => ({ effectiveTo: null, recordedAt: '2020-01-02T00:00:00.000Z', ...standing })),
  };
}

/** The list of orders that count no more, as far as it is read: its signature is for others. */
export function endedList(cancelled: readonly { digest: string; at: string; reason: string }[]): string {
  return `head.${Buffer.from(JSON.stringify({ cancelled })).toString('base64url')}.signature`;
}

/** The other subgraphs, as far as this one asks them: each question has an answer that a test can replace. */
export function neighbours(given: {
  prescriberKey: TestKey;
  platformKey: TestKey;
  clock: Clock;
  memberships: readonly { sub: string; role: string; at: string }[];
}) {
  const { prescriberKey, platformKey, clock, memberships } = given;
  const documents = new Map<string, { jws: string; digest: string }>();
  const year = 365 * 86_400_000;
  const tenancy = {
    clinics: [ids.clinic, ids.otherClinic].map((clinic) => ({
      clinicId: toId('clinic', clinic),
      entityId: toId('entity', ids.entity),
      msoId: toId('mso', ids.mso),
    })),
    memberships,
  };
  /** Two answers in one question: what fails of it, fails all of it. */
  const both = (...asked: [name: string, variables: Data][]) =>
    asked.every(([name]) => answers[name]) ? Object.assign({}, ...asked.map(([name, variables]) => answers[name]?.(variables))) : null;
  /** What the neighbours say, by the name of the question; a test replaces an answer, and null is one that does not answer. */
  const answers: Record<string, ((variables: Data) => unknown) | null> = {
    Tenancy: () => ({ tenancy }),
    OrderAtPharmacy: ({ id }) => {
      const document = documents.get(id);
      const signature = document
        ? { jws: document.jws, keyIds: [prescriberKey.published.kid, platformKey.published.kid], documentDigest: document.digest }
        : null;
      return { order: { id, status: 'SENT', signature, safetyHolds: [] } };
    },
    SignedOrderAtPharmacy: ({ id, signers }) => both(['OrderAtPharmacy', { id }], ['DocumentKeys', { signers }]),
    SignedOrdersAtPharmacy: ({ ids: orders, signers }) => ({
      ordersById: orders.map((id: string) => (answers['OrderAtPharmacy']?.({ id }) as Data)?.order).filter(Boolean),
      ...(answers['DocumentKeys']?.({ signers }) as Data),
    }),
    NamedByDocument: ({ examinerId, protocolId }) => both(['ExaminerThen', { id: examinerId }], ['ProtocolNow', { id: protocolId }]),
    PrescribersNow: ({ ids: people }) => ({
      practitionersFacts: people.map((id: string) => (answers['PrescriberNow']?.({ id }) as Data)?.practitionerFacts).filter(Boolean),
    }),
    ExaminersThen: ({ ids: people }) => ({
      practitionersFacts: people.map((id: string) => (answers['ExaminerThen']?.({ id }) as Data)?.practitionerFacts).filter(Boolean),
    }),
    ChangeAwaited: () => ({ changeAwaited: false }),
    OrderShipTo: () => ({ orderShipToFacts: { postalCode: '78704-1234' } }),
    OrderStanding: () => ({ orderStandingFacts: { status: 'SENT', holds: [] } }),
    DocumentKeys: () => ({ documentKeys: [prescriberKey.published, platformKey.published] }),
    EndedOrders: () => ({ orderStatusList: endedList([]) }),
    PrescriberNow: ({ id }) => ({
      practitionerFacts: {
        id,
        credential: 'MD',
        licenses: [
          {
            id: 'lic_01h455vb4pex5vsknk084sn02q',
            state: 'TX',
            number: 'T1',
            type: 'PHYSICIAN',
            status: 'ACTIVE',
            expiresOn: '2027-12-31',
            verifiedAt: new Date(clock.now().getTime() - 86_400_000).toISOString(),
          },
        ],
      },
    }),
    ExaminerThen: ({ id }) => ({
      practitionerFacts: {
        ...{ id, credential: 'NP' },
        licenses: [examinerLicence('NURSE_PRACTITIONER', [{ status: 'ACTIVE', effectiveFrom: '2020-01-01' }])],
      },
    }),
    ProtocolNow: ({ id }) => ({
      protocolFacts: {
        id,
        clinicIds: [public_.clinic, public_.otherClinic],
        service: 'weight-loss',
        status: 'ACTIVE',
        effectiveFrom: '2026-01-01',
        expiresOn: '2027-12-31',
        digest: 'd'.repeat(64),
      },
    }),
    AccountClinic: ({ ids: clinics }) => ({ clinicFacts: clinics.map((id: string) => ({ id, address: { state: 'TX' } })) }),
    ClinicAttestations: ({ ids: clinics }) => ({
      clinicFacts: clinics.map((id: string) => ({
        id,
        entityName: 'Barton Springs PLLC',
        attestations: [
          attestation('US.substance.53AXN4NNHX.503A', 'US', null),
          attestation('TX.pharmacy.nonResidentLicence', 'TX', null),
          attestation('TX.pharmacy.nonResidentSterilePermit', 'TX', true),
        ],
      })),
    }),
    HandBack: ({ input }) => {
      handedBack.push(input);
      return { receiveFulfillmentHandOff: { outcome: 'APPLIED', status: 'SENT' } };
    },
  };
  const handedBack: Data[] = [];
  const attestation = (ruleId: string, jurisdiction: string, value: unknown) => ({
    ...{ ruleId, jurisdiction, value, expiresOn: null, revokedAt: null },
    packVersion: library.latest.version,
    attestedAt: new Date(clock.now().getTime() - year / 12).toISOString(),
  });
  const ask: AskTransport = async (_token, { query, variables }) => {
    const name = /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? '';
    const answer = answers[name];
    if (!answer) return { errors: [], data: null };
    return { data: answer(variables) } as ExecutionResult;
  };
  return { answers, documents, handedBack, ask };
}
