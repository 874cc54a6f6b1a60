import { expect, test } from 'vitest';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { testGraph } from '../support/graph.ts';

test('ten attestations of one rule at one moment stand one after the other, so that the latest is one', async () => {
  await using graph = await testGraph();
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
