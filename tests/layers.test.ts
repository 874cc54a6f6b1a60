import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subgraphNames } from '#kernel/names.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { harvested, nowhere, questions, said } from './support/foreign-ids.ts';
import { type Asker, type TestGraph, testGraph } from './support/graph.ts';
import { type StorySoFar, storySoFar } from './support/story-so-far.ts';

/** Row-level security alone is tried in isolation.test.ts. Here it is switched off, and one of the two layers in code with it. */
let graph: TestGraph;
let story: StorySoFar;

beforeAll(async () => {
  graph = await testGraph();
  story = await storySoFar(graph);
  const tables = await graph.sql<{ name: string }>(
    `select relnamespace::regnamespace || '.' || quote_ident(relname) as name from pg_class
     where relnamespace::regnamespace::text = any($1) and relkind in ('r', 'p') and relrowsecurity`,
    [[...subgraphNames]],
  );
  for (const { name } of tables) await graph.sql(`alter table ${name} disable row level security`);
});

afterAll(async () => graph?.[Symbol.asyncDispose]());

/** Somebody with these roles besides, in the memberships and in every subgraph's copy of them. */
async function holder(sub: string, grants: readonly { role: string; at: string }[]): Promise<Asker> {
  for (const { role, at } of grants) {
    await graph.sql(`insert into clinics.membership (id, sub, role, at, starts_at) values ($1, $2, $3, $4, now() - interval '1 day')`, [
      randomUUID(),
      sub,
      role,
      at,
    ]);
  }
  for (const name of subgraphNames) await graph.running[name].refreshTenancy();
  return graph.asSomeone({ sub, name: 'Someone', grants }, { stepUp: true });
}

describe('permissions alone: rows are open and the places are the caller’s own', () => {
  const codes = async (who: Asker, document: string) => {
    const { data, errors } = await who.ask(document);
    const answers = Object.values((data ?? {}) as Record<string, { code?: string } | null>);
    return [...errors.map(({ code }) => code), ...answers.flatMap((answer) => answer?.code ?? [])];
  };

  test('a manager of the very MSO opens no patient, exam, order or intake of its clinics', async () => {
    const manager = await graph.as('mso-manager', { stepUp: true });
    const { patient, exam, order, clinic } = harvested(story);
    for (const document of [
      `{ patient(id: "${patient}") { id } }`,
      `{ patients(clinicId: "${clinic}") { nodes { id } } }`,
      `{ exam(id: "${exam}") { id } }`,
      `{ exams(clinicId: "${clinic}", day: "2026-11-23") { nodes { id } } }`,
      `{ order(id: "${order}") { id } }`,
      `{ orders(clinicId: "${clinic}") { nodes { id } } }`,
      `mutation { signOrder(input: { orderId: "${order}" }) { __typename ... on Refusal { code } } }`,
      `mutation { cancelOrder(input: { orderId: "${order}", reason: PATIENT_REQUEST }) { __typename ... on Refusal { code } } }`,
    ]) {
      expect(await codes(manager, document), document).toEqual(['FORBIDDEN']);
    }
  });

  test('the clinic’s own front desk sees that there was an exam, and nothing of its chart', async () => {
    const desk = await graph.as('front-desk');
    const { exam } = harvested(story);
    const { data, errors } = await desk.ask(`{ exam(id: "${exam}") { status rationale digest findings { text } } }`);
    expect(errors.map(({ code }) => code)).toContain('FORBIDDEN');
    expect(JSON.stringify(data)).not.toMatch(/benzyl|contraindication|[0-9a-f]{64}/);
  });

  test('the pharmacy’s own technician ships, and neither claims nor dispenses nor recalls', async () => {
    const technician = await graph.as('technician');
    const { order } = harvested(story);
    const pharmacy = personas['pharmacist']?.grants[0]?.at;
    for (const document of [
      `mutation { claimOrder(input: { orderId: "${order}" }) { __typename ... on Refusal { code } } }`,
      `mutation { rejectOrder(input: { orderId: "${order}", secret: "x", reason: "OTHER" }) { __typename ... on Refusal { code } } }`,
      `mutation { startRecall(input: { pharmacyId: "${pharmacy}", lotNumbers: ["A1"], class: II, reason: "Sub-potent" }) { __typename ... on Refusal { code } } }`,
    ]) {
      expect(await codes(technician, document), document).toEqual(['FORBIDDEN']);
    }
  });
});

describe('what is visible alone: rows are open and the caller has every permission, at places of another MSO', () => {
  test('another tenant’s id answers to the letter as one that does not exist', async () => {
    // A practitioner, since examining and signing are open to no one else whatever their roles.
    const examiner = personas['examiner-b']?.sub ?? '';
    const roles = ['FRONT_DESK', 'EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR', 'COMPLIANCE_OFFICER'];
    const clinical = ['entity-b1', 'entity-b2'].flatMap((place) => roles.map((role) => ({ role, at: placeTypeId(place) })));
    const all = await holder(examiner, [...clinical, { role: 'MSO_MANAGER', at: placeTypeId('mso-b') }]);
    const pharmacist = await holder('usr_pharmacist', [{ role: 'PHARMACIST', at: placeTypeId('pharmacy-b') }]);
    const ids = harvested(story);
    const forbidden: string[] = [];
    for (const question of questions) {
      for (const who of [all, pharmacist]) {
        const theirs = await said(who, question, ids);
        expect(theirs, question(ids)).toBe(await said(who, question, nowhere));
      }
      if ((await said(all, question, ids)).includes('FORBIDDEN') && (await said(pharmacist, question, ids)).includes('FORBIDDEN'))
        forbidden.push(/[a-z]+[A-Z]\w*/.exec(question(ids))?.[0] ?? '');
    }
    // Open to who answers for a pharmacy's compliance alone, and to operators of the platform, who are of no tenant.
    expect(forbidden).toEqual(['registerProgram', 'decidePharmacy', 'suspendPharmacy', 'reinstatePharmacy', 'closePharmacy']);
  });
});
