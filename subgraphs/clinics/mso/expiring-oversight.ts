import type { ClinicOversight, EngagedPractitioner } from '../readiness/oversight.ts';
import type { NamedClinic, Paper } from './expiring.ts';

type Engagement = ClinicOversight['engagements'][number];

/** States in which a paper's last day still means something: what was taken away or never began has no day to watch. */
const running = new Set(['ACTIVE', 'RESTRICTED', 'SUSPENDED', 'ENDING', 'EXPIRED', 'LAPSED', 'STALE', 'UNVERIFIED']);

const policyKinds: Readonly<Record<string, string>> = {
  PROFESSIONAL: 'professional liability',
  GENERAL: 'general liability',
  PRODUCT: 'product liability',
  CYBER: 'cyber',
};

interface Engaged {
  readonly practitioner: EngagedPractitioner;
  /** Clinics that no other director could keep open. */
  readonly alone: readonly NamedClinic[];
  /** Every clinic they are engaged at. */
  readonly at: readonly string[];
}

/** What the clinics' oversight stands on: engagements, protocols, and the papers of everybody engaged, each once. */
export function oversightPapers(oversight: readonly ClinicOversight[], clinics: readonly NamedClinic[], on: string): Paper[] {
  const named = new Map(clinics.map((clinic) => [clinic.id, clinic]));
  const engaged = new Map<string, Engaged>();
  const papers: Paper[] = [];
  for (const one of oversight) {
    const clinic = named.get(one.clinicId);
    if (clinic === undefined) continue;
    const current = one.engagements.filter((engagement) => running.has(engagement.status));
    const directors = current.filter(
      (engagement) => engagement.role === 'MEDICAL_DIRECTOR' && (engagement.endsOn === null || engagement.endsOn >= on),
    );
    for (const engagement of current) {
      papers.push(engagementPaper(engagement, clinic, directors));
      if (engagement.practitioner === null) continue;
      const known = engaged.get(engagement.practitioner.id);
      const alone = directors.length === 1 && directors[0] === engagement ? [clinic] : [];
      engaged.set(engagement.practitioner.id, {
        practitioner: engagement.practitioner,
        alone: [...(known?.alone ?? []), ...alone],
        at: [...new Set([...(known?.at ?? []), clinic.id])],
      });
    }
  }
  return [...papers, ...protocolPapers(oversight, named), ...[...engaged.values()].flatMap(practitionerPapers)];
}

function engagementPaper(engagement: Engagement, clinic: NamedClinic, directors: readonly Engagement[]): Paper {
  const name = engagement.practitioner?.displayName ?? 'A practitioner';
  const directs = engagement.role === 'MEDICAL_DIRECTOR';
  const others = directors.some((other) => other !== engagement);
  return {
    kind: 'ENGAGEMENT',
    recordId: engagement.id,
    clinicIds: [clinic.id],
    subject: { __typename: 'Engagement', id: engagement.id },
    label: `${name}, ${directs ? 'medical director' : 'collaborating physician'} of ${clinic.name}`,
    endsOn: engagement.endsOn,
    blocks: directs ? (others ? [] : [`Every service at ${clinic.name}`]) : [`Prescribing under ${name}’s collaboration at ${clinic.name}`],
    line: `engagement ${clinic.id} ${engagement.role} ${engagement.practitioner?.id ?? engagement.id}`,
  };
}

function protocolPapers(oversight: readonly ClinicOversight[], named: ReadonlyMap<string, NamedClinic>): Paper[] {
  const used = new Map<string, { readonly protocol: ClinicOversight['protocols'][number]; readonly where: NamedClinic[] }>();
  for (const { clinicId, protocols } of oversight) {
    const clinic = named.get(clinicId);
    if (clinic === undefined) continue;
    for (const protocol of protocols.filter(({ status }) => running.has(status))) {
      const known = used.get(protocol.id);
      if (known === undefined) used.set(protocol.id, { protocol, where: [clinic] });
      else known.where.push(clinic);
    }
  }
  return [...used.values()].map(({ protocol, where }) => ({
    kind: 'PROTOCOL',
    recordId: protocol.id,
    clinicIds: where.map(({ id }) => id),
    subject: { __typename: 'ProtocolVersion', id: protocol.id },
    label: `Protocol for ${protocol.service}, version ${protocol.version}`,
    endsOn: protocol.expiresOn,
    blocks: where.map(({ name }) => `${protocol.service} at ${name}`),
    // The same service at the same clinics: a later version replaces an earlier one.
    line: `protocol ${protocol.service} ${where.map(({ id }) => id).join(' ')}`,
  }));
}

function practitionerPapers({ practitioner, alone, at }: Engaged): Paper[] {
  const { id, displayName } = practitioner;
  const services = (state?: string) =>
    alone.filter((clinic) => state === undefined || clinic.state === state).map(({ name }) => `Every service at ${name}`);
  return [
    ...practitioner.licenses
      .filter(({ status }) => running.has(status))
      .map(
        (license): Paper => ({
          kind: 'LICENSE',
          recordId: license.id,
          clinicIds: at,
          subject: { __typename: 'License', id: license.id },
          label: `${displayName}, ${license.state} licence ${license.number}`,
          endsOn: license.expiresOn,
          blocks: [`Exams and orders by ${displayName} in ${license.state}`, ...services(license.state)],
          line: `licence ${id} ${license.state} ${license.type}`,
        }),
      ),
    ...practitioner.deaRegistrations
      .filter(({ status }) => running.has(status))
      .map(
        (registration): Paper => ({
          kind: 'DEA_REGISTRATION',
          recordId: registration.id,
          clinicIds: at,
          subject: { __typename: 'DeaRegistration', id: registration.id },
          label: `${displayName}, DEA registration in ${registration.state}`,
          endsOn: registration.expiresOn,
          blocks: [`Controlled substances ordered by ${displayName} in ${registration.state}`],
          line: `dea ${id} ${registration.state}`,
        }),
      ),
    ...practitioner.policies
      .filter(({ status }) => running.has(status))
      .map(
        (policy): Paper => ({
          kind: 'INSURANCE_POLICY',
          recordId: policy.id,
          clinicIds: at,
          subject: { __typename: 'InsurancePolicy', id: policy.id },
          label: `${displayName}, ${policyKinds[policy.kind] ?? policy.kind} insurance`,
          endsOn: policy.expiresOn,
          blocks: policy.kind === 'PROFESSIONAL' ? [`Exams and orders by ${displayName}`, ...services()] : [],
          line: `insurance ${id} ${policy.kind}`,
        }),
      ),
    ...practitioner.agreements
      .filter(({ status }) => running.has(status))
      .map(
        (agreement): Paper => ({
          kind: 'COLLABORATIVE_AGREEMENT',
          recordId: agreement.id,
          clinicIds: at,
          subject: null,
          label: `${displayName}, agreement with ${agreement.supervisorName} in ${agreement.state}`,
          endsOn: agreement.endsOn,
          blocks: [`Prescribing by ${displayName} in ${agreement.state}`],
          line: `agreement ${id} ${agreement.state} ${agreement.supervisorName}`,
        }),
      ),
  ];
}
