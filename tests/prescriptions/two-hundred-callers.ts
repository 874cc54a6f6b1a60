import type { Asker, Data, TestGraph } from '../support/graph.ts';
import { examinerId, holdInput } from './exam-story.ts';
import { fromId } from '#kernel/ids.ts';

/** What one caller was told. */
export interface Told {
  readonly kind: string;
  readonly startsAt: string;
  readonly nextSlots: readonly string[];
}

const hold = `mutation ($input: HoldSlotInput!) { holdSlot(input: $input) { __typename ... on SlotHold { startsAt } ... on Refusal { code } } }`;
const holdOrNext = `mutation ($input: HoldSlotInput!) { holdSlot(input: $input) {
  __typename ... on SlotHold { startsAt } ... on Refusal { code } ... on SlotTaken { nextSlots { startsAt } } } }`;

/** Asks for a time once. An error instead of an answer is a kind of its own, told by its code. */
export async function holdOnce(desk: Asker, clinicId: string, patientId: string, startsAt: string, next = false): Promise<Told> {
  const { data, errors } = await desk.ask(next ? holdOrNext : hold, { input: holdInput(clinicId, patientId, startsAt) });
  const answer = data?.holdSlot;
  const kind = answer === undefined || answer === null ? `error ${errors[0]?.code}` : answer.__typename;
  return { kind, startsAt, nextSlots: (answer?.nextSlots ?? []).map((slot: Data) => slot.startsAt) };
}

/** How often each time was given away, as the claims have it, and whether any two of them overlap. */
export async function claimed(graph: TestGraph): Promise<{ readonly times: readonly string[]; readonly overlapping: number }> {
  const live = `from prescriptions_slots.slot_claim c where c.examiner_id = $1 and (c.state = 'BOOKED' or (c.state = 'HELD' and c.expires_at > $2))`;
  const values = [fromId('practitioner', examinerId), graph.clock.now()];
  const rows = await graph.sql<{ at: Date }>(`select lower(c.during) as at ${live} order by 1`, values);
  const [met] = await graph.sql<{ count: number }>(
    `select count(*)::int from prescriptions_slots.slot_claim o, lateral (select c.* ${live}) c where o.examiner_id = $1 and o.id < c.id and o.state <> 'FREED' and o.during && c.during`,
    values,
  );
  return { times: rows.map(({ at }) => at.toISOString()), overlapping: met?.count ?? -1 };
}
