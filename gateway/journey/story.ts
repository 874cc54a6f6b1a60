import type { FrontEnd } from './front-end.ts';

/** One step of the story as it happened: who did what, and what came back. */
export interface Step {
  readonly who: string;
  readonly operation: string;
  readonly outcome: string;
}

type Json = { readonly [key: string]: Json } & { readonly [index: number]: Json } & readonly Json[];

/** The questions of an intake whose quiet answer is yes: everything else a healthy adult answers with no. */
const YES = new Set(['core.adult', 'core.consent-telehealth', 'microneedling.mn-post']);

interface Item {
  readonly linkId: string;
  readonly type: string;
  readonly item?: readonly Item[];
  readonly answerOption?: readonly { readonly valueCoding: { readonly code: string } }[];
}

/** Answers of somebody with nothing to tell, to whatever the questionnaire asks. */
function quietAnswers(items: readonly Item[]): { linkId: string; value: unknown }[] {
  return items.flatMap((item) => {
    if (item.type === 'group') return quietAnswers(item.item ?? []);
    const value = {
      boolean: YES.has(item.linkId),
      choice: quietChoice(item),
      date: '1988-04-17',
      integer: 1,
      decimal: 1,
      string: 'TX',
      text: 'None',
    }[item.type];
    return [{ linkId: item.linkId, value }];
  });
}

function quietChoice(item: Item): string | undefined {
  const codes = (item.answerOption ?? []).map((option) => option.valueCoding.code);
  return (
    codes.find((code) => /^(no|none|not-|neither|live-video|video|sync)/.test(code)) ?? codes.find((code) => /video/.test(code)) ?? codes[0]
  );
}

/** The whole story through the gateway: register, screen, book, examine, prescribe, fill, ship, recall, oversee. Throws at the first step that does not go as told. */
export async function tellStory(
  frontEnd: FrontEnd,
  variables: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  now: () => Date,
  tell: (step: Step) => void,
): Promise<void> {
  async function step(
    who: string,
    operation: string,
    given: Record<string, unknown>,
    say: (answer: Json) => string,
    stepUp = false,
  ): Promise<Json> {
    const { data, errors } = await frontEnd.send(who, operation, given, { stepUp });
    const answer = Object.values(data ?? {})[0] as Json | undefined;
    const refused = typeof answer?.['code'] === 'string' && typeof answer['message'] === 'string';
    if (errors.length > 0 || !answer || refused) {
      throw new Error(`${who} ${operation}: ${JSON.stringify(errors.length > 0 ? errors : answer, null, 2)}`);
    }
    tell({ who, operation, outcome: say(answer) });
    return answer;
  }
  const input = (operation: string, more: Record<string, unknown>) => ({
    input: { ...(variables[operation]?.['input'] as object), ...more },
  });
  const text = (value: unknown): string => String(value);
  const at = (days: number) => new Date(now().getTime() + days * 86_400_000);

  // The front desk
  const viewer = await step(
    'front-desk',
    'Viewer',
    {},
    (me) => `${text(me['displayName'])} works at ${text(me['clinics']?.['nodes']?.[0]?.['name'])}`,
  );
  const clinicId = text(viewer['clinics']?.['nodes']?.[0]?.['id']);
  await step(
    'front-desk',
    'ClinicServices',
    { clinicId },
    (clinic) => `${text(clinic['name'])} is ${text(clinic['readiness']?.['status'])}`,
  );
  const unique = now().getTime().toString(36);
  const patient = await step(
    'front-desk',
    'RegisterPatient',
    input('RegisterPatient', { clinicId, email: `ana.${unique}@example.com` }),
    (row) => `patient ${text(row['id'])}`,
  );
  const patientId = text(patient['id']);
  const questionnaire = await step(
    'front-desk',
    'IntakeQuestionnaire',
    { service: 'weight-loss' },
    (asked) => `${text(asked['title'])}, version ${text(asked['version'])}`,
  );
  const answers = quietAnswers(questionnaire['fhir']?.['item'] as unknown as Item[]);
  const intake = await step(
    'front-desk',
    'SubmitIntake',
    input('SubmitIntake', { patientId, questionnaireVersion: questionnaire['version'], answers }),
    (row) => `intake ${text(row['status'])}, ${list(row['flags']).length} flags`,
  );
  for (const kind of ['TELEHEALTH', 'TREATMENT']) {
    await step(
      'front-desk',
      'GiveConsent',
      input('GiveConsent', { patientId, kind }),
      (row) => `${text(row['kind'])} ${text(row['version'])}`,
    );
  }
  const slots = await step(
    'front-desk',
    'ExamSlots',
    { clinicId, service: 'weight-loss', patientState: 'TX', from: at(0).toISOString(), to: at(7).toISOString() },
    (page) => `${list(page['nodes']).length} free times`,
  );
  const slot = list(slots['nodes']).find((one) => text(one['examiner']?.['displayName']).startsWith('Imani'));
  if (!slot) throw new Error('The examiner has no free time in the next seven days.');
  const hold = await step(
    'front-desk',
    'HoldSlot',
    input('HoldSlot', {
      clinicId,
      patientId,
      examinerId: slot['examiner']?.['id'],
      startsAt: slot['startsAt'],
      modality: slot['modality'],
    }),
    (row) => `${text(row['startsAt'])} held until ${text(row['expiresAt'])}`,
  );
  const exam = await step(
    'front-desk',
    'BookExam',
    input('BookExam', { holdId: hold['id'], intakeId: intake['id'] }),
    (row) => `exam ${text(row['status'])} with ${text(row['examiner']?.['displayName'])}`,
  );
  const examId = text(exam['id']);

  // The examiner
  await step(
    'examiner',
    'StartExam',
    input('StartExam', { examId }),
    (row) => `exam ${text(row['status'])}, patient in ${text(row['patientState'])}`,
  );
  const decided = await step(
    'examiner',
    'CompleteExam',
    input('CompleteExam', { examId }),
    (row) => `${text(row['outcome'])}, valid until ${text(row['validUntil'])}, digest ${text(row['digest']).slice(0, 12)}…`,
    true,
  );
  const findingId = decided['findings']?.[0]?.['id'];

  // The prescriber
  const formulary = await step(
    'prescriber',
    'Formulary',
    { clinicId, patientState: 'TX', search: 'semaglutide' },
    (page) => `${list(page['nodes']).length} items ship to Texas`,
  );
  const item = list(formulary['nodes']).find((one) => text(one['name']).includes('preservative-free'));
  if (!item) throw new Error('The preservative-free item is not in the formulary.');
  const protocols = await step('prescriber', 'ActiveProtocols', { clinicId, service: 'weight-loss' }, (page) =>
    text(page['nodes']?.[0]?.['title']),
  );
  const drafted = variables['DraftOrder']?.['input'] as { clinicalDifference: { statement: string } };
  const order = await step(
    'prescriber',
    'DraftOrder',
    input('DraftOrder', {
      examId,
      formularyItemId: item['id'],
      protocolId: protocols['nodes']?.[0]?.['id'],
      clinicalDifference: { statement: drafted.clinicalDifference.statement, findingId },
    }),
    (row) => `order ${text(row['status'])}`,
  );
  const orderId = text(order['id']);
  await step(
    'prescriber',
    'OrderEligibility',
    { id: orderId },
    (row) => `${text(row['eligibility']?.['decision'])}: ${list(row['eligibility']?.['rules']).length} rules asked`,
  );
  await step(
    'prescriber',
    'SignOrder',
    { input: { orderId } },
    (row) => `${text(row['status'])}, two signatures over ${text(row['signature']?.['documentDigest']).slice(0, 12)}…`,
    true,
  );
  await step('prescriber', 'SendOrder', { input: { orderId } }, (row) => `${text(row['status'])} to ${text(row['pharmacy']?.['name'])}`);

  // The pharmacy
  const pharmacist = await step(
    'pharmacist',
    'Viewer',
    {},
    (me) => `${text(me['displayName'])} at ${text(me['pharmacies']?.[0]?.['name'])}`,
  );
  const pharmacyId = text(pharmacist['pharmacies']?.[0]?.['id']);
  await step('pharmacist', 'IncomingOrders', { pharmacyId }, (pharmacy) => `${list(pharmacy['fulfillments']?.['nodes']).length} waiting`);
  await step('pharmacist', 'VerifyOrder', { orderId }, (report) => {
    const checks = report['checks'] as readonly Json[];
    return `${text(report['verdict'])}: ${checks.filter((check) => text(check['outcome']) === 'PASS').length} of ${checks.length} checks pass`;
  });
  const claim = await step(
    'pharmacist',
    'ClaimOrder',
    { input: { orderId } },
    (row) => `${text(row['fulfillment']?.['status'])}, secret given to this pharmacy alone`,
  );
  const secret = claim['secret'];
  const lotNumber = `TX-${unique.toUpperCase()}`;
  const dispense = await step(
    'pharmacist',
    'RecordDispense',
    input('RecordDispense', {
      orderId,
      secret,
      lotNumber,
      compoundedAt: at(0).toISOString(),
      beyondUseDate: at(7).toISOString().slice(0, 10),
    }),
    (row) => `lot ${text(row['lot']?.['number'])}, beyond-use date ${text(row['beyondUseDate'])}`,
  );
  void dispense;
  await step(
    'pharmacist',
    'RecordShipment',
    input('RecordShipment', { orderId, secret }),
    (row) => `${text(row['carrier'])} ${text(row['trackingNumber'])}`,
  );
  await step('prescriber', 'OrderTimeline', { id: orderId }, (row) =>
    list(row['timeline'])
      .map((event) => text(event['status']))
      .join(' → '),
  );

  // The recall, and the MSO
  const recall = await step(
    'pharmacist',
    'StartRecall',
    input('StartRecall', { pharmacyId, lotNumbers: [lotNumber] }),
    (row) =>
      `class ${text(row['class'])}: ${text(row['affected']?.['patients'])} patient, ${text(row['affected']?.['clinics'])} clinic affected`,
  );
  await step(
    'pharmacist',
    'RecallStatus',
    { id: recall['id'] },
    (row) => `${list(row['notices']?.['nodes']).length} notice, recall ${text(row['status'])}`,
  );
  const manager = await step(
    'mso-manager',
    'Viewer',
    {},
    (me) => `${text(me['displayName'])} of ${text(me['msos']?.['nodes']?.[0]?.['name'])}`,
  );
  const msoId = text(manager['msos']?.['nodes']?.[0]?.['id']);
  const month = now().toISOString().slice(0, 8);
  await step('mso-manager', 'MsoDashboard', { msoId, from: `${month}01`, to: lastDayOf(now()) }, (mso) =>
    list(mso['clinics']?.['nodes'])
      .map((clinic) => `${text(clinic['name'])} ${text(clinic['readiness']?.['status'])}`)
      .join(', '),
  );
  await step(
    'mso-manager',
    'Expirables',
    { msoId, withinDays: 60 },
    (mso) => `${list(mso['expirables']?.['nodes']).length} things expire within 60 days`,
  );
  await step('mso-manager', 'OversightByDirector', { msoId }, (mso) => `${list(mso['engagements']?.['nodes']).length} engagements`);
}

/** A list in an answer; nothing where there is none. */
function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function lastDayOf(date: Date): string {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).toISOString().slice(0, 10);
}
