import { gunzipSync } from 'node:zlib';
import { InvalidInput } from '#kernel/errors.ts';

/** The longest list, unpacked. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The text of a list as it was sent: as it is, or gzip in base64, since a request has at most a mebibyte. */
export function csvText(given: string, encoding: 'TEXT' | 'GZIP_BASE64'): string {
  if (encoding === 'TEXT') return given;
  const wrong = (message: string) => new InvalidInput([{ path: 'input.csv', message }]);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(given)) throw wrong('This is not base64.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(gunzipSync(Buffer.from(given, 'base64'), { maxOutputLength: MOST_BYTES }));
  } catch {
    throw wrong(`This is not gzip of a text of at most ${MOST_BYTES} bytes.`);
  }
}

/** Rows as RFC 4180 has them: every cell quoted that needs it, lines ended by CR and LF. */
export function writeCsv(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [heading, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
