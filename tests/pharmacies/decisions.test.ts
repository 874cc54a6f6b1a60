import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate, migrationsOf } from '#prisma/migrations.ts';
import { library } from '#rules/packs.ts';
import { attestationsQuestion } from '../../subgraphs/pharmacies/verification/neighbour-facts.ts';
import { emptyDatabase } from '../support/postgres.ts';
import { CLAIM, claim, DISPENSE, supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { giveSupply, ids, orderContent, public_, uuid } from './supply-world.ts';

let graph: SupplyGraph;
let orderId: string;
beforeAll(async () => {
  graph = await supplyGraph('2026-12-02T18:00:00Z');
  orderId = await shipped(1);
});
afterAll(() => graph[Symbol.asyncDispose]());

const DECISIONS = `query ($r: [_Any!]!, $version: String) {
  _entities(representations: $r) {
    ... on Order {
      fulfillment {
        decisions {
          gate at facts packVersion
          results { id outcome message citation remedy version }
          replay(packVersion: $version) { same packVersion differs results { id outcome message citation remedy version } }
        }
      }
    }
  }
}`;

interface Result {
  readonly id: string;
  readonly outcome: string;
}
interface Kept {
  readonly gate: string;
  readonly at: string;
  readonly facts: Record<string, unknown>;
  readonly packVersion: string;
  readonly results: Result[];
  readonly replay: { readonly same: boolean; readonly packVersion: string; readonly differs: string[]; readonly results: Result[] } | null;
}

const asked = (id: string, version?: string) => ({ r: [{ __typename: 'Order', id }], version });

async function decisions(id: string, version?: string): Promise<Kept[]> {
  const { data, errors } = await graph.pharmacist.ask(DECISIONS, asked(id, version));
  if (errors.length > 0) throw new Error(errors.join());
  return data._entities[0].fulfillment.decisions;
}

/** What a sterile preparation asks of a pharmacy. */
const ofFacility = ['facility.evidence.USP_797', 'facility.evidence.ENVIRONMENTAL_MONITORING', 'facility.findings'];

const later = () => graph.clock.set(new Date(graph.clock.now().getTime() + 60_000));

/** An order that a pharmacist claimed and dispensed, and a technician shipped, a minute between each. */
async function shipped(n: number): Promise<string> {
  const id = await graph.arrived(n);
  const secret = await claim(graph, id);
  later();
  const lot = { lotNumber: `D-${n}`, compoundedAt: '2026-12-02T15:00:00Z', beyondUseDate: '2026-12-12', storage: 'REFRIGERATED' };
  const dispensed = await graph.pharmacist.ask(DISPENSE, {
    input: { orderId: id, secret, ...lot, quantity: { value: '2.5', unit: 'mL' } },
  });
  expect(dispensed.data.recordDispense.__typename).toBe('Dispense');
  later();
  const sent = await graph.technician.ask(
    'mutation ($input: RecordShipmentInput!) { recordShipment(input: $input) { __typename ... on Refusal { message } } }',
    { input: { orderId: id, secret, carrier: 'UPS', trackingNumber: '1Z999AA10123456784', coldChain: true } },
  );
  expect(sent.data.recordShipment).toEqual({ __typename: 'Shipment' });
  return id;
}

/** An order to Texas for the pharmacy that stands in California. */
function arrivedElsewhere(n: number): Promise<string> {
  const drug = { ...(orderContent(n, graph.clock.now())['drug'] as object), formularyItemId: public_.otherItem };
  return graph.arrived(n, {
    content: { pharmacy: { id: public_.otherPharmacy, name: 'Elsewhere' }, drug },
    handOff: { pharmacyId: public_.otherPharmacy, formularyItemId: public_.otherItem },
  });
}

test('claim, dispense and shipment keep what they stood on, and answer the same when asked again', async () => {
  const kept = await decisions(orderId);
  expect(
    kept.map(({ gate, packVersion, facts, results, replay }) => ({
      gate,
      packVersion,
      asked: facts['gate'],
      blocked: results.filter(({ outcome }) => outcome !== 'PASS'),
      rules: results.map(({ id }) => id).filter((id) => !id.startsWith('verification.')),
      replay,
    })),
  ).toEqual([
    {
      gate: 'CLAIM',
      packVersion: library.latest.version,
      asked: 'order-claiming',
      blocked: [],
      rules: ['facility.class', 'licence.pharmacy', ...ofFacility, 'account.pharmacy'],
      replay: { same: true, packVersion: library.latest.version, differs: [], results: kept[0]?.results },
    },
    {
      gate: 'DISPENSE',
      packVersion: library.latest.version,
      asked: 'order-dispensing',
      blocked: [],
      rules: [
        'dispense.compoundedAt',
        'bud.notPassed',
        'dispense.storage',
        'bud.uspMaximum',
        'bud.formula',
        ...ofFacility,
        'licence.pharmacy',
        'lot.notRecalled',
        'dispense.quantity',
        'order.changeAwaited',
        'order.standing',
        'safety.hold',
      ],
      replay: { same: true, packVersion: library.latest.version, differs: [], results: kept[1]?.results },
    },
    {
      gate: 'SHIP',
      packVersion: library.latest.version,
      asked: 'order-shipping',
      blocked: [],
      rules: ['facility.class', 'licence.pharmacy', ...ofFacility, 'lot.notRecalled', 'order.standing', 'safety.hold'],
      replay: { same: true, packVersion: library.latest.version, differs: [], results: kept[2]?.results },
    },
  ]);
  const minutes = kept.map(({ at }) => Math.floor((Date.parse(at) - Date.parse(kept[0]?.at ?? '')) / 60_000));
  expect(minutes).toEqual([0, 1, 2]);
});

test('a claim keeps every check of its verification', async () => {
  const [first] = await decisions(orderId);
  const checks = first?.facts['checks'] as { code: string }[];
  expect(checks.length).toBe(19);
  expect(first?.results.map(({ id }) => id).filter((id) => id.startsWith('verification.'))).toEqual(
    checks.map(({ code }) => `verification.${code}`),
  );
});

test('another release answers for itself, and one that never was answers nothing', async () => {
  const before = await decisions(orderId, '2026-11-22.1');
  expect(before.map(({ replay }) => [replay?.packVersion, replay?.results.every(({ outcome }) => outcome === 'PASS')])).toEqual(
    Array(3).fill(['2026-11-22.1', true]),
  );
  // That another release answered is no difference; that it answered otherwise would be.
  expect(before[2]?.replay?.differs).toEqual([]);
  expect((await decisions(orderId, '1999-01-01.1')).map(({ replay }) => replay)).toEqual([null, null, null]);
});

test('a claim by a pharmacy in another state keeps the attestations it asked for, and no other', async () => {
  const id = await arrivedElsewhere(6);
  expect((await graph.otherPharmacist.ask(CLAIM, { input: { orderId: id } })).data.claimOrder.__typename).toBe('Claim');
  const { data } = await graph.otherPharmacist.ask(DECISIONS, asked(id));
  const [kept] = data._entities[0].fulfillment.decisions as Kept[];
  const attestations = kept?.facts['attestations'] as { ruleId: string }[];
  expect(attestations.map(({ ruleId }) => ruleId)).toEqual(['TX.pharmacy.nonResidentLicence', 'TX.pharmacy.nonResidentSterilePermit']);
  expect(kept?.results.map(({ id: rule }) => rule).filter((rule) => !rule.startsWith('verification.'))).toEqual([
    'facility.class',
    'TX.pharmacy.nonResidentLicence',
    'licence.pharmacy',
    'TX.pharmacy.nonResidentSterilePermit',
    'licence.sterile',
    ...ofFacility,
    'account.pharmacy',
  ]);
  expect(kept?.replay).toMatchObject({ same: true, differs: [] });
});

test('a pharmacy does not ask who of the entity attested, nor why', () => {
  expect(attestationsQuestion.document).not.toMatch(/note|attestedBy/);
});

test('an attestation given under a release that is not known here is suspended, and the claim blocks', async () => {
  const id = await arrivedElsewhere(7);
  const answer = graph.answers['ClinicAttestations'];
  if (!answer) throw new Error('clinics says nothing');
  graph.answers['ClinicAttestations'] = (variables) => {
    const { clinicFacts } = answer(variables) as { clinicFacts: { attestations: object[] }[] };
    return {
      clinicFacts: clinicFacts.map((clinic) => ({
        ...clinic,
        attestations: clinic.attestations.map((attestation) => ({ ...attestation, packVersion: '2025-01-01.1' })),
      })),
    };
  };
  const { data } = await graph.otherPharmacist.ask(CLAIM, { input: { orderId: id } });
  graph.answers['ClinicAttestations'] = answer;
  const blocking = (data.claimOrder.rules as Result[])
    .filter(({ outcome }) => outcome !== 'PASS')
    .map((rule) => `${rule.id} ${rule.outcome}`);
  expect(blocking).toEqual(['TX.pharmacy.nonResidentSterilePermit UNKNOWN', 'verification.PHARMACY_LICENSED_SHIP_TO UNKNOWN']);
});

test('facts name no patient', async () => {
  const text = JSON.stringify((await decisions(orderId)).map(({ facts, results }) => [facts, results]));
  for (const theirs of ['Ana', 'Whitfield', '1988', 'Barton Springs Rd', 'Inject', 'benzyl', ids.patient(1), public_.patient(1)]) {
    expect(text).not.toContain(theirs);
  }
});

test('a decision that was tampered with is told by its rule', async () => {
  const tampered = await shipped(2);
  await graph.sql('alter table fulfillment_decision disable trigger insert_only');
  await graph.sql(
    `update fulfillment_decision set results = jsonb_set(results, '{1,message}', '"The licence is good"') where order_id = $1 and gate = 'SHIP'`,
    [ids.order(2)],
  );
  await graph.sql('alter table fulfillment_decision enable trigger insert_only');
  expect((await decisions(tampered)).map(({ replay }) => [replay?.same, replay?.differs])).toEqual([
    [true, []],
    [true, []],
    [false, ['licence.pharmacy']],
  ]);
});

test('a gate that blocks keeps no decision, and one that is asked again keeps one', async () => {
  const blocked = await graph.arrived(3, { handOff: { documentDigest: 'b'.repeat(64) } });
  expect((await graph.pharmacist.ask(CLAIM, { input: { orderId: blocked } })).data.claimOrder.code).toBe('RULE_BLOCKED');
  expect(await decisions(blocked)).toEqual([]);
  const twice = await graph.arrived(4);
  await claim(graph, twice);
  await claim(graph, twice);
  expect((await decisions(twice)).map(({ gate }) => gate)).toEqual(['CLAIM']);
});

test('the pharmacists of the pharmacy read them, nobody else', async () => {
  const { fulfillment } = (await graph.otherPharmacist.ask(DECISIONS, asked(orderId))).data._entities[0];
  expect(fulfillment).toBeNull();
  for (const who of [graph.technician, graph.frontDesk]) {
    const { data, errors } = await who.ask(DECISIONS, asked(orderId));
    expect({ data, errors }).toEqual({
      data: { _entities: [{ fulfillment: { decisions: null } }] },
      errors: ['_entities.0.fulfillment.decisions FORBIDDEN'],
    });
  }
});

test('after a return and another sending, each pharmacy reads its own', async () => {
  const moved = await graph.arrived(5);
  const secret = await claim(graph, moved);
  await graph.pharmacist.ask('mutation ($input: ReturnOrderInput!) { returnOrder(input: $input) { __typename } }', {
    input: { orderId: moved, secret, reason: 'OUT_OF_STOCK' },
  });
  await graph.handOver(5, { seq: 2, attempt: 2, pharmacyId: public_.otherPharmacy, formularyItemId: public_.otherItem });
  expect((await decisions(moved)).map(({ gate }) => gate)).toEqual(['CLAIM']);
  const { data, errors } = await graph.otherPharmacist.ask(DECISIONS, asked(moved));
  expect({ data, errors }).toEqual({ data: { _entities: [{ fulfillment: { decisions: [] } }] }, errors: [] });
});

test('what gates answered before facts were kept is still there, and says that it cannot be asked again', async () => {
  await using database = await emptyDatabase();
  const all = await migrationsOf('pharmacies');
  const place = all.findIndex(({ name }) => name.endsWith('_fulfillment_decisions'));
  await migrate(database.ownerUrl, 'pharmacies', undefined, all.slice(0, place));
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
    await giveSupply(owner as unknown as pg.Pool, new Date('2026-12-02T18:00:00Z'));
    const whole = [uuid(40, 1), uuid(41, 1), ids.order(1), ids.pharmacy, ids.clinic, ids.patient(1)];
    await owner.query('set search_path = pharmacies');
    await owner.query(
      `insert into fulfillment (id, order_id, attempt, pharmacy_id, clinic_id, patient_id, prescriber_id, formulary_item_id, ship_to_state, signed_at, document_digest, status, received_at)
       values ($2, $3, 1, $4, $5, $6, $1, $7, 'TX', now(), 'x', 'CLAIMED', now())`,
      [...whole, ids.item],
    );
    await owner.query(
      `insert into claim (id, fulfillment_id, order_id, pharmacy_id, clinic_id, patient_id, generation, claimed_by, claimed_at, rules)
       values ($1, $2, $3, $4, $5, $6, 1, 'usr_x', '2026-11-22T12:00:00Z', '[{"id":"licence.pharmacy","outcome":"PASS"}]')`,
      whole,
    );
    await migrate(database.ownerUrl, 'pharmacies', undefined, all);
    const { rows } = await owner.query('select fulfillment_id, gate, at, facts, results, pack_version from fulfillment_decision');
    expect(rows).toEqual([
      {
        fulfillment_id: uuid(41, 1),
        gate: 'CLAIM',
        at: new Date('2026-11-22T12:00:00Z'),
        facts: {},
        results: [{ id: 'licence.pharmacy', outcome: 'PASS' }],
        pack_version: '2026-11-22.1',
      },
    ]);
  } finally {
    await owner.end();
  }
});
