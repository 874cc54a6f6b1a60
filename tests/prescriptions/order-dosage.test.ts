import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { type Desk, draftOrder, orderDesk, signOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const drafted = async (changes: object) =>
  (await desk.prescriber.ask(draftOrder, { input: { ...desk.input, ...changes } })).data?.draftOrder;
const issuesOf = async (changes: object) => (await drafted(changes))?.issues?.map((issue: { path: string }) => issue.path);

const shown = `query Dosed($id: ID!) { order(id: $id) { draftDigest drug { sig sigGenerated sigOverridden sigOverrideReason dosage {
  sequence text amount { value unit } ingredient prepared { ingredient value unit exact } active { ingredient value unit exact }
  timing { frequency period periodUnit dayOfWeek timeOfDay when } duration { value unit } route site { display system code } method
  asNeededFor maxDosePerPeriod { amount { value unit } period { value unit } } repeatFrom } } } }`;
const drugOf = async (id: string) => (await desk.prescriber.get(shown, { id })).order.drug;

const weekly = { frequency: 1, period: 1, periodUnit: 'WEEK' };
const step = (value: string, weeks: string | null) => ({
  amount: { value, unit: 'mg' },
  timing: weekly,
  ...(weeks === null ? {} : { duration: { value: weeks, unit: 'wk' } }),
});
const titration = [step('0.25', '4'), step('0.50', '4'), step('1', null)];

test('a sig that can be read becomes the dosage, shown on the draft and kept in the signed document', async () => {
  const id = await desk.draft();
  const dosage = {
    sequence: 1,
    text: 'Inject 0.25 mg (0.1 mL) subcutaneously once a week',
    amount: { value: '0.25', unit: 'mg' },
    ingredient: 'Semaglutide',
    prepared: { ingredient: null, value: '0.1', unit: 'mL', exact: true },
    active: [{ ingredient: 'Semaglutide', value: '0.25', unit: 'mg', exact: true }],
    timing: { ...weekly, dayOfWeek: [], timeOfDay: [], when: [] },
    ...{ duration: null, route: 'subcutaneous', site: null, method: 'INJECT', asNeededFor: null, maxDosePerPeriod: null, repeatFrom: null },
  };
  const drug = {
    sig: 'Inject 0.25 mg subcutaneously once a week',
    sigGenerated: 'Inject 0.25 mg (0.1 mL) subcutaneously once a week.',
    ...{ sigOverridden: false, sigOverrideReason: null, dosage: [dosage] },
  };
  expect(await drugOf(id)).toEqual(drug);
  const { signature } = (await desk.prescriber.get(signOrder, { input: { orderId: id } })).signOrder;
  expect(await drugOf(id)).toEqual(drug);
  const { payload } = JSON.parse(signature.jws) as { payload: string };
  const signed = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')).drug;
  expect([signed.sig, signed.sigGenerated, signed.sigOverrideReason]).toEqual([drug.sig, drug.sigGenerated, null]);
  const { asNeededFor: _notThere, ...kept } = dosage;
  expect(signed.dosage).toEqual([
    {
      ...kept,
      ...{ prepared: { value: '0.1', unit: 'mL', exact: true }, asNeeded: null },
      timing: { frequency: 1, period: 1, periodUnit: 'wk', dayOfWeek: [], timeOfDay: [], when: [] },
    },
  ]);
});

test('a dosage of several steps writes the sig', async () => {
  const id = await desk.draft({ sig: undefined, dosage: titration, quantity: { value: '2.5', unit: 'mL' }, refills: 2 });
  const drug = await drugOf(id);
  expect([drug.sig, drug.sigOverridden]).toEqual([drug.sigGenerated, false]);
  expect(drug.sig).toBe(
    'Step 1: Inject 0.25 mg (0.1 mL) subcutaneously once a week for 4 weeks. Step 2: Inject 0.5 mg (0.2 mL) subcutaneously once a week for 4 weeks. Step 3: Inject 1 mg (0.4 mL) subcutaneously once a week.',
  );
  expect(drug.dosage.map(({ amount }: { amount: object }) => amount)).toEqual([
    { value: '0.25', unit: 'mg' },
    { value: '0.5', unit: 'mg' },
    { value: '1', unit: 'mg' },
  ]);
});

test('a sig of one’s own needs a reason, which is kept, and is another draft to whoever signs', async () => {
  const dosage = [step('0.25', null)];
  const sig = 'Inject 0.25 mg once a week, on the day of your call with us';
  expect(await issuesOf({ dosage, sig })).toEqual(['input.sigOverrideReason']);
  const digestOf = async (reason: string) => {
    const id = await desk.draft({ dosage, sig, sigOverrideReason: reason });
    expect(await drugOf(id)).toMatchObject({ sig, sigOverridden: true, sigOverrideReason: reason });
    return (await desk.prescriber.get(shown, { id })).order.draftDigest;
  };
  expect(await digestOf('The patient asked for it')).not.toBe(await digestOf('Asked for by the patient'));
});

test('names the path of what contradicts the dose, and of a dose that is none', async () => {
  const one = step('0.25', null);
  const dosed = (change: object) => issuesOf({ sig: undefined, dosage: [{ ...one, ...change }] });
  expect(await issuesOf({ sig: undefined })).toEqual(['input.sig']);
  expect(await issuesOf({ dosage: [one], sig: 'Inject 2.5 mg once a week', sigOverrideReason: 'As agreed' })).toEqual(['input.sig']);
  expect(await issuesOf({ sig: 'Inject 20 units once a week' })).toEqual(['input.sig']);
  expect(await issuesOf({ sig: 'Inject 1.0 mg once a week' })).toEqual(['input.sig']);
  expect(await issuesOf({ sig: undefined, dosage: [] })).toEqual(['input.dosage']);
  expect(await dosed({ amount: { value: '0', unit: 'mg' } })).toContain('input.dosage.0.amount.value');
  expect(await dosed({ amount: { value: '-1', unit: 'mg' } })).toContain('input.dosage.0.amount.value');
  expect(await dosed({ amount: { value: '1', unit: 'h' } })).toEqual(['input.dosage.0.amount.unit']);
  expect(await dosed({ amount: { value: '1', unit: '[iU]' } })).toEqual(['input.dosage.0.amount']);
  expect(await dosed({ amount: undefined })).toEqual(['input.dosage.0.amount']);
  expect(await dosed({ timing: { ...weekly, frequency: 0 } })).toEqual(['input.dosage.0.timing.frequency']);
  expect(await dosed({ timing: { ...weekly, dayOfWeek: ['MONDAY', 'FRIDAY'] } })).toEqual(['input.dosage.0.timing.dayOfWeek']);
  expect(await dosed({ duration: { value: '1.5', unit: 'wk' } })).toEqual(['input.dosage.0.duration.value']);
  expect(await dosed({ duration: { value: '8', unit: 'h' } })).toEqual(['input.dosage.0.duration.unit']);
  expect(await dosed({ repeatFrom: 1 })).toEqual(['input.dosage.0.duration']);
  expect(await dosed({ method: 'TAKE' })).toEqual(['input.dosage.0.method']);
  expect(await dosed({ site: { display: '4 cm below' } })).toEqual(['input.dosage.0.site.display']);
});

test('names the path of a supply that is not the dose’s', async () => {
  const supply = (value: string, daysSupply = 28, refills = 0, unit = 'mL') => issuesOf({ quantity: { value, unit }, daysSupply, refills });
  expect(await supply('0.3')).toEqual(['input.quantity.value']);
  expect(await supply('5')).toEqual(['input.quantity.value']);
  expect(await supply('6.25', 28, 0, 'mg')).toEqual(['input.quantity.unit']);
  expect(await supply('1.5', 28, 0, '{vial}')).toEqual(['input.quantity.value']);
  expect(await supply('2.5', 60, 11)).toEqual(['input.refills']);
  expect(await issuesOf({ sig: 'Inject 0.25 mg once a week for 4 weeks' })).toEqual(['input.daysSupply']);
  expect(await issuesOf({ sig: undefined, dosage: titration })).toEqual(['input.daysSupply']);
  expect(await issuesOf({ sig: 'Use as directed', quantity: { value: '1', unit: 'mg' } })).toEqual(['input.quantity.unit']);
});

const rulesOf = async (orderId: string) => {
  const refused = (await desk.prescriber.ask(signOrder, { input: { orderId } })).data.signOrder;
  return (refused.rules ?? [refused])
    .filter((rule: { outcome?: string }) => rule.outcome !== 'PASS')
    .map(({ id, outcome, status }: { id: string; outcome?: string; status?: string }) => (outcome ? `${outcome} ${id}` : status));
};

test('a sig that cannot be read is drafted and not signed', async () => {
  expect(await rulesOf(await desk.draft({ sig: 'Use as directed' }))).toEqual(['UNKNOWN order.dose']);
});

test('a dose above the limit of its protocol is not signed, nor one that cannot be held against it', async () => {
  const version = fromId('protocolVersion', desk.protocolId);
  const limited = async (limits: unknown) => {
    await graph.sql('alter table physicians.protocol_content disable trigger unsigned');
    await graph.sql(
      `update physicians.protocol_content set content = content || jsonb_build_object('doseLimits', $2::jsonb) where version_id = $1`,
      [version, JSON.stringify(limits)],
    );
    await graph.sql('alter table physicians.protocol_content enable trigger unsigned');
    return rulesOf(await desk.draft());
  };
  const limit = { drug: 'semaglutide', maximum: '0.2', unit: 'mg', per: 'week' };
  expect(await limited([limit])).toEqual(['FAIL dose.protocolLimit']);
  expect(await limited([{ ...limit, per: 'session' }])).toEqual(['UNKNOWN dose.protocolLimit']);
  expect(await limited([{ ...limit, maximum: 'a little' }])).toEqual(['UNKNOWN dose.protocolLimit']);
  expect(await limited('none')).toEqual(['UNKNOWN dose.protocolLimit']);
  expect(await limited([{ ...limit, maximum: '0.25' }])).toEqual(['SIGNED']);
});

test('what else a protocol says no neighbour reads, and its limits nobody without the right', async () => {
  const { dose_limits: limits } = (
    await graph.sql<{ dose_limits: unknown }>(`select set_config('role', 'goodfaith_physicians', true), physicians.dose_limits($1)`, [
      fromId('protocolVersion', desk.protocolId),
    ])
  )[0] ?? { dose_limits: 'no row' };
  expect(limits).toBeNull();
});
