import { randomBytes } from 'node:crypto';
import { fromString, fromUUID, toUUID } from 'typeid-js';
import { InvalidInput, NotFound } from './errors.ts';

/** The prefix that tells what an id is an id of. One entry a kind; prefixes never change once given out. */
export const idPrefixes = {
  user: 'usr',
  mso: 'mso',
  entity: 'ent',
  agreement: 'mga',
  clinic: 'cli',
  serviceOffering: 'sof',
  facilityLicense: 'fac',
  device: 'dev',
  membership: 'mem',
  platform: 'plt',
  invitation: 'inv',
  attestation: 'att',
  lapse: 'lps',
  practitioner: 'prc',
  license: 'lic',
  licenseStanding: 'lst',
  licenseRenewal: 'lrn',
  trainingRecord: 'trn',
  curriculumVitae: 'cvi',
  credentialCheck: 'chk',
  verificationRun: 'vru',
  controlledSubstanceRegistration: 'csr',
  deaRegistration: 'dea',
  insurancePolicy: 'ins',
  boardCertification: 'bcf',
  engagement: 'eng',
  directorWork: 'dwk',
  directorAvailability: 'avl',
  placementRequest: 'plr',
  placementOffer: 'plo',
  collaborativeAgreement: 'cag',
  supervisionEvent: 'sev',
  competency: 'cmp',
  delegation: 'dlg',
  chartAudit: 'cau',
  protocol: 'pto',
  protocolVersion: 'pro',
  patient: 'pat',
  intake: 'int',
  screeningResolution: 'srs',
  consent: 'con',
  slotHold: 'hld',
  workingHours: 'whr',
  scheduleException: 'sxc',
  timeOff: 'tof',
  examSettings: 'exs',
  exam: 'gfe',
  finding: 'fnd',
  examPhoto: 'pho',
  callPass: 'cps',
  callEvent: 'cev',
  callSample: 'csm',
  callInvitation: 'civ',
  examAddendum: 'adm',
  examErrorReport: 'eer',
  examDirectorDecision: 'ddc',
  examRevocation: 'rvk',
  examVendor: 'exv',
  outsideExam: 'oex',
  order: 'ord',
  orderEvent: 'oev',
  routeDecision: 'rtd',
  orderTemplate: 'otp',
  orderSet: 'ose',
  screeningWaiver: 'swv',
  officeStockOrder: 'osk',
  officeStockReceipt: 'osr',
  administration: 'adn',
  wastage: 'wst',
  changeRequest: 'chg',
  inPersonEvaluation: 'ipe',
  pdmpCheck: 'pdm',
  controlledAccess: 'cac',
  safetyHold: 'sfh',
  pharmacy: 'pha',
  pharmacyLicense: 'phl',
  pharmacyLicenseStanding: 'pls',
  facilityEvidence: 'fev',
  ingredientSource: 'igs',
  facilityInspection: 'fin',
  inspectionFinding: 'ifd',
  formularyPrice: 'fpr',
  formularyImport: 'fmp',
  clinicPharmacyAccount: 'cpa',
  accountRequirement: 'acr',
  formularyItem: 'fmi',
  formula: 'fml',
  fulfillment: 'ful',
  claim: 'clm',
  verification: 'ver',
  lot: 'lot',
  masterFormulation: 'mfr',
  compoundingRecord: 'cpr',
  lotComponent: 'lcp',
  lotRelease: 'lrl',
  fillPreparation: 'fpn',
  notDispensed: 'ndp',
  dispense: 'dsp',
  shipment: 'shp',
  temperatureExcursion: 'exc',
  recall: 'rcl',
  incident: 'inc',
  auditEvent: 'aud',
} as const;

/** A kind of thing that has an id. */
export type IdKind = keyof typeof idPrefixes;

/** The public form of a stored uuid: a TypeID such as `ord_01h455vb4pex5vsknk084sn02q`. */
export function toId(kind: IdKind, uuid: string): string {
  const known = written.get(kind)?.get(uuid);
  if (known !== undefined) return known;
  const id = fromUUID(uuid, idPrefixes[kind]);
  const ofKind = written.get(kind);
  if (ofKind === undefined || ofKind.size >= IDS_KEPT) written.set(kind, new Map([[uuid, id]]));
  else ofKind.set(uuid, id);
  return id;
}

/** One answer names the same few places and people thousands of times, and writing an id costs more than finding it. */
const written = new Map<IdKind, Map<string, string>>();
const IDS_KEPT = 5_000;

/** The stored uuid of a public id. An id that is malformed or of another kind is answered like one that does not exist. */
export function fromId(kind: IdKind, id: string): string {
  const uuid = tryId(kind, id);
  if (uuid === null) throw new NotFound();
  return uuid;
}

/** The stored uuids of a list of public ids. One that is malformed or of another kind is refused by its place in the list. */
export function fromIds(kind: IdKind, ids: readonly string[], path: string): string[] {
  return ids.map((id, index) => {
    const uuid = tryId(kind, id);
    if (uuid === null) throw new InvalidInput([{ path: `${path}.${index}`, message: 'is no id of this kind' }]);
    return uuid;
  });
}

/** As `fromId`, for places that choose their own refusal: null when the text is no id of this kind. */
export function tryId(kind: IdKind, id: string): string | null {
  if (!id.startsWith(`${idPrefixes[kind]}_`)) return null;
  try {
    return toUUID(fromString(id, idPrefixes[kind]));
  } catch {
    return null;
  }
}

/**
 * A UUID version 7 (RFC 9562): the moment in its first 48 bits, so that ids sort by when they were made. The moment is
 * business time, so a sandbox's records sort by the sandbox's clock.
 */
export function newUuid(at: Date): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
