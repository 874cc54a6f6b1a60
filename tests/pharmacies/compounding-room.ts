import { public_, semaglutide } from './supply-world.ts';
import type { Asker, SupplyGraph } from './supply-graph.ts';

/** Records how an item is made. */
export const FORMULATION = `mutation Formulate($input: RecordFormulationInput!) {
  recordFormulation(input: $input) {
    __typename
    ... on MasterFormulation { id version item { id } components { name unii grade amount } qualityControls { name requirement } }
    ... on Refusal { code message }
    ... on InvalidInput { issues { path message } }
  }
}`;

/** Records how a lot was made. */
export const COMPOUNDING = `mutation Compound($input: RecordCompoundingInput!) {
  recordCompounding(input: $input) {
    __typename
    ... on CompoundingRecord { id yield { value unit } quality { name result passed } formulation { version }
      lot { id number status beyondUseDate components { name supplier number expiresOn amount { value unit } } } }
    ... on Refusal { code message }
    ... on InvalidInput { issues { path message } }
    ... on RuleBlocked { rules { id outcome message remedy } }
  }
}`;

/** A final check. */
export const RELEASE = `mutation Release($input: ReleaseLotInput!) {
  releaseLot(input: $input) {
    __typename
    ... on Lot { id status release { decision reason checkedAt } }
    ... on Refusal { code message }
    ... on InvalidInput { issues { path message } }
    ... on RuleBlocked { rules { id outcome message } }
  }
}`;

/** The formulation of the semaglutide item: refrigerated, tested, 40 days. */
export const formulation = (over: Record<string, unknown> = {}) => ({
  formularyItemId: public_.item,
  components: [
    { name: semaglutide.name, unii: semaglutide.unii, grade: 'USP', amount: { value: '125', unit: 'mg' } },
    { name: 'Water for injection', unii: null, grade: 'USP', amount: null },
  ],
  container: '5 mL vial, type I glass',
  instructions: 'Dissolve, filter through 0.22 um, fill.',
  equipment: 'ISO class 5 hood',
  qualityControls: [
    { name: 'Sterility', requirement: 'No growth' },
    { name: 'Visual inspection', requirement: 'Clear, free of particles' },
  ],
  batch: { value: '50', unit: 'mL' },
  beyondUse: 35,
  beyondUseUnit: 'DAYS',
  beyondUseReference: 'Stability study S-12',
  directions: null,
  ...over,
});

/** A lot made as formulated, on the morning of 2 December. */
export const lotMade = (formulationId: string, lotNumber: string, over: Record<string, unknown> = {}) => ({
  formulationId,
  lotNumber,
  compoundedAt: '2026-12-02T15:00:00Z',
  beyondUseDate: '2027-01-05',
  components: [
    {
      ...{ name: semaglutide.name, unii: semaglutide.unii, supplier: 'Prairie Chemicals', lotNumber: 'PC-77 a', expiresOn: '2027-06-30' },
      amount: { value: '125', unit: 'mg' },
    },
    { name: 'Water for injection', supplier: 'Mesa Fluids', lotNumber: 'W1', expiresOn: '2027-03-31', amount: { value: '50', unit: 'mL' } },
  ],
  yield: { value: '49.5', unit: 'mL' },
  quality: [
    { name: 'Sterility', result: 'No growth after 14 days', passed: true },
    { name: 'Visual inspection', result: 'Clear', passed: true },
  ],
  ...over,
});

/** A formulation on record; answers its id. */
export async function formulated(graph: SupplyGraph, over: Record<string, unknown> = {}): Promise<string> {
  const { data, errors } = await graph.pharmacist.ask(FORMULATION, { input: formulation(over) });
  if (data?.recordFormulation.__typename !== 'MasterFormulation') throw new Error(JSON.stringify({ data, errors }, null, 1));
  return data.recordFormulation.id;
}

/** A lot that the technician made; answers its id. */
export async function made(graph: SupplyGraph, input: Record<string, unknown>, by: Asker = graph.technician): Promise<string> {
  const { data, errors } = await by.ask(COMPOUNDING, { input });
  if (data?.recordCompounding.__typename !== 'CompoundingRecord') throw new Error(JSON.stringify({ data, errors }, null, 1));
  return data.recordCompounding.lot.id;
}
