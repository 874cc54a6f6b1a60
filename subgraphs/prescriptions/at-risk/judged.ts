import DataLoader from 'dataloader';
import { Unavailable } from '#kernel/errors.ts';
import { standingDirector } from '#rules/clinic-director.ts';
import { oversightFacts } from '#rules/oversight-facts.ts';
import type { RuleResult } from '#rules/results.ts';
import type { Ctx } from '../builder.ts';
import { type InFlight, inFlightAmong } from './in-flight.ts';
import { type Acting, remedyOf, type ToDo } from './must-act.ts';
import { askPresentFacts, type PresentFacts } from './present-facts.ts';
import { sinceOf } from './since.ts';
import { standingInTheWay } from './standing-in-the-way.ts';

/** A record in flight that its gate would refuse today. */
export interface AtRisk {
  readonly record: InFlight;
  /** Never empty. */
  readonly blockers: readonly RuleResult[];
  /** YYYY-MM-DD. */
  readonly since: string | null;
  readonly toDo: ToDo;
  readonly mustAct: readonly Acting[];
}

/** What stands in a record's way today and what to do about it; null when nothing does. Pure. */
export function judged(record: InFlight, told: PresentFacts, at: Date): AtRisk | null {
  const blockers = standingInTheWay(record, told, at);
  if (blockers.length === 0) return null;
  const clinic = told.clinics.get(record.clinicId);
  const legs = { ...oversightFacts(clinic?.oversight), state: clinic?.address.state ?? null, service: record.service };
  const directorId = standingDirector(legs, at.toISOString())?.id ?? null;
  return { record, blockers, since: sinceOf(record, blockers, told, directorId, at), ...remedyOf(record, blockers, directorId) };
}

/** Judges records together, in their order. Throws Unavailable without an answer: everything would be at risk, or nothing, and neither is true. */
export async function judgeAll(ctx: Pick<Ctx, 'graph' | 'now'>, records: readonly InFlight[]): Promise<AtRisk[]> {
  if (records.length === 0) return [];
  const told = await askPresentFacts(ctx, records);
  if (!told.answered)
    throw new Unavailable('What exams and orders stand on could not be read, so it is not known which are at risk. Try again.');
  const at = ctx.now();
  return records.flatMap((record) => judged(record, told, at) ?? []);
}

/** What is shown of a patient's consents and holds is read past the row loader, so the trail is told of it here. */
export function noteReads(ctx: Pick<Ctx, 'noteRead'>, shown: readonly AtRisk[]): void {
  const read = shown.flatMap(({ record: { kind, id, clinicId, chart } }) => (chart === null ? [] : [{ kind, id, clinicId, ...chart }]));
  const idsOf = (rows: typeof read, wanted: 'EXAM' | 'ORDER') => rows.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
  for (const [tenantId, rows] of Map.groupBy(read, ({ clinicId }) => clinicId)) {
    const [patientId, ...others] = new Set(rows.map((row) => row.patientId));
    ctx.noteRead({
      action: 'record.read',
      tenantId,
      ...(patientId !== undefined && others.length === 0 ? { patientId } : {}),
      detail: {
        fields: ['atRisk'],
        patients: [patientId, ...others],
        records: { goodFaithExam: idsOf(rows, 'EXAM'), order: idsOf(rows, 'ORDER') },
      },
    });
  }
}

const loaders = new WeakMap<Ctx, DataLoader<string, AtRisk | null>>();

/** Whether one record is at risk, by its stored id; judged together with every other asked about in the same tick. Null also for what is not in flight. */
export function atRiskOf(ctx: Ctx, id: string): Promise<AtRisk | null> {
  const loader =
    loaders.get(ctx) ??
    new DataLoader(async (ids: readonly string[]) => {
      const found = await judgeAll(ctx, await inFlightAmong(ctx, ids));
      noteReads(ctx, found);
      const byId = new Map(found.map((one) => [one.record.id, one]));
      return ids.map((one) => byId.get(one) ?? null);
    });
  loaders.set(ctx, loader);
  return loader.load(id);
}
