import { randomUUID } from 'node:crypto';
import { expect, vi } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { practitionerId } from '#prisma/seed/people.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import type { Asker, Data, TestGraph } from '../support/graph.ts';
import { readyPatient } from './exam-story.ts';

const exam = `__typename
  ... on GoodFaithExam { id status requestedAt examiner { id } queuePosition claimedAt claimHoldsUntil }
  ... on Refusal { code message } ... on IllegalTransition { from to } ... on RuleBlocked { rules { id outcome message remedy } }`;

const requestExamNow = `mutation ($input: RequestExamNowInput!) { requestExamNow(input: $input) { ${exam} } }`;
const claimNextExam = `mutation { claimNextExam { ${exam} } }`;
export const keepClaim = `mutation ($input: KeepClaimInput!) { keepClaim(input: $input) { ${exam} } }`;
export const returnToQueue = `mutation ($input: ReturnToQueueInput!) { returnToQueue(input: $input) { ${exam} } }`;

/** A second examiner of the Texas clinic. */
export const assistantId = toId('practitioner', practitionerId('pa-austin'));

/** The second examiner, signed in. */
export function asAssistant(graph: TestGraph): Promise<Asker> {
  const grants = [{ role: 'EXAMINER', at: placeTypeId('austin') }];
  return graph.asSomeone({ sub: assistantId, name: 'Desmond Farrow, PA', grants });
}

/** Asks for an exam of a patient who is ready. */
export async function walkIn(desk: Asker, clinicId: string, more: Record<string, unknown> = {}): Promise<Data> {
  const { patientId, intakeId } = await readyPatient(desk, clinicId);
  const input = { clinicId, patientId, service: 'weight-loss', patientState: 'TX', intakeId, modality: 'SYNC_VIDEO', ...more };
  return (await desk.get(requestExamNow, { input })).requestExamNow;
}

/** What a claim answers. */
export const claimAs = async (who: Asker): Promise<Data> => (await who.ask(claimNextExam)).data.claimNextExam;

/** How an exam stands to whoever asks. */
export const standing = async (who: Asker, id: string): Promise<Data> =>
  (await who.get('query ($id: ID!) { exam(id: $id) { status queuePosition requestedAt examiner { id } } }', { id })).exam;

/** Has a job of the clinical side run so many times at once, and waits for the end of it. */
export async function runJob(graph: TestGraph, name: string, times = 1): Promise<void> {
  const ids = Array.from({ length: times }, () => randomUUID());
  await Promise.all(ids.map((id) => graph.sql('select prescriptions.enqueue($1, $2)', [name, id])));
  await vi.waitFor(
    async () => {
      const keys = ids.map((id) => `${name}:${id}`);
      expect(await graph.sql('select 1 from prescriptions_jobs._private_jobs where key = any ($1)', [keys])).toEqual([]);
    },
    { timeout: 60_000, interval: 100 },
  );
}
