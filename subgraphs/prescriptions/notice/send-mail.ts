import type { Mail } from '#kernel/env.ts';

/** A letter, with the calendar that goes with it. */
export interface Letter {
  /** The same however often it is tried, so that whoever got it twice could tell. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly calendar: { readonly method: 'REQUEST' | 'CANCEL'; readonly content: string };
}

/**
 * What became of a letter. RETRY: it did not go out and may be tried again. REFUSED: the server will not take it, now or later. UNCONFIRMED: the
 * connection broke when it may have been taken already.
 */
export type Handed = { readonly outcome: 'SENT' } | { readonly outcome: 'RETRY' | 'REFUSED' | 'UNCONFIRMED'; readonly code: string };

const CONNECT_MS = 5_000;
const SILENCE_MS = 20_000;

/** Hands a letter to the server, over TLS as its settings say. Never throws; codes carry nothing of the letter. */
export async function sendMail(mail: Mail, { messageId, to, subject, text, calendar }: Letter): Promise<Handed> {
  const { host, port, secure, requireTls, auth, from } = mail;
  let mayHaveGone = false;
  const nothing = () => undefined;
  const watched = (entry: { readonly tnx?: unknown }, text: unknown) => {
    // From here on the server may have taken it, whatever happens to the connection.
    if (entry.tnx === 'client' && text === 'DATA') mayHaveGone = true;
  };
  // Loaded by whoever sends letters: it is five megabytes.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    ...{ host, port, secure, requireTLS: requireTls, ignoreTLS: !secure && !requireTls, ...(auth === null ? {} : { auth }) },
    // A letter of ours has no files and no addresses to fetch anything from.
    ...{ disableFileAccess: true, disableUrlAccess: true, tls: { minVersion: 'TLSv1.2' } },
    ...{ connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: SILENCE_MS, dnsTimeout: CONNECT_MS },
    // The commands alone are told, and what is in a letter never.
    ...{
      transactionLog: true,
      logger: { level: nothing, trace: nothing, debug: watched, info: nothing, warn: nothing, error: nothing, fatal: nothing },
    },
  });
  try {
    await transport.sendMail({
      ...{ messageId, from, to, subject, text },
      headers: { 'Auto-Submitted': 'auto-generated' },
      icalEvent: { method: calendar.method, content: calendar.content, filename: 'appointment.ics' },
    });
    return { outcome: 'SENT' };
  } catch (error) {
    return handed(error as { code?: unknown; responseCode?: unknown }, mayHaveGone);
  } finally {
    transport.close();
  }
}

function handed({ code, responseCode }: { code?: unknown; responseCode?: unknown }, mayHaveGone: boolean): Handed {
  const said = typeof code === 'string' && /^[A-Z0-9_]{1,30}$/.test(code) ? code : 'EUNKNOWN';
  // Ours to put right, and not the letter's fault.
  if (said === 'EAUTH') return { outcome: 'RETRY', code: said };
  // The server's own answer is the last word: 4yz for now, 5yz for good (RFC 5321).
  if (typeof responseCode === 'number' && responseCode >= 400) {
    return { outcome: responseCode < 500 ? 'RETRY' : 'REFUSED', code: `SMTP_${responseCode}` };
  }
  return { outcome: mayHaveGone ? 'UNCONFIRMED' : 'RETRY', code: said };
}
