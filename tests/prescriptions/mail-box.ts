import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as it came in: to whom, with which headers, and its parts by media type. */
export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly messageId: string;
  readonly headers: string;
  readonly text: string;
  readonly calendar: string;
}

/** How the server answers whoever is named or what is handed in: a code of SMTP, or a connection that breaks after it was all taken. */
export type Answer = 250 | 451 | 550 | 'HANG_UP';

/** A mail server on loopback for a test. */
export interface MailBox extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly mails: Mail[];
  answer: Answer;
}

/** Starts a mail server that keeps what it is given. */
export async function mailBox(): Promise<MailBox> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (box.answer === 451 || box.answer === 550) {
          done(Object.assign(new Error('Not taken'), { responseCode: box.answer }));
          return;
        }
        mails.push(
          mailOf(
            Buffer.concat(chunks).toString('utf8'),
            session.envelope.rcptTo.map(({ address }) => address),
          ),
        );
        if (box.answer === 'HANG_UP')
          for (const connection of server.connections) (connection as { _socket: { destroy(): void } })._socket.destroy();
        else done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const box: MailBox = {
    ...{ url: `smtp://127.0.0.1:${port}`, port, mails, answer: 250 },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(resolve)),
  };
  return box;
}

function mailOf(raw: string, to: readonly string[]): Mail {
  const { headers } = split(raw);
  const parts = partsOf(raw);
  const partOf = (type: string) => parts.find((part) => part.type === type)?.content ?? '';
  return {
    ...{ to, headers, subject: headerOf(headers, 'subject'), messageId: headerOf(headers, 'message-id') },
    ...{ text: partOf('text/plain').trimEnd(), calendar: partOf('text/calendar') },
  };
}

function split(raw: string): { headers: string; body: string } {
  const at = raw.indexOf('\r\n\r\n');
  return { headers: raw.slice(0, at).replace(/\r\n[ \t]+/g, ' '), body: raw.slice(at + 4) };
}

function headerOf(headers: string, name: string): string {
  return new RegExp(`^${name}: *(.*)$`, 'im').exec(headers)?.[1]?.trim() ?? '';
}

function partsOf(raw: string): { type: string; content: string }[] {
  const { headers, body } = split(raw);
  const type = headerOf(headers, 'content-type');
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary !== undefined) {
    const inner = body.split(`--${boundary}`).slice(1, -1);
    return inner.flatMap((part) => partsOf(part.replace(/^\r\n/, '')));
  }
  return [{ type: type.split(';', 1)[0] ?? '', content: decoded(body, headerOf(headers, 'content-transfer-encoding')) }];
}

function decoded(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
