import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { jurisdictions } from '#rules/packs.ts';
import { substances } from '#rules/substance-table.ts';

/** States and drugs are matters of the rule packs and the sandbox's data. Anywhere else a name of either would be a rule in disguise. */
const root = fileURLToPath(new URL('..', import.meta.url));

/** Files that may name states or drugs, each with its reason. */
const mayName: Readonly<Record<string, string>> = {
  'subgraphs/kernel/identifiers-contact.ts': 'the list of states itself: an address has one of them',
  'prisma/physicians/migrations/20261122000100_practitioners_engagements_protocols/migration.sql':
    'the same list, as the check of a column',
  'gateway/journey/story.ts': 'plays a front end against the sandbox: the story is of one patient in Texas and one preparation',
};

/** Single lines that may, each with its reason. */
const mayStand: readonly (readonly [string, string, string])[] = [
  [
    'prisma/clinics/migrations/20261122000100_clinic_tables/migration.sql',
    "kind in ('PC', 'PLLC', 'PA', 'LLC')",
    'a professional association, beside the check of a state',
  ],
  ['subgraphs/kernel/identifiers-product.ts', 'not an insulin or toxin unit', 'how a unit is misread in print'],
];

const codes = jurisdictions.map(({ code }) => code);
const names = jurisdictions.map(({ name }) => name);

// Also a credential, a type of the graph and an operator of queries: read as a state only where the line speaks of states.
const twoMeanings = ['MD', 'PA', 'ID', 'OR'];

const quoted = (words: readonly string[]) => `(?<quote>['"\`])(${words.join('|')})\\k<quote>`;
const clear = codes.filter((code) => !twoMeanings.includes(code));

/** Each way in which a state can be named, or a rule of one. */
const states: readonly RegExp[] = [
  new RegExp(quoted(clear)),
  new RegExp(`(?=.*([Ss]tate|[Jj]urisdiction|address)).*${quoted(twoMeanings)}`),
  new RegExp(quoted(names)),
  new RegExp(`['"\`](${codes.join('|')})\\.[a-z]`),
  new RegExp(`(^|[\\s{,])(${clear.join('|')})\\s*:\\s`),
];

// Brands and words for what the table names by its salt; the table's own names and identifiers come from the packs.
const otherNames = [
  'ozempic',
  'wegovy',
  'rybelsus',
  'mounjaro',
  'zepbound',
  'saxenda',
  'botox',
  'dysport',
  'xeomin',
  'juvederm',
  'ketamine',
];
const moreNames = ['testosterone', 'phentermine', 'clomiphene', 'enclomiphene', 'ibutamoren', 'dihexa', 'vitamin b12', 'lipotropic'];

const anyDrug = [...drugNames(), ...otherNames, ...moreNames].map((name) => name.replace(/[+()]/g, '\\$&')).join('|');
const drugs: readonly RegExp[] = [new RegExp(`(?<![a-z0-9])(${anyDrug})s?(?![a-z0-9])`, 'i')];

/** Every name a row goes by: what stands before a bracket, and the names in a row of several. How it is given is not a name. */
function drugNames(): string[] {
  const found = substances.flatMap(({ name, unii }) => [unii, ...name.replace(/\(.*\)/, '').split(/, | and /)]);
  return [...new Set(found.flatMap((one) => (one ? [one.trim().toLowerCase()] : [])))].filter((one) => one.length > 2);
}

/** Sources of the product as they are now, without tests, rules, the sandbox's data and what is generated. */
const sources = [
  ...new Set(execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\n')),
].filter(
  (file) =>
    /\.(ts|js|mjs|html|css|sql|prisma)$/.test(file) &&
    !/^(tests|subgraphs\/rules|prisma\/generated|node_modules)\//.test(file) &&
    !/^prisma\/seed(\/|\.ts$)/.test(file),
);

function found(patterns: readonly RegExp[]): string[] {
  return sources.flatMap((file) => {
    if (Object.hasOwn(mayName, file)) return [];
    return read(file).flatMap((line, index) => {
      if (mayStand.some(([where, words]) => where === file && line.includes(words))) return [];
      return patterns.some((pattern) => pattern.test(line)) ? [`${file}:${index + 1}: ${line.trim()}`] : [];
    });
  });
}

// A file that was taken away since it was listed has nothing to show.
function read(file: string): string[] {
  try {
    return readFileSync(`${root}${file}`, 'utf8').split('\n');
  } catch {
    return [];
  }
}

test('there are sources to look at', () => {
  expect(sources.length).toBeGreaterThan(300);
});

test('no source but the rules names a state in code', () => {
  expect(found(states)).toEqual([]);
});

test('no source but the rules names a drug', () => {
  expect(found(drugs)).toEqual([]);
});

test('every exception is still needed', () => {
  const needless = Object.keys(mayName).filter(
    (file) => !read(file).some((line) => [...states, ...drugs].some((pattern) => pattern.test(line))),
  );
  expect(needless).toEqual([]);
  expect(mayStand.filter(([file, words]) => !read(file).some((line) => line.includes(words)))).toEqual([]);
});

describe('a rule in disguise is seen', () => {
  test.each([
    `if (state === 'TX') return true;`,
    'case "CA":',
    'const closed = new Set([`NY`]);',
    `if (patientState === 'PA') return;`,
    `const rule = find('TX.gfe.audioOnly');`,
    `const rule = find(\`MD.\${key}\`) ?? 'MD.gfe.audioOnly';`,
    'const terms = { TX: 12, FL: 12 };',
    `if (place.name === 'Texas') return;`,
    `where shipping_state = 'GA'`,
  ])('%s', (line) => {
    expect(states.some((pattern) => pattern.test(line))).toBe(true);
  });
  test.each([
    `if (name.startsWith('Semaglutide')) return;`,
    `const barred = ['bpc-157'];`,
    `if (unii === '53AXN4NNHX') return;`,
    'const shots = { testosterone: 3 };',
    `of Wegovy`,
  ])('%s', (line) => {
    expect(drugs.some((pattern) => pattern.test(line))).toBe(true);
  });
  test.each([
    `if (credential !== 'NP' && credential !== 'PA') return null;`,
    `type: ['ID'],`,
    `description: 'The rule, for example TX.gfe.audioOnly.'`,
    `if (jurisdiction !== 'US') return;`,
    'const state = States.ACTIVE;',
    `if (exam.state === 'OPEN') return;`,
  ])('and no more than that: %s', (line) => {
    expect([...states, ...drugs].some((pattern) => pattern.test(line))).toBe(false);
  });
});
