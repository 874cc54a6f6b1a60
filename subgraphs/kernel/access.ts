import type { AuditEntry } from './audit.ts';

/** What a request read of patients' records, gathered row by row from the loader: ids only. */
export interface AccessLog {
  /** Told every result of every model call. */
  seen(model: string, result: unknown): void;
  /** The clinics whose records were read so far. */
  tenants(): string[];
  /** One entry per tenant whose patients' records were read; empties the log. */
  take(fields: readonly string[]): AuditEntry[];
}

interface Row {
  readonly id?: unknown;
  readonly clinicId?: unknown;
  readonly patientId?: unknown;
}

interface TenantReads {
  readonly patients: Set<string>;
  readonly records: Map<string, Set<string>>;
}

/**
 * An access log over the models whose rows are a patient's record. Those rows carry `clinicId`, and `patientId`
 * unless they are the patient.
 */
export function createAccessLog(recordModels: ReadonlySet<string>): AccessLog {
  let tenants = new Map<string, TenantReads>();

  function note(model: string, row: Row): void {
    if (typeof row.id !== 'string') return;
    const tenant = typeof row.clinicId === 'string' ? row.clinicId : '';
    const reads = tenants.get(tenant) ?? { patients: new Set(), records: new Map() };
    tenants.set(tenant, reads);
    const patient = model === 'patient' ? row.id : row.patientId;
    if (typeof patient === 'string') reads.patients.add(patient);
    const ids = reads.records.get(model) ?? new Set();
    reads.records.set(model, ids.add(row.id));
  }

  return {
    seen(model, result) {
      if (!recordModels.has(model)) return;
      for (const row of Array.isArray(result) ? result : [result]) {
        if (typeof row === 'object' && row !== null) note(model, row as Row);
      }
    },
    tenants: () => [...tenants.keys()].filter((tenant) => tenant !== ''),
    take(fields) {
      const entries = [...tenants].map(([tenant, reads]): AuditEntry => {
        const patients = [...reads.patients];
        return {
          action: 'record.read',
          tenantId: tenant === '' ? null : tenant,
          ...(patients.length === 1 ? { patientId: patients[0] } : {}),
          detail: {
            fields,
            // All of them: a list cut short would hide a read. The gateway's cost limit bounds how many one request can ask for.
            patients,
            records: Object.fromEntries([...reads.records].map(([model, ids]) => [model, [...ids]])),
          },
        };
      });
      tenants = new Map();
      return entries;
    },
  };
}
