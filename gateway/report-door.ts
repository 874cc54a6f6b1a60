/** The public door of exam reports: a vendor has no token, its message is signed. Nothing of the message is logged. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TakeReport } from './exam-reports.ts';
import { BodyTooLarge, readBody } from './request-body.ts';
import { headerOf } from './request-headers.ts';
import { sendJson } from './responses.ts';
import type { Handle } from './server.ts';

/** Where vendors send their reports, with `?vendor=` and the id they were given. */
export const REPORT_PATH = '/webhooks/exams';

/** More than any report has, in bytes. */
const LIMIT_BYTES = 256 * 1024;

/** A handler for the path. */
export function createReportDoor(take: TakeReport): Handle {
  return async (request, response) => {
    const message = await messageIn(request, response);
    if (message === null) return;
    const { status, body } = await take(message);
    if (status === 503) response.setHeader('retry-after', '30');
    sendJson(response, status, body);
  };
}

async function messageIn(request: IncomingMessage, response: ServerResponse) {
  const refuse = (status: number, code: string, message: string) => {
    sendJson(response, status, { code, message });
    return null;
  };
  const [messageId, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headerOf(request, name));
  const vendorId = new URL(request.url ?? '', 'http://gateway').searchParams.get('vendor');
  if (!messageId || !timestamp || !signature || !vendorId) {
    const needed = 'webhook-id, webhook-timestamp and webhook-signature as headers, and the vendor in the address';
    return refuse(400, 'BAD_REQUEST', `A report has ${needed}.`);
  }
  try {
    return { vendorId, messageId, timestamp, signature, body: await readBody(request, LIMIT_BYTES) };
  } catch (error) {
    if (error instanceof BodyTooLarge) return refuse(413, 'BODY_TOO_LARGE', `A report has at most ${LIMIT_BYTES / 1024} KiB.`);
    throw error;
  }
}
