import fc from 'fast-check';
import { expect, test } from 'vitest';
import { licenceIn } from '#rules/licence.ts';
import { licenseStatuses, shownLicenseStatus } from '../../subgraphs/physicians/license/license-status.ts';

const now = new Date('2026-12-01T15:00:00Z');
const day = (text: string) => new Date(`${text}T00:00:00Z`);
const good = { status: 'ACTIVE', verifiedAt: new Date('2026-11-20T10:00:00Z'), expiresOn: day('2027-05-31'), standings: [] };

test.each([
  ['shows a licence that is good and freshly checked as it stands', {}, 'ACTIVE'],
  ['still counts on its last day', { expiresOn: day('2026-12-01') }, 'ACTIVE'],
  ['is expired the day after', { expiresOn: day('2026-11-30') }, 'EXPIRED'],
  ['still counts 30 days after the check', { verifiedAt: new Date('2026-11-01T00:00:00Z') }, 'ACTIVE'],
  ['is stale the day after', { verifiedAt: new Date('2026-10-31T23:59:59Z') }, 'STALE'],
  [
    'is expired rather than stale when it is both',
    { expiresOn: day('2026-11-30'), verifiedAt: new Date('2026-01-01T00:00:00Z') },
    'EXPIRED',
  ],
  ['is unverified when it was never checked, whatever the row says', { verifiedAt: null }, 'UNVERIFIED'],
  ['is unverified when its check lies in the future', { verifiedAt: new Date('2026-12-02T00:00:00Z') }, 'UNVERIFIED'],
  ['stays unverified when the board could not confirm it', { status: 'UNVERIFIED' }, 'UNVERIFIED'],
  ['keeps a suspension however old the check is', { status: 'SUSPENDED', verifiedAt: new Date('2025-01-01T00:00:00Z') }, 'SUSPENDED'],
  ['keeps a revocation past its last day', { status: 'REVOKED', expiresOn: day('2020-01-01') }, 'REVOKED'],
  ['does not trust a status it does not know', { status: 'FINE' }, 'UNVERIFIED'],
])('%s', (_rule, change, shown) => {
  expect(shownLicenseStatus({ ...good, ...change }, now)).toBe(shown);
});

const days = fc.date({ min: day('2024-01-01'), max: day('2029-12-31'), noInvalidDate: true });

test('shows ACTIVE exactly when the gates would let it pass', () => {
  fc.assert(
    fc.property(fc.constantFrom(...licenseStatuses), fc.option(days), days, days, (status, verifiedAt, last, at) => {
      const expiresOn = day(last.toISOString().slice(0, 10));
      const shown = shownLicenseStatus({ status, verifiedAt, expiresOn, standings: [] }, at);
      const fact = { state: 'TX', status, verifiedAt: verifiedAt?.toISOString() ?? null, expiresOn: expiresOn.toISOString().slice(0, 10) };
      const judged = licenceIn({ id: 'licence.examiner', holder: 'The examiner', state: 'TX' }, [fact], at.toISOString());
      expect(shown === 'ACTIVE').toBe(judged.outcome === 'PASS');
    }),
  );
});
