import type { InteractionFact } from '#rules/drug-screening-facts.ts';
import { type DrugScreen, screenDrug, standing } from '#rules/drug-screening.ts';
import { drugScreeningVersion, hazardOf } from '#rules/drug-findings.ts';
import { toId } from '#kernel/ids.ts';
import type { FrozenScreening } from '../document/order-document.ts';
import { activesOf, drugScreeningFact, type ScreenedChart } from './screening-facts.ts';

/** An order's drug screened for its patient: each kind as the rules have it, and what is shown beside it. */
export interface Screened {
  readonly screens: readonly DrugScreen[];
  readonly frozen: FrozenScreening;
}

/** Screens the drug of an order and writes the answer out as its document will have it. */
export function screened(chart: ScreenedChart, interactions: InteractionFact | null, at: Date): Screened {
  const facts = drugScreeningFact(chart, interactions, at);
  const actives = activesOf(chart.order);
  const screens = screenDrug(actives, facts);
  const reasons = new Map(chart.screening.waivers.map((row) => [toId('screeningWaiver', row.id), row]));
  return {
    screens,
    frozen: {
      screenedWith: { name: 'goodfaith', version: drugScreeningVersion },
      intakeId: facts.intakeId ?? null,
      excipients: facts.excipients === 'not-recorded' ? 'NOT_RECORDED' : 'RECORDED',
      interactions: interactionsAsked(screens, interactions, facts.medications?.length ?? null),
      kinds: screens.map(({ kind, findings, waiver, result }) => ({
        kind,
        outcome: outcomeOf(findings),
        passes: result.outcome === 'PASS',
        findings: findings.map(({ substance, unii, about, outcome, message }) => ({ substance, unii, about, outcome, message })),
        waiver:
          waiver === null
            ? null
            : {
                ...{ id: waiver.id, at: waiver.at, credential: waiver.credential ?? null },
                ...{ by: reasons.get(waiver.id)?.waivedBy ?? null, reason: reasons.get(waiver.id)?.reason ?? null },
              },
      })),
      handling: actives.flatMap((active) => {
        const statement = hazardOf(active);
        return statement === null ? [] : [{ substance: active.name, unii: active.unii, statement }];
      }),
    },
  };
}

function outcomeOf(findings: DrugScreen['findings']): 'PASS' | 'FAIL' | 'UNKNOWN' {
  const open = standing(findings);
  if (open.length === 0) return 'PASS';
  return open.some(({ outcome }) => outcome === 'FAIL') ? 'FAIL' : 'UNKNOWN';
}

function interactionsAsked(
  screens: readonly DrugScreen[],
  told: InteractionFact | null,
  medicines: number | null,
): FrozenScreening['interactions'] {
  if (told !== null) {
    const { screener, version, asOf, outcome } = told;
    return { screener, version, asOf, outcome };
  }
  const nothing = medicines === 0 && screens.every(({ kind, findings }) => kind !== 'INTERACTION' || standing(findings).length === 0);
  return { screener: 'embedded', version: drugScreeningVersion, asOf: null, outcome: nothing ? 'NOTHING_TO_SCREEN' : 'NOT_SCREENED' };
}
