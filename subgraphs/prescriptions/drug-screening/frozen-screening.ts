import type { InteractionFact } from '#rules/drug-screening-facts.ts';
import { type DrugScreen, screenDrug, standing } from '#rules/drug-screening.ts';
import { type DrugFinding, drugScreeningVersion, hazardOf, takenBeside } from '#rules/drug-findings.ts';
import { toId } from '#kernel/ids.ts';
import type { FrozenScreening } from '../document/order-document.ts';
import { activesOf, drugScreeningFact, type ScreenedChart } from './screening-facts.ts';

/** An order's drug screened for its patient: each kind as the rules have it, and what is shown beside it. */
export interface Screened {
  readonly screens: readonly DrugScreen[];
  readonly frozen: FrozenScreening;
  /** The same with hints at records of maybe another person, for whoever opens the draft's chart. */
  readonly onDraft: FrozenScreening;
}

/** Screens the drug of an order and writes the answer out as its document will have it. */
export function screened(chart: ScreenedChart, interactions: InteractionFact | null, at: Date): Screened {
  const facts = drugScreeningFact(chart, interactions, at);
  const actives = activesOf(chart.order);
  const screens = screenDrug(actives, facts);
  const reasons = new Map(chart.screening.waivers.map((row) => [toId('screeningWaiver', row.id), row]));
  const written = (shown: (finding: DrugFinding) => boolean): FrozenScreening => ({
    screenedWith: { name: 'goodfaith', version: drugScreeningVersion },
    intakeId: facts.intakeId ?? null,
    excipients: facts.excipients === 'not-recorded' ? 'NOT_RECORDED' : 'RECORDED',
    interactions: interactionsAsked(screens, interactions, takenBeside({ actives, facts })),
    kinds: screens.map(({ kind, findings, waiver, result }) => ({
      kind,
      outcome: outcomeOf(findings),
      passes: result.outcome === 'PASS',
      findings: findings
        .filter(shown)
        .map(({ substance, unii, about, outcome, message }) => ({ substance, unii, about, outcome, message })),
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
  });
  return { screens, frozen: written(({ onDraftAlone }) => onDraftAlone !== true), onDraft: written(() => true) };
}

function outcomeOf(findings: DrugScreen['findings']): 'PASS' | 'FAIL' | 'UNKNOWN' {
  const open = standing(findings);
  if (open.length === 0) return 'PASS';
  return open.some(({ outcome }) => outcome === 'FAIL') ? 'FAIL' : 'UNKNOWN';
}

// A screener that was asked of other medicines than the patient takes now has not screened these, and the rule says so by not knowing.
function interactionsAsked(
  screens: readonly DrugScreen[],
  told: InteractionFact | null,
  medicines: readonly string[] | null,
): FrozenScreening['interactions'] {
  const found = screens.find(({ kind }) => kind === 'INTERACTION')?.findings ?? [];
  const unknown = medicines === null || found.some(({ outcome }) => outcome === 'UNKNOWN');
  const outcome = unknown ? 'NOT_SCREENED' : medicines.length === 0 ? 'NOTHING_TO_SCREEN' : 'SCREENED';
  if (told === null || outcome === 'NOTHING_TO_SCREEN') return { screener: 'embedded', version: drugScreeningVersion, asOf: null, outcome };
  const { screener, version, asOf } = told;
  return { screener, version, asOf, outcome };
}
