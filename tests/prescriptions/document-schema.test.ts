import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { violations } from './document-violations.ts';

const kept = JSON.parse(readFileSync(new URL('../pharmacies/data/order-gf-1.json', import.meta.url), 'utf8')) as { jws: string };
const first = JSON.parse(Buffer.from((JSON.parse(kept.jws) as { payload: string }).payload, 'base64url').toString('utf8'));

test('the schema of gf-order/1 describes what was signed by it, to the last member', () => {
  expect(violations(first)).toEqual([]);
});

test('a member that is missing, unknown or of another kind breaks the schema of its version', () => {
  const { refills: _refills, ...drug } = first.drug;
  expect(violations({ ...first, drug })).toEqual(["/drug must have required property 'refills'"]);
  expect(violations({ ...first, future: 1 })).toEqual([' must NOT have additional properties']);
  expect(violations({ ...first, drug: { ...first.drug, daysSupply: '28' } })).toEqual(['/drug/daysSupply must be integer']);
  expect(violations({ ...first, schema: 'gf-order/2' })).toContain(" must have required property 'supersedes'");
  expect(violations({ ...first, schema: 'gf-order/9' })).toEqual(['gf-order/9 is not published']);
});
