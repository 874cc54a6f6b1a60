import { expect, test } from 'vitest';
import { createAccessLog } from '#kernel/access.ts';

test('what was read of patients’ records is gathered per tenant, from rows and lists alike', () => {
  const log = createAccessLog(new Set(['patient', 'exam']));
  log.seen('patient', { id: 'p1', clinicId: 'c1' });
  log.seen('exam', [
    { id: 'e1', clinicId: 'c1', patientId: 'p1' },
    { id: 'e2', clinicId: 'c2', patientId: 'p2' },
    { id: 'e3', clinicId: 'c2', patientId: 'p3' },
  ]);
  log.seen('clinic', { id: 'c1' });
  log.seen('exam', null);
  log.seen('exam', 3);
  expect(log.take(['exams'])).toEqual([
    {
      action: 'record.read',
      tenantId: 'c1',
      patientId: 'p1',
      detail: { fields: ['exams'], patients: ['p1'], records: { patient: ['p1'], exam: ['e1'] } },
    },
    { action: 'record.read', tenantId: 'c2', detail: { fields: ['exams'], patients: ['p2', 'p3'], records: { exam: ['e2', 'e3'] } } },
  ]);
  expect(log.take(['exams'])).toEqual([]);
});
