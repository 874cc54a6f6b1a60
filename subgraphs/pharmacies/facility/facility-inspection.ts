import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';
import { FacilityCoverage } from './facility-evidence.ts';

export const InspectionAuthority = builder.enumType('InspectionAuthority', {
  description: 'Who inspects facilities.',
  values: ['FDA', 'STATE_BOARD', 'DEA', 'ACCREDITOR'] as const,
});

export const InspectionOutcome = builder.enumType('InspectionOutcome', {
  description: 'What came of an inspection.',
  values: {
    NO_ACTION: { description: 'No action indicated.' },
    VOLUNTARY_ACTION: { description: 'Voluntary action indicated.' },
    OFFICIAL_ACTION: { description: 'Official action indicated.' },
    PENDING: { description: 'Not classified yet.' },
  } as const,
});

export const FindingSeverity = builder.enumType('FindingSeverity', {
  description: 'How grave a finding is.',
  values: {
    CRITICAL: { description: 'Stops what it names until it is closed by another person than who recorded it.' },
    MAJOR: { description: 'To be corrected; may stop something.' },
    MINOR: { description: 'To be corrected.' },
  } as const,
});

export const InspectionFinding = builder.prismaObject('InspectionFinding', {
  description: 'One observation of an inspection, such as an item of a Form FDA 483.',
  authScopes: { may: 'facility:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('inspectionFinding', row.id), description: 'Its id.' }),
    position: t.exposeInt('position', { description: 'Its place in the report, from 1.' }),
    text: t.exposeString('text', { description: 'What was found.' }),
    severity: t.field({ type: FindingSeverity, resolve: (row) => row.severity as 'MINOR', description: 'How grave it is.' }),
    stops: t.field({
      type: FacilityCoverage,
      nullable: true,
      resolve: (row) => row.stops as 'ALL' | null,
      description: 'What is stopped until it is closed; empty for nothing.',
    }),
    closedAt: t.expose('closedAt', { type: 'DateTime', nullable: true, description: 'When it was closed; empty while it is open.' }),
    correction: t.exposeString('correction', { nullable: true, description: 'How it was corrected.' }),
    evidence: t.exposeString('evidence', { nullable: true, description: 'Where that can be seen.' }),
  }),
});

export const FacilityInspection = builder.prismaObject('FacilityInspection', {
  description: 'A look at a facility by an authority.',
  authScopes: { may: 'facility:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('facilityInspection', row.id), description: 'Its id.' }),
    authority: t.field({ type: InspectionAuthority, resolve: (row) => row.authority as 'FDA', description: 'Who inspected.' }),
    state: t.field({ type: graph.UsState, nullable: true, resolve: (row) => row.state, description: 'The state whose board it was.' }),
    inspectedOn: t.expose('inspectedOn', { type: 'Date', description: 'The last day of the inspection.' }),
    outcome: t.field({
      type: InspectionOutcome,
      resolve: (row) => row.outcome as 'PENDING',
      description: 'What came of it, as first recorded.',
    }),
    reference: t.exposeString('reference', {
      nullable: true,
      description: 'The report: a Form FDA 483 or another, by its number or address.',
    }),
    findings: t.relation('findings', {
      query: { orderBy: { position: 'asc' } },
      description: 'What was found, in the order of the report.',
    }),
  }),
});

builder.prismaObjectField(Pharmacy, 'inspections', (t) =>
  t.relation('inspections', {
    authScopes: { may: 'facility:read' },
    query: (_args, ctx) => ({
      where: { pharmacyId: { in: [...ctx.actor.places('facility:read')] } },
      orderBy: [{ inspectedOn: 'desc' }, { id: 'desc' }],
    }),
    description: 'Its inspections, the last first. For its own people.',
  }),
);
