/** What is asked behind a pooler, and what the answers have to be. */
import assert from 'node:assert/strict';
import { contractVariables } from '../../../gateway/journey/documents.ts';
import type { FrontEnd } from '../../../gateway/journey/front-end.ts';
import type { BenchWorld } from '../workloads/workload.ts';

/** Operations beside those of the contract. */
export const asked: readonly (readonly [name: string, text: string])[] = [
  ['PoolerPatient', 'query PoolerPatient($id: ID!) { patient(id: $id) { familyName } }'],
];

/** A front desk and a patient of its own, whose family name is the desk's. */
export interface Desk {
  readonly name: string;
  readonly clinicId: string;
  readonly patientId: string;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of several operations
type Answer = any;

const first = ({ data }: { data: Record<string, unknown> | null }): Answer => Object.values(data ?? {})[0];

/** Registers a patient at a desk's own clinic. */
export async function deskOf(frontEnd: FrontEnd, name: string): Promise<Desk> {
  const viewer = first(await frontEnd.send(name, 'Viewer', {}));
  const clinicId = String(viewer?.clinics?.nodes?.[0]?.id);
  return { name, clinicId, patientId: await registered(frontEnd, name, clinicId, name) };
}

async function registered(frontEnd: FrontEnd, name: string, clinicId: string, familyName: string): Promise<string> {
  const like = (await contractVariables())['RegisterPatient']?.['input'] as object;
  const email = `${crypto.randomUUID()}@example.com`;
  const reply = await frontEnd.send(name, 'RegisterPatient', { input: { ...like, clinicId, familyName, email } });
  const { __typename, id } = first(reply) ?? {};
  assert.equal(__typename, 'Patient', `${name} registers nobody: ${JSON.stringify(reply)}`);
  return id;
}

/** The name a desk is shown of a patient, or the codes of what was said instead. */
export async function shown(frontEnd: FrontEnd, desk: Desk, whose: Desk): Promise<string> {
  const { data, errors } = await frontEnd.send(desk.name, 'PoolerPatient', { id: whose.patientId });
  const patient = data?.['patient'] as { familyName: string } | null | undefined;
  return patient?.familyName ?? errors.map(({ extensions }) => String(extensions?.['code'])).join();
}

/** Desks ask in turn, many at once, each for every patient: it sees its own and no other's. */
export async function showsOnlyOwn(frontEnd: FrontEnd, desks: readonly Desk[], questions: number): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let n = next++; n < questions; n = next++) {
      const [desk, whose] = [desks[n % desks.length], desks[Math.floor(n / desks.length) % desks.length]] as [Desk, Desk];
      assert.equal(
        await shown(frontEnd, desk, whose),
        desk === whose ? desk.name : 'NOT_FOUND',
        `${desk.name} asks for one of ${whose.name}`,
      );
    }
  };
  await Promise.all(Array.from({ length: 48 }, caller));
}

/** Counts of kinds of answers that were given at once. */
async function kindsOf(asks: readonly (() => ReturnType<FrontEnd['send']>)[]): Promise<Record<string, number>> {
  const kinds: Record<string, number> = {};
  await Promise.all(
    asks.map(async (ask) => {
      const reply = await ask();
      const kind =
        first(reply)?.__typename ?? first(reply)?.verdict ?? JSON.stringify(reply.errors.map(({ extensions }) => extensions?.['code']));
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    }),
  );
  return kinds;
}

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

/** Verifies one order and holds times, many at once each; answers in words who won. */
export async function races(frontEnd: FrontEnd, world: BenchWorld): Promise<string> {
  const verify = () => frontEnd.send('pharmacist', 'VerifyOrder', { orderId: world.orderId });
  assert.deepEqual(await kindsOf(times(64, verify)), { VERIFIED: 64 }, 'one order is verified by many at once');

  const slots = await freeTimes(frontEnd, world.clinicId);
  const patients = await Promise.all(times(8, null).map((_, n) => registered(frontEnd, 'front-desk', world.clinicId, `Rush ${n}`)));
  for (const slot of slots) {
    const holds = patients.map((patientId) => async () => {
      const like = (await contractVariables())['HoldSlot']?.['input'] as object;
      const at = { examinerId: slot.examiner.id, startsAt: slot.startsAt, modality: slot.modality };
      return frontEnd.send('front-desk', 'HoldSlot', { input: { ...like, clinicId: world.clinicId, patientId, ...at } });
    });
    assert.deepEqual(await kindsOf(holds), { SlotHold: 1, SlotTaken: patients.length - 1 }, 'one of eight holds a time');
  }

  return `64 verified at once; ${slots.length} times held by one of ${patients.length} each`;
}

interface Slot {
  readonly startsAt: string;
  readonly modality: string;
  readonly examiner: { readonly id: string; readonly displayName: string };
}

/** Five free times of one examiner, from the day after tomorrow on. */
async function freeTimes(frontEnd: FrontEnd, clinicId: string): Promise<Slot[]> {
  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  const page = first(
    await frontEnd.send('front-desk', 'ExamSlots', { clinicId, service: 'weight-loss', patientState: 'TX', from: day(2), to: day(8) }),
  );
  const slots = (page?.nodes ?? []).filter((slot: Slot) => slot.examiner.displayName.startsWith('Imani')) as Slot[];
  assert.ok(slots.length >= 5, `The examiner has only ${slots.length} free times.`);
  return slots.slice(0, 5);
}
