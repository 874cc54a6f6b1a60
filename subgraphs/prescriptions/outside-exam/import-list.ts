/** A list of exams held elsewhere, read row by row under a mapping and kept whole or, when asked, as far as it can be read. */

import { type Csv, readCsv } from '#kernel/csv.ts';
import { audit } from '#kernel/audit.ts';
import { CommandRefused } from '#kernel/command.ts';
import { InvalidInput } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { Tx } from '../builder.ts';
import type { Ctx } from '../builder.ts';
import { canonicalText, digestOf } from '../document/canonical.ts';
import { keepReported, ReportedOtherwise } from './keep-reported.ts';
import { type Mapping, mapped } from './mapping.ts';
import { type ReportedExam, readReport } from './reported-exam.ts';

/** A list that is not imported, with a sentence for each reason. */
export class ImportRefused extends CommandRefused {}

/** What became of one row of the list. Nothing of the person is in it. */
export interface RowReport {
  /** Of the file, the heading being the first. */
  readonly line: number;
  readonly result: 'IMPORTED' | 'KNOWN' | 'BROKEN';
  /** Of a row that was taken or is there already. */
  readonly id: string | null;
  /** Why a row is broken: fields and reasons. */
  readonly issues: readonly string[];
}

/** What a whole import did. */
export interface ImportReport {
  /** False when a row is broken and the list was to be taken whole: then nothing of it was written. */
  readonly written: boolean;
  readonly rows: readonly RowReport[];
}

/** Who imports: the subgraph's own right under its own role, so that row-level security holds here as everywhere. */
export interface Importer extends Pick<Ctx, 'actor' | 'now' | 'newId' | 'requestId'> {
  write<R>(run: (tx: Tx) => Promise<R>): Promise<R>;
}

interface ReadRow {
  readonly line: number;
  readonly reported: ReportedExam;
  readonly contentDigest: string;
}

/** Imports a list for a clinic, in one transaction, which is taken back when a row is broken and the list is to be taken whole: so the same rows are named broken either way. A rerun imports nothing twice. */
export async function importList(
  importer: Importer,
  list: { readonly text: string; readonly mapping: Mapping; readonly clinicId: string; readonly partial: boolean },
): Promise<ImportReport> {
  const { mapping, clinicId, partial } = list;
  await requireClinic(importer, clinicId);
  const csv = readCsv(list.text, columnsOf(mapping));
  if (csv.missing.length > 0) throw new ImportRefused([`The list has no column ${csv.missing.join(', ')}.`]);
  const { read, broken } = readRows(csv, mapping, importer.now());
  return importer
    .write(async (tx) => {
      const rows: RowReport[] = [...broken];
      for (const row of read) rows.push(await keep(tx, importer, row, clinicId));
      if (!partial && rows.some(({ result }) => result === 'BROKEN')) throw new NotWhole(rows);
      const count = (result: RowReport['result']) => rows.filter((row) => row.result === result).length;
      await audit(tx, importer, {
        ...{ action: 'outside-exams.imported', tenantId: clinicId },
        detail: { digest: digestOf(list.text), imported: count('IMPORTED'), known: count('KNOWN'), broken: count('BROKEN') },
      });
      return { written: true, rows: inOrder(rows) };
    })
    .catch((error: unknown) => {
      if (error instanceof NotWhole) return { written: false, rows: inOrder(error.rows.filter(({ result }) => result === 'BROKEN')) };
      throw error;
    });
}

async function requireClinic(importer: Importer, clinicId: string): Promise<void> {
  const clinic = await importer.write((tx) => tx.tenancyClinic.findUnique({ where: { clinicId } }));
  if (clinic === null) throw new ImportRefused([`There is no clinic ${toId('clinic', clinicId)}.`]);
}

/** Takes the transaction back: of a list that is to be taken whole a row is broken. */
class NotWhole extends Error {
  readonly rows: readonly RowReport[];
  constructor(rows: readonly RowReport[]) {
    super('A row is broken.');
    this.rows = rows;
  }
}

function inOrder(rows: readonly RowReport[]): RowReport[] {
  return rows.toSorted((a, b) => a.line - b.line);
}

function columnsOf({ fields, findings, answers }: Mapping): string[] {
  return [...new Set([...Object.values(fields), ...(findings ?? []), ...Object.values(answers ?? {})])];
}

function readRows(csv: Csv, mapping: Mapping, now: Date): { read: ReadRow[]; broken: RowReport[] } {
  const broken: RowReport[] = csv.broken.map(({ line, reason }) => ({ line, result: 'BROKEN', id: null, issues: [reason] }));
  const read: ReadRow[] = [];
  for (const { line, cells } of csv.rows) {
    const reported = mapped(mapping, (column) => (Object.hasOwn(cells, column) ? cells[column] : undefined));
    try {
      read.push({ line, reported: readReport(reported, now), contentDigest: digestOf(canonicalText(reported)) });
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      broken.push({ line, result: 'BROKEN', id: null, issues: error.issues.map(({ path, message }) => `${path} ${message}`) });
    }
  }
  return { read, broken };
}

async function keep(tx: Tx, importer: Importer, { line, reported, contentDigest }: ReadRow, clinicId: string): Promise<RowReport> {
  const origin = { clinicId, source: 'CSV', provenance: 'EXTERNAL_ATTESTED', vendorId: null, messageId: null, contentDigest } as const;
  try {
    const { row, isNew } = await keepReported(tx, importer, reported, origin);
    return { line, result: isNew ? 'IMPORTED' : 'KNOWN', id: toId('outsideExam', row.id), issues: [] };
  } catch (error) {
    if (!(error instanceof ReportedOtherwise)) throw error;
    return { line, result: 'BROKEN', id: null, issues: ['externalId came in before with other content'] };
  }
}
