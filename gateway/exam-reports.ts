/** What vendors report of exams held elsewhere: taken at the public port, judged where `prescriptions` runs, by that subgraph's own right. */
import { randomUUID } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import { z } from 'zod';
import { signAsk } from '#kernel/ask.ts';
import { makeProof } from '#kernel/hop.ts';
import { deriveKey, signingPairOf } from '#kernel/keys.ts';
import type { RunningSubgraph } from '#kernel/subgraph.ts';
import { isStream } from './streams.ts';

/** A signed message (Standard Webhooks 1.0) as it came in. */
export interface ExamReport {
  readonly vendorId: string;
  readonly messageId: string;
  readonly timestamp: string;
  readonly signature: string;
  /** To the letter: the signature is over it. */
  readonly body: string;
}

/** What its sender is told: a status, and a reason in plain JSON where it was not taken. */
export interface ReportAnswer {
  readonly status: number;
  readonly body: object;
}

/** Takes a report. It always answers. */
export type TakeReport = (report: ExamReport) => Promise<ReportAnswer>;

const mutation = `mutation ReceiveOutsideExamHandOff($input: ReceiveOutsideExamHandOffInput!) {
  receiveOutsideExamHandOff(input: $input) {
    __typename
    ... on OutsideExamReceipt { externalId receivedAt isKnown }
    ... on Refusal { code message }
    ... on InvalidInput { issues { path message } }
  }
}`;

/** What a sender does about each: 401 signs wrongly, 409 said something else before or is saying it this moment, 422 says what cannot be; after 503 it tries again. */
const statuses: Readonly<Record<string, number>> = {
  ...{ SIGNATURE_WRONG: 401, NOT_RECENT: 401, VENDOR_SUSPENDED: 403, NOT_JSON: 400, REPLAYED: 409, CONFLICT: 409 },
  ...{ INVALID_INPUT: 422, UNAVAILABLE: 503 },
};

const told = z.looseObject({
  __typename: z.string(),
  code: z.string().optional(),
  message: z.string().optional(),
  isKnown: z.boolean().optional(),
});

/** The answer when nobody could be asked. Nothing was taken, so the sender tries again. */
export const notNow: ReportAnswer = {
  status: 503,
  body: { code: 'UNAVAILABLE', message: 'The report cannot be taken at the moment. Send it again.' },
};

/** Hands a report to `prescriptions` in this process. */
export function takeReports(prescriptions: RunningSubgraph, secret: string): TakeReport {
  return async (report) => {
    try {
      return answerOf(await ask(prescriptions, secret, report));
    } catch {
      return notNow;
    }
  };
}

const shape = z.object({
  vendorId: z.string(),
  messageId: z.string(),
  timestamp: z.string(),
  signature: z.string(),
  body: z.string(),
});

/** The same, behind the port of a separate subgraph: the gateway hands the message on as JSON. */
export function takeForwarded(take: TakeReport): (body: string) => Promise<ReportAnswer> {
  return async (body) => {
    const report = shape.safeParse(JSON.parse(body));
    return report.success ? take(report.data) : { status: 400, body: { code: 'BAD_REQUEST', message: 'This is no report.' } };
  };
}

async function ask(prescriptions: RunningSubgraph, secret: string, report: ExamReport): Promise<ExecutionResult> {
  const nowMs = Date.now();
  // Two of one moment need proofs of their own.
  const requestId = `exam-report-${randomUUID()}`;
  const token = await signAsk(signingPairOf(secret, 'ask').privateKey, {
    service: 'prescriptions',
    as: 'service',
    user: null,
    document: mutation,
    nowMs,
  });
  const authorization = `Bearer ${token}`;
  const variables = { input: report };
  const body = JSON.stringify({ query: mutation, variables });
  const proof = makeProof(deriveKey(secret, 'hop'), { subgraph: 'prescriptions', requestId, authorization, body }, nowMs);
  const headers = { authorization, requestId, proof, idempotencyKey: undefined };
  const result = await prescriptions.execute({ body, query: mutation, variables, operationName: undefined, headers });
  if (isStream(result)) throw new Error('A report was answered by a stream');
  return result;
}

function answerOf({ data, errors }: ExecutionResult): ReportAnswer {
  const answered = told.safeParse(data?.['receiveOutsideExamHandOff']);
  if (!answered.success) {
    const isTheirs = errors?.[0]?.extensions?.['code'] === 'BAD_USER_INPUT';
    return isTheirs ? { status: 400, body: { code: 'BAD_REQUEST', message: 'The message holds what no text can.' } } : notNow;
  }
  const { __typename, isKnown, ...body } = answered.data;
  if (__typename === 'OutsideExamReceipt') return { status: isKnown ? 200 : 202, body };
  return { status: statuses[body.code ?? ''] ?? 400, body };
}
