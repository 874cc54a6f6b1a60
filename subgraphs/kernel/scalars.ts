import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

function bad(message: string): never {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

function textOf(node: ValueNode, what: string): string {
  return node.kind === Kind.STRING ? node.value : bad(`${what} is written as a string.`);
}

/** Whether year, month and day name a day that exists: 2026-02-30 does not. */
export function isCalendarDay(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text && Number(match[1]) >= 1800;
}

function parseDay(value: unknown): string {
  if (typeof value !== 'string' || !isCalendarDay(value)) bad('A date is a calendar day written YYYY-MM-DD.');
  return value;
}

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-](\d{2}):(\d{2}))$/;

/** Reads RFC 3339 with an offset; null for anything else, a leap second and the 24th hour included. */
export function parseInstant(text: string): Date | null {
  const match = RFC_3339.exec(text);
  if (!match || !isCalendarDay(match[1] ?? '')) return null;
  if (Number(match[2]) > 23 || Number(match[3]) > 59 || Number(match[4]) > 59) return null;
  if (Number(match[7] ?? 0) > 23 || Number(match[8] ?? 0) > 59) return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at;
}

function parseDateTime(value: unknown): Date {
  const at = typeof value === 'string' ? parseInstant(value) : null;
  return at ?? bad('A time is RFC 3339 with an offset, for example 2026-12-01T09:00:00-06:00.');
}

const DECIMAL = /^-?(0|[1-9]\d{0,17})(\.\d{1,12})?$/;

function parseDecimal(value: unknown): string {
  if (typeof value !== 'string' || !DECIMAL.test(value))
    bad('A decimal is a string of plain digits, for example "2.5": no exponent, no NaN.');
  return value;
}

function jsonOf(node: ValueNode, variables?: Record<string, unknown> | null): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.LIST:
      return node.values.map((item) => jsonOf(item, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, jsonOf(field.value, variables)]));
    case Kind.VARIABLE:
      return variables?.[node.name.value];
    default:
      return null;
  }
}

/** A calendar day, in and out as YYYY-MM-DD text; never a moment, so no zone can shift it. */
export const DateScalar = new GraphQLScalarType<string, string>({
  name: 'Date',
  description: 'A calendar day, YYYY-MM-DD.',
  serialize: (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : String(value)),
  parseValue: parseDay,
  parseLiteral: (node) => parseDay(textOf(node, 'A date')),
});

/** A moment: read with any offset, answered in UTC. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A moment, RFC 3339 with an offset; answered in UTC.',
  serialize: (value) => (value instanceof Date ? value : new Date(String(value))).toISOString(),
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(textOf(node, 'A time')),
});

/** An exact decimal number as text, so that no float rounds a dose. */
export const DecimalScalar = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description: 'An exact decimal number as a string of plain digits, for example "2.5".',
  serialize: (value) => String(value),
  parseValue: parseDecimal,
  parseLiteral: (node) => parseDecimal(textOf(node, 'A decimal')),
});

/** Any JSON value; used for FHIR resources and answers, whose own readers check them. */
export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => jsonOf(node, variables),
});
