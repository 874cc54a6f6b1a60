import type { Asker, Data, TestGraph } from '../support/graph.ts';

const refused = `... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to }
  ... on RuleBlocked { rules { id outcome message citation remedy } }`;

export const joinCall = `mutation ($input: JoinCallInput!) { joinCall(input: $input) { __typename
  ... on CallPass { id part url token expiresAt } ${refused} } }`;
export const inviteToCall = `mutation ($input: InviteToCallInput!) { inviteToCall(input: $input) { __typename
  ... on CallInvitation { id person invitedAt } ${refused} } }`;
export const recordCallEvent = `mutation ($input: RecordCallEventInput!) { recordCallEvent(input: $input) { __typename
  ... on CallEvent { id part kind at recordedAt } ${refused} } }`;
export const recordCallQuality = `mutation ($input: RecordCallQualityInput!) { recordCallQuality(input: $input) { __typename
  ... on CallSample { id part at connection audio video roundTripMs lossPercent } ${refused} } }`;
export const breakOffExam = `mutation ($input: BreakOffExamInput!) { breakOffExam(input: $input) { __typename
  ... on GoodFaithExam { id status outcome brokenOffReason rationale services validUntil digest record } ${refused} } }`;
export const requestExamAgain = `mutation ($input: RequestExamAgainInput!) { requestExamAgain(input: $input) { __typename
  ... on GoodFaithExam { id status service patientState requestedAt queuePosition startsAt examiner { id } follows { id brokenOffReason } } ${refused} } }`;
export const examCall = `query ($id: ID!) { exam(id: $id) { status call { opensAt closesAt togetherSeconds
  participants { part person presence confirmedSeconds silent }
  events { part kind at } samples { part connection } } } }`;

/** Somebody in a call: what they tell of it. */
export interface Caller {
  readonly token: string;
  tells(kind: string, more?: Record<string, unknown>): Promise<Data>;
  is(more?: Record<string, unknown>): Promise<Data>;
}

/** Gets somebody a pass, which must be given. */
export async function callerAs(who: Asker, examId: string, as: string): Promise<Caller> {
  const { joinCall: pass } = await who.get(joinCall, { input: { examId, as } });
  const { token } = pass;
  return {
    token,
    tells: async (kind, more = {}) => (await who.ask(recordCallEvent, { input: { token, kind, ...more } })).data.recordCallEvent,
    is: async (more = {}) =>
      (await who.ask(recordCallQuality, { input: { token, connection: 'GOOD', audio: true, video: true, ...more } })).data
        .recordCallQuality,
  };
}

/** Moves business time on. */
export function later(graph: TestGraph, seconds: number): void {
  graph.clock.set(new Date(graph.clock.now().getTime() + seconds * 1000));
}

/** Both come in and stay for two minutes, telling each minute. */
export async function talked(graph: TestGraph, desk: Asker, examiner: Asker, examId: string): Promise<{ patient: Caller; own: Caller }> {
  const [patient, own] = [await callerAs(desk, examId, 'PATIENT'), await callerAs(examiner, examId, 'EXAMINER')];
  for (const one of [patient, own]) await one.tells('JOINED');
  for (let minute = 0; minute < 2; minute += 1) {
    later(graph, 60);
    for (const one of [patient, own]) await one.is();
  }
  return { patient, own };
}
