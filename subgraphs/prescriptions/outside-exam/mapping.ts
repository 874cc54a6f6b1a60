/** Where the fields of a vendor's report, or the columns of a list, stand: a JSON document that says it once for all reports. */

import { z } from 'zod';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { questionsOf } from '#rules/questionnaire.ts';
import type { Answer } from '#rules/screening.ts';
import { isService } from '#rules/service-codes.ts';
import { optionalFields, type Reported, type ReportedField, reportedFields } from './reported-exam.ts';

const path = z.string().min(1, 'is empty').max(200, 'has more than 200 characters');
const fieldNames = z.enum(reportedFields);

const shape = z.strictObject({
  /** By our field: the dotted path in a message, or the name of a column. */
  fields: z.partialRecord(fieldNames, path),
  /** By our field: the same text for every report. */
  constants: z.partialRecord(fieldNames, z.string().max(500, 'has more than 500 characters')).optional(),
  /** By our field: what their words mean in ours. Words that are not listed stay as they are. */
  values: z.partialRecord(fieldNames, z.record(z.string().max(200), z.string().max(200))).optional(),
  /** Where findings stand; a list in a message is taken entry by entry. */
  findings: z.array(path).max(50, 'has more than 50 entries').optional(),
  /** By the linkId of an item for clinicians: where its answer stands. */
  answers: z.record(z.string().max(100), path).optional(),
});

/** A mapping that was read. */
export type Mapping = z.infer<typeof shape>;

/** Finds what stands at a path or in a column; undefined where nothing does. */
export type Lookup = (path: string) => unknown;

/** Reads a mapping, or throws InvalidInput with everything that is wrong with it under `at`. Every field that a report must have is mapped or constant. */
export function readMapping(given: unknown, at: string): Mapping {
  const read = shape.safeParse(given);
  if (!read.success) {
    throw new InvalidInput(read.error.issues.map((issue) => ({ path: [at, ...issue.path.map(String)].join('.'), message: issue.message })));
  }
  const { fields, constants } = read.data;
  const issues = reportedFields.flatMap((field): InputIssue[] => {
    const ways = [fields[field], constants?.[field]].filter((way) => way !== undefined).length;
    if (ways === 0 && !optionalFields.includes(field)) return [{ path: `${at}.fields.${field}`, message: 'is missing' }];
    return ways === 2 ? [{ path: `${at}.constants.${field}`, message: 'is mapped as well' }] : [];
  });
  if (issues.length > 0) throw new InvalidInput(issues);
  return read.data;
}

/** A report in our fields; nothing of it is judged here. */
export function mapped(mapping: Mapping, lookup: Lookup): Reported {
  const texts = reportedFields.map((field): [string, string | null] => {
    const from = mapping.fields[field];
    const text = from === undefined ? (mapping.constants?.[field] ?? null) : textOf(lookup(from));
    const meant = text === null ? undefined : ownValue(mapping.values?.[field], text);
    return [field, meant ?? text];
  });
  const fields = Object.fromEntries(texts) as Record<ReportedField, string | null>;
  const findings = (mapping.findings ?? []).flatMap((from) => {
    const found = lookup(from);
    return (Array.isArray(found) ? found : [found]).flatMap((one) => textOf(one) ?? []);
  });
  return { ...fields, findings, answers: answersOf(mapping, lookup, fields.service) };
}

/** Looks a dotted path up in a parsed message, by the message's own members alone. */
export function lookupIn(message: unknown): Lookup {
  return (at) =>
    at.split('.').reduce<unknown>((value, step) => {
      return typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string, unknown>)[step]
        : undefined;
    }, message);
}

function ownValue(values: Partial<Record<string, string>> | undefined, text: string): string | undefined {
  return values !== undefined && Object.hasOwn(values, text) ? values[text] : undefined;
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function answersOf(mapping: Mapping, lookup: Lookup, service: string | null): Answer[] {
  const kinds = new Map(isService(service) ? questionsOf(service, 'clinician').map((item) => [item.linkId, item.type]) : []);
  return Object.entries(mapping.answers ?? {}).flatMap(([linkId, from]) => {
    const value = lookup(from);
    // One mapping serves many services: of another's items this report says nothing.
    if (value === undefined || value === null || value === '' || !kinds.has(linkId)) return [];
    return [{ linkId, value: typeof value === 'string' ? inKind(kinds.get(linkId), value.trim()) : value }];
  });
}

// Lists have text alone; what is no number or no yes stays text, and is refused as such.
function inKind(kind: string | undefined, text: string): unknown {
  if (kind === 'integer' || kind === 'decimal') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (kind !== 'boolean') return text;
  if (/^(true|yes|y)$/i.test(text)) return true;
  return /^(false|no|n)$/i.test(text) ? false : text;
}
