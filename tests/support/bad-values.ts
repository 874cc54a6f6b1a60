import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType, type GraphQLNamedInputType } from 'graphql';

/** One way to spoil an input: the path that is wrong, what is wrong with it, and the whole value with that wrong in it. */
export interface Spoilt {
  readonly path: string;
  readonly what: string;
  readonly value: unknown;
}

/** In every bad text, so that an answer that quotes what it was given can be told. */
export const MARK = 'Zebrafish';

type Bad = readonly (readonly [what: string, value: unknown])[];

const wrongKinds: Bad = [['an object', { zebra: MARK }]];

const texts: Bad = [
  ['U+0000', `${MARK}\u0000`],
  ['a lone surrogate', `${MARK}\ud800`],
  ['100 kB', MARK.repeat(11_000)],
  ['a number', 42],
  ...wrongKinds,
];

const day: Bad = [
  ['30 February', '2026-02-30'],
  ['month 13', '2026-13-01'],
  ['no date', MARK],
  ['year 99999', '99999-01-01'],
  ['a number', 20_260_101],
  ...wrongKinds,
];

const byScalar: Readonly<Record<string, Bad>> = {
  String: texts,
  ID: [
    ['no id', MARK],
    ['nothing', ''],
    ['an id of another kind', 'usr_01h455vb4pex5vsknk084sn02q'],
    ['an id with too large a suffix', 'ord_8zzzzzzzzzzzzzzzzzzzzzzzzz'],
    ['an uuid', '019aaaaa-0000-7000-8000-000000000001'],
    ['SQL', `'; drop table patient; -- ${MARK}`],
    ['half a number', 1.5],
    ['U+0000', `${MARK}\u0000`],
    ...wrongKinds,
  ],
  Int: [['half', 1.5], ['text', '7'], ['2^31', 2 ** 31], ['1e300', 1e300], ['less than nothing', -1], ...wrongKinds],
  Boolean: [['text', 'true'], ['a number', 1], ...wrongKinds],
  Date: day,
  DateTime: [
    ...day.map(([what, value]) => [what, typeof value === 'string' && value.startsWith('2') ? `${value}T09:00:00Z` : value] as const),
    ['no offset', '2026-12-01T09:00:00'],
    ['hour 25', '2026-12-01T25:00:00Z'],
  ],
  Decimal: [
    ['1e999', '1e999'],
    ['NaN', 'NaN'],
    ['Infinity', '-Infinity'],
    ['a float', 2.5],
    ['less than nothing', '-1'],
    ['40 digits', '1'.repeat(40)],
    ['nothing', ''],
    ...wrongKinds,
  ],
  JSON: [
    ['U+0000', `${MARK}\u0000`],
    ['U+0000 deep down', { a: [{ b: `${MARK}\u0000` }] }],
    ['a lone surrogate', `${MARK}\udfff`],
    ['a deep nest', JSON.parse(`${'['.repeat(3_000)}${']'.repeat(3_000)}`)],
    ['100 kB', MARK.repeat(11_000)],
  ],
};

const enumValues: Bad = [['no member', 'ZZ'], ['a territory', 'PR'], ['lower case', 'tx'], ['a number', 1], ['nothing', ''], ...wrongKinds];

function badOf(type: GraphQLNamedInputType): Bad {
  if (isEnumType(type)) return enumValues;
  return byScalar[type.name] ?? [];
}

/** Everything that can be wrong with a value of a type, one wrong at a time in an otherwise good value. */
export function spoil(type: GraphQLInputType, good: unknown, path: string): Spoilt[] {
  if (isNonNullType(type)) return [{ path, what: 'null', value: null }, ...spoil(type.ofType, good, path)];
  if (isListType(type)) {
    const first = Array.isArray(good) ? good[0] : good;
    const items = Array.isArray(good) ? good : [];
    return [
      { path, what: '10,000 items', value: Array.from({ length: 10_000 }, () => first ?? MARK) },
      { path, what: 'a null in the list', value: [null] },
      ...spoil(type.ofType, first, `${path}.0`).map((one) => ({ ...one, value: [one.value, ...items.slice(1)] })),
    ];
  }
  if (!isInputObjectType(type)) return badOf(type).map(([what, value]) => ({ path, what, value }));
  const object = (typeof good === 'object' && good !== null ? good : {}) as Record<string, unknown>;
  // Beside one of several, another is itself a wrong.
  const around = type.isOneOf ? {} : object;
  const inside = Object.values(type.getFields()).flatMap((field) => [
    ...spoil(field.type, object[field.name], `${path}.${field.name}`).map((one) => ({
      ...one,
      value: { ...around, [field.name]: one.value },
    })),
    ...(isNonNullType(field.type) ? [{ path: `${path}.${field.name}`, what: 'left out', value: without(object, field.name) }] : []),
  ]);
  return [
    { path, what: 'text instead of an object', value: MARK },
    { path, what: 'an unknown field', value: { ...object, zebra: MARK } },
    ...(type.isOneOf ? bothOrNeither(path, Object.keys(type.getFields())) : []),
    ...inside,
  ];
}

function bothOrNeither(path: string, names: readonly string[]): Spoilt[] {
  const two = Object.fromEntries(names.slice(0, 2).map((name) => [name, {}]));
  return [
    { path, what: 'none of several', value: {} },
    { path, what: 'two where there is one', value: two },
  ];
}

function without(object: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}
