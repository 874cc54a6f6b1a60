import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

test('the auditor of an entity finds what its officer attested, and what was refused to them', async () => {
  const officer = await graph.as('compliance', { stepUp: true });
  const expiresOn = new Date(graph.clock.now().getTime() + 200 * 86_400_000).toISOString().slice(0, 10);
  const attest = (ruleId: string, value: unknown) =>
    officer.ask('mutation ($input: AttestRuleInput!) { attestRule(input: $input) { __typename } }', {
      input: { entityId: placeTypeId('entity-a1'), ruleId, value, note: 'Our own term, and a shorter one.', expiresOn },
    });
  await attest('TX.gfe.validityMonths', 9);
  await attest('TX.gfe.questionnaireOnly', 'allowed');
  const auditor = await graph.as('auditor');
  const { businessAuditTrail } = await auditor.get('{ businessAuditTrail(first: 50) { nodes { action } } }');
  const actions = businessAuditTrail.nodes.map(({ action }: { action: string }) => action);
  expect(actions).toContain('attestation.given');
  expect(actions).toContain('attestRule.refused');
});

test('ten attestations of one rule at one moment stand one after the other, so that the latest is one', async () => {
  const officer = await graph.as('compliance', { stepUp: true });
  const expiresOn = new Date(graph.clock.now().getTime() + 200 * 86_400_000).toISOString().slice(0, 10);
  const attest = (value: number) =>
    officer.get(
      'mutation ($input: AttestRuleInput!) { attestRule(input: $input) { ... on Attestation { id attestedAt } ... on Refusal { code } } }',
      {
        input: {
          entityId: placeTypeId('entity-a1'),
          ruleId: 'TX.gfe.validityMonths',
          value,
          note: 'Our own term, and a shorter one.',
          expiresOn,
        },
      },
    );
  const given = await Promise.all(Array.from({ length: 10 }, (_, index) => attest(index + 1)));
  expect(new Set(given.map(({ attestRule }) => attestRule.attestedAt)).size).toBe(10);
});
