import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { austin, type Desk, orderDesk, signOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
let director: Asker;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  director = await graph.as('director', { stepUp: true });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const refusal = '... on Refusal { code message } ... on InvalidInput { issues { path message } }';
const createTemplate = `mutation Create($input: CreateOrderTemplateInput!) { createOrderTemplate(input: $input) {
  __typename ... on OrderTemplate { id name digest service sig quantity { value unit } daysSupply refills formularyItemId protocol { id } retiredAt favorite } ${refusal} } }`;
const retireTemplate = `mutation Retire($input: RetireOrderTemplateInput!) { retireOrderTemplate(input: $input) {
  __typename ... on OrderTemplate { retireReason } ... on IllegalTransition { from to } ${refusal} } }`;
const createSet = `mutation CreateSet($input: CreateOrderSetInput!) { createOrderSet(input: $input) {
  __typename ... on OrderSet { id name protocol { id } templates { id name } } ${refusal} } }`;
const draftFrom = `mutation DraftFrom($input: DraftFromTemplateInput!) { draftFromTemplate(input: $input) {
  __typename ... on Order { id status draftedFrom { digest template { id } } drug { sig quantity { value unit } daysSupply refills } } ${refusal} } }`;
const list = `query List($clinicId: ID!, $first: Int, $after: String, $retired: Boolean) {
  orderTemplates(clinicId: $clinicId, service: "weight-loss", retired: $retired, first: $first, after: $after) {
    nodes { id name favorite } pageInfo { endCursor hasNextPage } } }`;

const content = () => {
  const { formularyItemId, protocolId, service, sig, quantity, daysSupply, refills } = desk.input;
  return { clinicId: austin, formularyItemId, protocolId, service, sig, quantity, daysSupply, refills };
};
const created = async (name: string, changes: object = {}, who: Asker = desk.prescriber): Promise<Data> =>
  (await who.ask(createTemplate, { input: { ...content(), name, ...changes } })).data?.createOrderTemplate;
const ofPatient = () => {
  const { examId, diagnosis, clinicalDifference, shipTo } = desk.input;
  return { examId, diagnosis, clinicalDifference, shipTo };
};
const drafted = async (templateId: string, changes: object = {}): Promise<Data> =>
  (await desk.prescriber.ask(draftFrom, { input: { templateId, ...ofPatient(), ...changes } })).data?.draftFromTemplate;

test('an order drafted from a template has its words and keeps which template it was, and signs as any other', async () => {
  const template = await created('Start, week 1 to 4');
  expect(template).toEqual({
    ...{ __typename: 'OrderTemplate', id: expect.stringMatching(/^otp_/), name: 'Start, week 1 to 4' },
    ...{ digest: expect.stringMatching(/^[0-9a-f]{64}$/), service: 'weight-loss', sig: desk.input.sig, quantity: desk.input.quantity },
    ...{ daysSupply: 28, refills: 1, formularyItemId: desk.formularyItemId, protocol: { id: desk.protocolId }, retiredAt: null },
    favorite: false,
  });
  const order = await drafted(template.id);
  expect(order).toEqual({
    ...{ __typename: 'Order', id: expect.stringMatching(/^ord_/), status: 'DRAFT' },
    draftedFrom: { digest: template.digest, template: { id: template.id } },
    drug: { sig: desk.input.sig, quantity: desk.input.quantity, daysSupply: 28, refills: 1 },
  });
  const { signOrder: signed } = await desk.prescriber.get(signOrder, { input: { orderId: order.id } });
  expect(signed.status).toBe('SIGNED');
  expect((await desk.prescriber.get(`{ order(id: "${await desk.draft()}") { draftedFrom { digest } } }`)).order.draftedFrom).toBeNull();
});

test('a template is refused by path for what no order could have', async () => {
  const paths = async (changes: object) => (await created('Bad', changes))?.issues?.map(({ path }: { path: string }) => path);
  expect(await paths({ sig: ' ' })).toEqual(['input.sig']);
  expect(await paths({ name: ' ' })).toEqual(['input.name']);
  expect(await paths({ quantity: { value: '0', unit: 'mL' } })).toEqual(['input.quantity.value']);
  expect(await paths({ formularyItemId: desk.patientId })).toEqual(['input.formularyItemId']);
  expect(await paths({ service: 'hormone-therapy' })).toEqual(['input.service']);
  expect(await paths({ protocolId: 'pro_nonsense' })).toEqual(['input.protocolId']);
  expect(await created('Twice')).toMatchObject({ __typename: 'OrderTemplate' });
  expect(await created('TWICE')).toMatchObject({ code: 'CONFLICT' });
});

test('a template with the dose as data has the sig that is generated from it, and so has the order', async () => {
  const dosage = [{ amount: { value: '0.25', unit: 'mg' }, timing: { frequency: 1, period: 1, periodUnit: 'WEEK' } }];
  const template = await created('As data', { sig: null, dosage });
  expect(template.sig).toBe('Inject 0.25 mg (0.1 mL) subcutaneously once a week.');
  const order = await drafted(template.id);
  expect(order.drug.sig).toBe(template.sig);
  expect(await created('Contradicting', { sig: 'Inject 0.5 mg subcutaneously once a week', dosage })).toMatchObject({
    issues: [{ path: 'input.sig' }, { path: 'input.sigOverrideReason' }],
  });
});

test('a retired template drafts nothing, and is not retired twice', async () => {
  const { id } = await created('Withdrawn soon', {}, director);
  const retire = async () => (await director.ask(retireTemplate, { input: { templateId: id, reason: 'UNSAFE' } })).data.retireOrderTemplate;
  expect(await retire()).toEqual({ __typename: 'OrderTemplate', retireReason: 'UNSAFE' });
  expect(await retire()).toMatchObject({ from: 'RETIRED', to: 'RETIRED' });
  expect(await drafted(id)).toMatchObject({
    issues: [{ path: 'input.templateId', message: 'The template is retired: choose another.' }],
  });
  const gone = await desk.prescriber.get(list, { clinicId: austin, retired: true, first: 50 });
  expect(gone.orderTemplates.nodes.map((one: Data) => one.id)).toContain(id);
  await expect(
    graph.sql('update prescriptions.order_template set retired_at = null where id = $1', [fromId('orderTemplate', id)]),
  ).rejects.toThrow(/kept as written/);
});

test('a template of a protocol version that is no longer in force drafts nothing', async () => {
  const { id } = await created('Of an older version');
  const protocol = fromId('protocolVersion', desk.protocolId);
  const links = await graph.sql<{ row: object }>(
    `delete from physicians.protocol_clinic c using physicians.protocol_version v
     where c.clinic_id = $1 and v.id = $2 and v.protocol_id = c.protocol_id returning to_jsonb(c) as row`,
    [fromId('clinic', austin), protocol],
  );
  expect(await drafted(id)).toMatchObject({
    issues: [{ path: 'input.templateId', message: 'There is no protocol of this id in force at this clinic.' }],
  });
  await graph.sql('insert into physicians.protocol_clinic select (jsonb_populate_record(null::physicians.protocol_clinic, $1::jsonb)).*', [
    JSON.stringify(links[0]?.row),
  ]);
});

test('what is the patient’s own is refused by its own path', async () => {
  const { id } = await created('For paths');
  expect((await drafted(id, { diagnosis: ['obesity'] })).issues[0].path).toBe('input.diagnosis.0');
  expect((await drafted(id, { clinicalDifference: { statement: 'x', findingId: desk.examId } })).issues[0].path).toBe(
    'input.clinicalDifference.findingId',
  );
  expect(await drafted(id, { examId: desk.patientId })).toMatchObject({ code: 'NOT_FOUND' });
});

test('favourites come first for who chose them, page by page, and for nobody else', async () => {
  for (const name of ['A list 1', 'A list 2', 'Z list 3']) await created(name);
  const all = async (who: Asker, first: number): Promise<Data[]> => {
    const found: Data[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { orderTemplates: page }: Data = await who.get(list, { clinicId: austin, first, after });
      found.push(...page.nodes);
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    return found;
  };
  const last = (await all(desk.prescriber, 50)).find(({ name }) => name === 'Z list 3');
  const choose = (verb: string, id: string) =>
    desk.prescriber.get(
      `mutation($input: ${verb}TemplateInput!) { ${verb.charAt(0).toLowerCase()}${verb.slice(1)}Template(input: $input) { ... on OrderTemplate { favorite } } }`,
      { input: { templateId: id } },
    );
  for (let twice = 0; twice < 2; twice += 1) await choose('Favorite', last.id);
  const mine = await all(desk.prescriber, 2);
  expect(mine[0]).toEqual({ id: last.id, name: 'Z list 3', favorite: true });
  expect(mine.slice(1).map(({ name }) => name)).toEqual(
    mine
      .slice(1)
      .map(({ name }) => name)
      .toSorted(),
  );
  expect(new Set(mine.map(({ id }) => id)).size).toBe((await all(desk.prescriber, 50)).length);
  expect((await all(director, 50)).filter(({ favorite }) => favorite)).toEqual([]);
  await choose('Unfavorite', last.id);
  expect((await all(desk.prescriber, 50)).filter(({ favorite }) => favorite)).toEqual([]);
});

test('an order set holds templates of one protocol version, in order', async () => {
  const [one, two] = [await created('Set 1'), await created('Set 2')];
  const made = async (input: object) => (await director.ask(createSet, { input: { clinicId: austin, ...input } })).data?.createOrderSet;
  const set = await made({ name: 'Titration', templateIds: [two.id, one.id] });
  expect(set).toEqual({
    ...{ __typename: 'OrderSet', id: expect.stringMatching(/^ose_/), name: 'Titration', protocol: { id: desk.protocolId } },
    templates: [
      { id: two.id, name: 'Set 2' },
      { id: one.id, name: 'Set 1' },
    ],
  });
  expect(await made({ name: 'titration', templateIds: [one.id] })).toMatchObject({ code: 'CONFLICT' });
  expect((await made({ name: 'Twice', templateIds: [one.id, one.id] })).issues[0].path).toBe('input.templateIds');
  expect((await made({ name: 'Unknown', templateIds: [one.id, desk.patientId] })).issues[0].path).toBe('input.templateIds.1');
  const { orderSets } = await desk.prescriber.get(`query($id: ID!) { orderSets(clinicId: $id) { nodes { id } } }`, { id: austin });
  expect(orderSets.nodes).toEqual([{ id: set.id }]);
  const retire = `mutation($input: RetireOrderSetInput!) { retireOrderSet(input: $input) { __typename ... on Refusal { code } } }`;
  await director.get(retire, { input: { orderSetId: set.id, reason: 'NOT_USED' } });
  expect((await director.ask(retire, { input: { orderSetId: set.id, reason: 'NOT_USED' } })).data.retireOrderSet.code).toBe(
    'ILLEGAL_TRANSITION',
  );
});

test('templates are for the clinic’s prescribers and directors alone', async () => {
  const { id } = await created('Not yours');
  for (const persona of ['front-desk', 'examiner', 'mso-manager', 'pharmacist', 'compliance']) {
    const who = await graph.as(persona);
    expect([persona, (await who.ask(list, { clinicId: austin })).errors[0]?.code]).toEqual([persona, 'FORBIDDEN']);
  }
  const stranger = await graph.as('prescriber-b', { stepUp: true });
  expect((await stranger.ask(list, { clinicId: austin })).errors[0]?.code).toBe('NOT_FOUND');
  expect(await created('Theirs', {}, stranger)).toMatchObject({ code: 'NOT_FOUND' });
  expect((await stranger.ask(draftFrom, { input: { templateId: id, ...ofPatient() } })).data.draftFromTemplate.code).toBe('NOT_FOUND');
});

test('the trail has who wrote and used a template, and nothing of what it says', async () => {
  const { id } = await created('For the trail');
  await drafted(id);
  const rows = await graph.sql<{ action: string; detail: object }>(
    `select action, detail from prescriptions.audit_event where action in ('order-template.created', 'order.drafted-from-template') order by at, id`,
  );
  expect(new Set(rows.map(({ action }) => action))).toEqual(new Set(['order-template.created', 'order.drafted-from-template']));
  expect(JSON.stringify(rows)).not.toMatch(/semaglutide|Inject/i);
});
