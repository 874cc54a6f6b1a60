import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { draftOrder, orderDesk, sendOrder, signOrder } from './order-desk.ts';
import { approval, clinicOf, completeExam, started } from './exam-story.ts';

let graph: TestGraph;
let examiner: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  examiner = await graph.as('examiner', { stepUp: true });
  clinicId = await clinicOf(await graph.as('front-desk'));
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const found = 'findings { id text coding { system uri code display } value { value unit } }';
const hives = { text: 'Hives after an injection', coding: { system: 'SNOMED_CT', code: '126485001', display: 'Urticaria' } };
const bmi = {
  text: 'BMI 33.1',
  coding: { system: 'LOINC', code: '39156-5', display: 'Body mass index (BMI) [Ratio]' },
  value: { value: '33.1', unit: 'kg/m2' },
};
const obesity = { text: 'Obesity', coding: { system: 'ICD_10_CM', code: 'E66.9', display: 'Obesity, unspecified' } };

const complete = async (examId: string, findings: Data): Promise<Data> =>
  (await examiner.ask(completeExam, { input: approval(examId, { findings }) })).data.completeExam;

test('what was found stands in the exam and in its signed record in words, with its code and with what was measured', async () => {
  const { examId } = await started(graph, clinicId);
  const { record } = await complete(examId, [{ text: 'Nervous' }, hives, obesity, bmi]);
  const { exam } = await examiner.get(`query ($id: ID!) { exam(id: $id) { ${found} signature { jws } } }`, { id: examId });
  const uri = { SNOMED_CT: 'http://snomed.info/sct', LOINC: 'http://loinc.org', ICD_10_CM: 'http://hl7.org/fhir/sid/icd-10-cm' };
  const id = expect.stringMatching(/^fnd_/);
  expect(exam.findings).toEqual([
    { id, text: 'Nervous', coding: null, value: null },
    { id, text: hives.text, coding: { ...hives.coding, uri: uri.SNOMED_CT }, value: null },
    { id, text: obesity.text, coding: { ...obesity.coding, uri: uri.ICD_10_CM }, value: null },
    { id, text: bmi.text, coding: { ...bmi.coding, uri: uri.LOINC }, value: bmi.value },
  ]);
  const signed = JSON.parse(Buffer.from(JSON.parse(exam.signature.jws).payload, 'base64url').toString());
  expect(signed).toEqual(JSON.parse(record));
  expect(signed.findings).toEqual(
    exam.findings.map(({ coding, ...finding }: Data) => ({
      ...finding,
      coding: coding && { system: coding.uri, code: coding.code, display: coding.display },
    })),
  );
});

test('a draft shows the code of the finding it rests on; a signed order the one that its document says', async () => {
  const { examId } = await started(graph, clinicId);
  const { findings } = await complete(examId, [hives, bmi]);
  const orders = await orderDesk(graph);
  const clinicalDifference = { ...orders.input.clinicalDifference, findingId: findings[0].id };
  const { draftOrder: order } = await orders.prescriber.get(draftOrder, { input: { ...orders.input, examId, clinicalDifference } });
  const read = `query ($id: ID!) { order(id: $id) { clinicalDifference { finding { text coding { code } value { value } } } } }`;
  const draft = await orders.prescriber.get(read, { id: order.id });
  expect(draft.order.clinicalDifference.finding).toEqual({ text: hives.text, coding: { code: '126485001' }, value: null });
  await orders.prescriber.get(signOrder, { input: { orderId: order.id } });
  await orders.prescriber.get(sendOrder, { input: { orderId: order.id } });
  const shown = await (await graph.as('pharmacist')).get(read, { id: order.id });
  expect(shown.order.clinicalDifference.finding).toEqual({ text: hives.text, coding: { code: '126485001' }, value: null });
});

test.each([
  ['a code with a figure mistyped', { ...hives, coding: { ...hives.coding, code: '126485002' } }, 'coding.code', /wrong check digit/],
  [
    'a code of another terminology',
    { ...obesity, coding: { ...obesity.coding, system: 'LOINC' }, value: bmi.value },
    'coding.code',
    /LOINC/,
  ],
  ['a code without its words', { ...hives, coding: { ...hives.coding, display: ' ' } }, 'coding.display', /missing/],
  ['an observation without its value', { ...bmi, value: null }, 'value', /has its value/],
  ['a value of what is no observation', { ...hives, value: bmi.value }, 'value', /LOINC alone/],
  ['a value without a code', { text: 'BMI 33.1', value: bmi.value }, 'value', /LOINC alone/],
  ['a unit that is misread', { ...bmi, value: { value: '2', unit: 'mcg' } }, 'value.unit', /the code is ug/],
  ['a unit with a blank', { ...bmi, value: { value: '2', unit: 'kg / m2' } }, 'value.unit', /UCUM/],
])('is refused and named by its path: %s', async (_what, finding, path, message) => {
  const { examId } = await started(graph, clinicId);
  expect(await complete(examId, [{ text: 'Nervous' }, finding])).toEqual({
    ...{ __typename: 'InvalidInput', code: 'INVALID_INPUT', message: expect.any(String) },
    issues: [{ path: `input.findings.1.${path}`, message: expect.stringMatching(message) }],
  });
});

test('the database keeps a code with its words, and a value with its observation', async () => {
  const { examId } = await started(graph, clinicId);
  await complete(examId, [hives]);
  const copy = (columns: string, values: string) =>
    graph.sql(
      `insert into prescriptions.finding (id, clinic_id, patient_id, exam_id, position, text, ${columns})
       select gen_random_uuid(), clinic_id, patient_id, exam_id, 2, text, ${values} from prescriptions.finding where exam_id = $1`,
      [fromId('exam', examId)],
    );
  await expect(copy('code', `'E66.9'`)).rejects.toThrow(/finding_code_check/);
  await expect(copy('code_system, code, code_display', `'CPT', '1', 'x'`)).rejects.toThrow(/finding_code_system_check/);
  await expect(copy('value, unit', `'1', 'kg'`)).rejects.toThrow(/finding_value_check/);
});
