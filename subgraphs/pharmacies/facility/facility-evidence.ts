import { toId } from '#kernel/ids.ts';
import { coverages, type FacilityDuty, facilityDuties, type facilityEvidenceKinds } from '#rules/facility-duties.ts';
import { builder } from '../builder.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';

export const FacilityEvidenceKind = builder.enumType('FacilityEvidenceKind', {
  description: 'What a facility’s paper shows.',
  values: {
    USP_795: { description: 'Compliance with USP <795>, nonsterile compounding.' },
    USP_797: { description: 'Compliance with USP <797>, sterile compounding.' },
    USP_800: { description: 'Compliance with USP <800>, hazardous drugs.' },
    ENVIRONMENTAL_MONITORING: { description: 'Environmental monitoring of the sterile area.' },
    CGMP: { description: 'Current good manufacturing practice.' },
    FDA_REGISTRATION: { description: 'Registration with FDA as an outsourcing facility.' },
    DEA_REGISTRATION: { description: 'Registration with DEA.' },
    ACCREDITATION: { description: 'Accreditation. Nothing stops when it ends.' },
    INSURANCE: { description: 'A liability policy. Nothing stops when it ends.' },
  } satisfies Record<(typeof facilityEvidenceKinds)[number], object>,
});

export const FacilityCoverage = builder.enumType('FacilityCoverage', {
  description: 'A part of a facility’s work.',
  values: coverages,
});

export const FacilityEvidence = builder.prismaObject('FacilityEvidence', {
  description: 'A paper that lets a facility do something for so long.',
  authScopes: { may: 'pharmacy:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('facilityEvidence', row.id), description: 'Its id.' }),
    kind: t.field({ type: FacilityEvidenceKind, resolve: (row) => row.kind as 'CGMP', description: 'What it shows.' }),
    issuer: t.exposeString('issuer', { description: 'Who attested or issued it.' }),
    number: t.exposeString('number', {
      nullable: true,
      description: 'Its number, where it has one. A DEA number is shown to the facility’s own people alone.',
    }),
    validFrom: t.expose('validFrom', { type: 'Date', description: 'The first day it holds.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day it holds.' }),
    digest: t.exposeString('digest', { nullable: true, description: 'SHA-256 of the document, in hexadecimal.' }),
    reference: t.exposeString('reference', {
      nullable: true,
      authScopes: { may: 'facility:read' },
      description: 'Where it can be read. For the facility’s own people.',
    }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was recorded.' }),
    withdrawnAt: t.expose('withdrawnAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it no longer counts; empty while it does.',
    }),
  }),
});

const Duty = builder.objectRef<FacilityDuty>('FacilityDuty').implement({
  description: 'What a facility of its kind must be able to show.',
  authScopes: { may: 'pharmacy:read' },
  fields: (t) => ({
    kind: t.field({ type: FacilityEvidenceKind, resolve: (duty) => duty.kind, description: 'The paper that shows it.' }),
    covers: t.field({ type: FacilityCoverage, resolve: (duty) => duty.covers, description: 'What stops without it.' }),
    what: t.exposeString('what', { description: 'What is shown, in words.' }),
    citation: t.exposeString('citation', { description: 'The section of law or standard it rests on.' }),
  }),
});

builder.prismaObjectFields(Pharmacy, (t) => ({
  fei: t.exposeString('fei', { nullable: true, description: 'FDA establishment identifier, where it has one.' }),
  duties: t.field({
    type: [Duty],
    select: { facilityClass: true },
    resolve: (row) => facilityDuties.filter((duty) => duty.of === row.facilityClass),
    description: 'What a facility of its kind must be able to show, and what stops without it.',
  }),
  evidence: t.relation('evidence', {
    authScopes: { may: 'pharmacy:read' },
    query: { orderBy: [{ kind: 'asc' }, { expiresOn: 'asc' }, { id: 'asc' }] },
    description: 'Its papers, lapsed and withdrawn ones too. DEA registrations and policies are shown to its own people alone.',
  }),
}));
