import { describe, expect, test } from 'vitest';
import type { Intake, Order, Patient } from '#prisma/generated/prescriptions/client.ts';
import type { InteractionFact } from '#rules/drug-screening-facts.ts';
import { screened } from '../../subgraphs/prescriptions/drug-screening/frozen-screening.ts';
import { decidedOn, drugScreeningFact, type ScreenedChart } from '../../subgraphs/prescriptions/drug-screening/screening-facts.ts';
import type { OtherOrder } from '../../subgraphs/prescriptions/drug-screening/screening-rows.ts';

const at = new Date('2026-11-22T12:00:00Z');
const [orderId, otherId] = ['01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002'];
const drug = { ingredients: [{ name: 'Semaglutide', unii: '53AXN4NNHX' }], excipients: [] };
const order = { id: orderId, patientId: 'p1', prescriberId: 'd1', formularyItemId: 'f1', service: 'WEIGHT_LOSS', drug };

function chart(taken: string, others: readonly Partial<OtherOrder>[] = []): ScreenedChart {
  const intake = {
    ...{ id: '01890000-0000-7000-8000-000000000003', service: 'WEIGHT_LOSS', status: 'CLEARED', submittedAt: at },
    answers: [
      { linkId: 'core.medications', value: taken },
      { linkId: 'core.pregnancy', value: 'none' },
    ],
  };
  return {
    order: order as unknown as Order,
    patient: { allergies: [], sexAtBirth: 'FEMALE' } as unknown as Patient,
    exam: null,
    screening: {
      ...{ intakes: [intake as unknown as Intake], settled: [], findings: [], waivers: [] },
      others: others.map((other) => ({ ...order, id: otherId, status: 'SENT', statusSince: at, daysSupply: 28, ...other }) as OtherOrder),
    },
  };
}

const told = (medications: readonly string[]): InteractionFact => ({
  ...{ screener: 's', version: '1', asOf: null, outcome: 'SCREENED' as const, findings: [] },
  medications,
});

describe('a document says of interactions', () => {
  test.each<[string, string, InteractionFact | null, string, string]>([
    ['that they were screened for what is taken', 'warfarin', told(['warfarin']), 'SCREENED', 's'],
    ['that they were not, by an answer about other medicines', 'warfarin', told(['aspirin']), 'NOT_SCREENED', 's'],
    ['that they were not, where one of what is taken could not be read', 'warfarin, варфарин', told(['warfarin']), 'NOT_SCREENED', 's'],
    ['that they were not, where nobody was asked', 'warfarin', null, 'NOT_SCREENED', 'embedded'],
    ['that they were not, where nothing that is taken can be read', 'варфарин', null, 'NOT_SCREENED', 'embedded'],
    ['that there was nothing to screen, for nothing taken', 'None', null, 'NOTHING_TO_SCREEN', 'embedded'],
    ['that there was nothing to screen, whatever was asked before', 'None', told(['aspirin']), 'NOTHING_TO_SCREEN', 'embedded'],
  ])('%s', (_what, taken, answer, outcome, screener) => {
    const { frozen, screens } = screened(chart(taken), answer, at);
    expect(frozen.interactions).toMatchObject({ outcome, screener });
    const rule = screens.find(({ kind }) => kind === 'INTERACTION')?.result.outcome;
    expect(rule).toBe(outcome === 'NOT_SCREENED' ? 'UNKNOWN' : 'PASS');
  });
});

describe('an order of a record that may be another person', () => {
  const namesake = chart('None', [{ patientId: 'p2' }]);

  test('is shown on the draft, and written into no document', () => {
    const { frozen, onDraft } = screened(namesake, null, at);
    const found = (kinds: typeof frozen.kinds) => kinds.find(({ kind }) => kind === 'DUPLICATE_THERAPY')?.findings.length;
    expect([found(onDraft.kinds), found(frozen.kinds)]).toEqual([1, 0]);
    expect(JSON.stringify(frozen)).not.toContain('ord_');
  });

  test('is told to no gate', () => expect(decidedOn(drugScreeningFact(namesake, null, at)).otherOrders).toEqual([]));
});
