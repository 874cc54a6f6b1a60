import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '#rules/command.ts';
import { changesBetween } from '#rules/diff.ts';
import { diffText } from '#rules/command/diff-text.ts';
import { gateNames } from '#rules/evaluate.ts';
import { decisions } from '#rules/explain-table.ts';
import { jurisdictions, library } from '#rules/packs.ts';
import { libraryOf } from '#rules/rule-set.ts';
import type { PackEntry, PackFile } from '#rules/rule.ts';
import { serviceCodes } from '#rules/service-codes.ts';

const today = '2026-11-22';
const text = async (...given: string[]) => (await run(given, today, 100)).lines.join('\n');
const wide = async (...given: string[]) => (await run(given, today, 300)).lines.join('\n');
const scratch = mkdtempSync(join(tmpdir(), 'goodfaith-command-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe('explain', () => {
  test('prints the table of a state and a service, and what follows from it', async () => {
    await expect(`${await text('explain', 'TX', 'weight-loss', '--on', today)}\n`).toMatchFileSnapshot(
      '../data/explain-tx-weight-loss.txt',
    );
  });
  test('takes today where no day is given, and a state in small letters', async () => {
    expect(await run(['explain', 'tx', 'weight-loss'], today, 100)).toEqual(
      await run(['explain', 'TX', 'weight-loss', '--on', today], '2027-05-01', 100),
    );
  });
  test('fits every line but an address into the terminal', async () => {
    for (const state of ['TX', 'CA', 'WY', 'US']) {
      const { lines } = await run(['explain', state, '--on', today], today, 72);
      expect(lines.filter((line) => line.length > 72 && !line.includes('://'))).toEqual([]);
    }
  });
  test('says before the first release that nothing is known, and calls it no error', async () => {
    expect(await run(['explain', 'TX', 'weight-loss', '--on', '2026-11-21'], today, 100)).toEqual({
      lines: [
        'Texas (TX), weight-loss, on 2026-11-21',
        'Nothing is known: no rules had been released by then. The first release, 2026-11-22.1, is of',
        '2026-11-22. Every decision of that date is UNKNOWN and blocks.',
      ],
      exit: 0,
    });
  });
  test('answers for an earlier day as it is known since, when asked so', async () => {
    const answer = async (on: string, ...asKnown: string[]) => {
      const table = JSON.parse(await text('explain', 'WI', '--on', on, '--json', ...asKnown)) as {
        version: string;
        sections: { rows: { ruleId: string; answer: string | null; standing: string }[] }[];
      };
      const row = table.sections.flatMap(({ rows }) => rows).find(({ ruleId }) => ruleId === 'WI.np.practiceAuthority');
      return [table.version, row?.answer, row?.standing];
    };
    expect(await answer('2026-08-31')).toEqual(['none', undefined, undefined]);
    expect(await answer('2026-08-31', '--as-known', '2026-11-22.1')).toEqual(['2026-11-22.1', 'full', 'out-of-dates']);
    expect(await answer('2026-08-31', '--as-known', '2026-11-22.2')).toEqual(['2026-11-22.2', 'reduced', 'settled']);
    expect(await answer('2026-11-22', '--as-known', '2026-11-22')).toEqual(['2026-11-22.5', 'full', 'settled']);
  });
  test('says of a state where little is known what has to be set, and of a barred way that nothing opens it', async () => {
    expect(await wide('explain', 'WY', '--on', today)).toContain(
      'An exam in person: open once the entity sets and attests WY.gfe.performers, WY.gfe.validityMonths.',
    );
    expect(await wide('explain', 'TX', '--on', today)).toContain(
      'An exam by questionnaire alone: closed, TX.gfe.questionnaireOnly is prohibited.',
    );
  });
  test('shows the end of the federal flexibility for controlled substances', async () => {
    expect(await text('explain', 'US', 'hormone-therapy', '--on', today)).toContain('in force from 2026-01-01 to 2026-12-31');
  });
  test('has a place for every gate', () => {
    expect(decisions.flatMap(({ gates }) => gates).toSorted()).toEqual(gateNames.toSorted());
  });
  test('can be asked for every state, and for every service', async () => {
    for (const { code } of [...jurisdictions, { code: 'US' }]) expect((await run(['explain', code], today, 80)).exit).toBe(0);
    for (const service of serviceCodes) expect((await run(['explain', 'NV', service], today, 80)).exit).toBe(0);
  });
});

describe('diff', () => {
  const entry: PackEntry = {
    id: 'TX.gfe.audioOnly',
    jurisdiction: 'TX',
    value: 'conditional',
    citation: 'Occ. Code 111.005',
    confidence: 'known',
    asOf: '2026-01-01',
    since: '1',
  };
  const prohibited = { ...entry, value: 'prohibited', effectiveFrom: '2027-01-01', citation: 'Occ. Code 111.006', since: '2' };
  const sentences = (rules: readonly PackEntry[]) => {
    const file: PackFile = { file: 'exam.json', subject: 'exam', title: 'Exams', owner: 'Compliance', rules };
    const made = libraryOf(
      [file],
      [
        { version: '1', on: '2026-01-01', summary: '' },
        { version: '2', on: '2026-02-01', summary: '' },
      ],
    );
    return changesBetween(made.of('1') ?? library.latest, made.latest).map(({ kind, sentence }) => [kind, sentence]);
  };

  test.each<[string, PackEntry[], string[][]]>([
    [
      'a value that another follows',
      [{ ...entry, until: '2' }, { ...entry, effectiveTo: '2026-12-31', since: '2' }, prohibited],
      [
        [
          'changed',
          'TX.gfe.audioOnly: is still conditional, now until 2026-12-31 (Occ. Code 111.005); was conditional, is prohibited from 2027-01-01 (Occ. Code 111.006)',
        ],
      ],
    ],
    [
      'a value put right',
      [
        { ...entry, until: '2' },
        { ...entry, value: 'allowed', since: '2' },
      ],
      [['changed', 'TX.gfe.audioOnly: was conditional, is allowed (Occ. Code 111.005)']],
    ],
    [
      'the same value on better evidence',
      [
        { ...entry, until: '2' },
        { ...entry, confidence: 'verified', source: 'https://law.example/', since: '2' },
      ],
      [['changed', 'TX.gfe.audioOnly: is still conditional, now verified (was known), with another source (Occ. Code 111.005)']],
    ],
    [
      'the same value on another citation',
      [
        { ...entry, until: '2' },
        { ...entry, citation: 'Occ. Code 111.007', since: '2' },
      ],
      [['changed', 'TX.gfe.audioOnly: is still conditional, with another citation (Occ. Code 111.007)']],
    ],
    ['a rule that came', [{ ...prohibited }], [['added', 'TX.gfe.audioOnly: new, prohibited from 2027-01-01 (Occ. Code 111.006)']]],
    ['a rule that went', [{ ...entry, until: '2' }], [['removed', 'TX.gfe.audioOnly: was conditional, and is no longer recorded']]],
    ['nothing', [entry], []],
  ])('tells %s', (_what, rules, told) => {
    expect(sentences(rules)).toEqual(told);
  });

  test('tells the last two releases apart when nothing is said', async () => {
    const { lines, exit } = await run(['diff'], today, 100);
    expect(exit).toBe(0);
    expect(lines[0]).toBe('From 2026-11-22.4 to 2026-11-22.5: 1 changed, 0 removed, 36 added.');
  });
  test('tells any two releases apart, and counts what is new', async () => {
    const { lines, exit } = await run(['diff', '2026-11-22.1', '2026-11-22.2'], today, 100);
    expect(exit).toBe(0);
    expect(lines[0]).toMatch(/^From 2026-11-22\.1 to 2026-11-22\.2: 5 changed, 0 removed, \d+ added\.$/);
    expect(lines.join(' ')).toContain('WI.np.practiceAuthority: also recorded for earlier: reduced as of 2023-03-14 until 2026-08-31');
    expect(lines).toContain('  33 rules are new: 33 about substance.*.history (US). With --json each is told.');
  });
  test('takes days for releases, and finds no difference of one with itself', async () => {
    expect(await text('diff', '2026-11-22', '2026-11-22.5')).toBe('Nothing changed from 2026-11-22.5 to 2026-11-22.5.');
    expect((await text('diff', '2026-11-21', '2026-11-22.1')).split('\n')[0]).toBe(
      'From none to 2026-11-22.1: 0 changed, 0 removed, 579 added.',
    );
  });
  test('takes for a release what it prints before the first one', async () => {
    expect(await text('diff', 'none', '2026-11-22.1')).toBe(await text('diff', '2026-11-21', '2026-11-22.1'));
  });
  test('gives machines the entries before and after', async () => {
    const { from, to, changes } = JSON.parse(await text('diff', '2026-11-22.1', '2026-11-22.2', '--json')) as {
      from: string;
      to: string;
      changes: { ruleId: string }[];
    };
    expect([from, to]).toEqual(['2026-11-22.1', '2026-11-22.2']);
    expect(changes.find(({ ruleId }) => ruleId === 'CA.md.ratio')).toMatchObject({
      kind: 'changed',
      before: [{ value: { PA: 8, 'NP-furnishing': 4 } }],
      after: [{ value: { PA: 4 } }, { value: { PA: 8, 'NP-furnishing': 4 } }],
    });
  });
  test('tells few additions one by one', () => {
    const [change] = changesBetween(library.on('2026-11-21'), library.latest);
    expect(diffText('a', 'b', change ? [change] : [], 200)).toEqual([
      'From a to b: 0 changed, 0 removed, 1 added.',
      '',
      'exam',
      `  ${change?.sentence}.`,
    ]);
  });
});

describe('check', () => {
  const folderOf = (name: string, files: Record<string, string>) => {
    const folder = join(scratch, name);
    mkdirSync(folder);
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
    return folder;
  };
  const exams = (rule: object) =>
    JSON.stringify({
      subject: 'exam',
      title: 'Exams',
      owner: 'Compliance',
      rules: [
        {
          id: 'TX.gfe.audioOnly',
          jurisdiction: 'TX',
          value: 'conditional',
          citation: 'Occ. Code 111.005',
          confidence: 'known',
          asOf: '2026-01-01',
          since: '2026-11-22.2',
          ...rule,
        },
      ],
    });

  test('finds our packs in order', async () => {
    expect(await run(['check'], today, 100)).toEqual({
      lines: [expect.stringMatching(/^\d+ entries in 13 packs, 5 releases: in order$/)],
      exit: 0,
    });
  });
  test('says file, rule and reason of what is wrong in a folder', async () => {
    const folder = folderOf('wrong', { 'exam.json': exams({ value: 'maybe', citation: undefined }) });
    expect(await run(['check', folder], today, 100)).toEqual({
      lines: [
        'exam.json: TX.gfe.audioOnly: the value is not one of allowed, conditional, prohibited: "maybe"',
        'exam.json: TX.gfe.audioOnly: the citation is missing',
        "exam.json: TX.gfe.audioOnly: schema: must have required property 'citation'",
      ],
      exit: 1,
    });
  });
  test('takes one pack file by itself, which has no digest', async () => {
    const folder = folderOf('alone', { 'exam.json': exams({}) });
    expect(await run(['check', folder], today, 100)).toEqual({
      lines: [
        '1 entry in 1 pack, 5 releases: in order by themselves (whether releases read as they were released is seen on all packs together)',
      ],
      exit: 0,
    });
  });
  test('misses the packs that are not there where a folder has releases of its own', async () => {
    const folder = folderOf('half', { 'exam.json': exams({}), 'releases.json': '[]' });
    const { lines, exit } = await run(['check', folder], today, 100);
    expect([lines.slice(0, 2), lines.length, exit]).toEqual([['prescribing.json: is missing', 'authority.json: is missing'], 12, 1]);
  });
  test('finds a field that is mistyped, and what is no rule at all', async () => {
    const folder = folderOf('mistyped', { 'exam.json': exams({ effectiveTO: '2026-05-01' }), 'substance-names.json': '[{}]' });
    expect((await run(['check', folder], today, 100)).lines).toEqual([
      'exam.json: TX.gfe.audioOnly: there is no field "effectiveTO"',
      'substance-names.json: number 1 of the substances: key is not a text',
      'substance-names.json: number 1 of the substances: name is not a text',
      'substance-names.json: number 1 of the substances: unii is not a text',
      'exam.json: TX.gfe.audioOnly: schema: must NOT have additional properties (effectiveTO)',
    ]);
  });
  test('says which file is not JSON', async () => {
    const folder = folderOf('torn', { 'exam.json': '{ "subject": ' });
    const { lines, exit } = await run(['check', folder], today, 100);
    expect([lines, exit]).toEqual([[expect.stringMatching(/^exam\.json: is not JSON: /)], 1]);
  });
});

describe('coverage', () => {
  test('is written in COVERAGE.md as the packs have it', async () => {
    const page = readFileSync(new URL('../../subgraphs/rules/COVERAGE.md', import.meta.url), 'utf8');
    expect(`${await text('coverage')}\n`).toBe(page);
    expect((await run(['coverage', '--check'], today, 100)).exit).toBe(0);
  });
  test('counts each of the 51 × 26 questions once', async () => {
    const row = (await text('coverage')).split('\n').find((line) => line.startsWith('| **All** |'));
    expect(row?.split('|').slice(2, 7).map(Number)).toEqual([415, 342, 17, 56, 911]);
  });
});

describe('what cannot be done is said in one plain line', () => {
  test.each<[string[], string]>([
    [['explain'], 'Say which state, by its two letters, or US for federal law.'],
    [['explain', 'ZZ'], 'There is no state ZZ: say one of the 50, DC, or US for federal law.'],
    [['explain', 'PR'], 'There is no state PR: say one of the 50, DC, or US for federal law.'],
    [['explain', 'TX', 'botox'], `There is no service botox: say one of ${serviceCodes.join(', ')}.`],
    [['explain', 'TX', '--on', '2026-02-30'], '2026-02-30 is not a day: write it as YYYY-MM-DD.'],
    [['explain', 'TX', '--on'], '--on needs a value.'],
    [
      ['explain', 'TX', '--as-known', '1.0'],
      'There is no release 1.0: say a day or one of 2026-11-22.1, 2026-11-22.2, 2026-11-22.3, 2026-11-22.4, 2026-11-22.5.',
    ],
    [['explain', 'TX', '--color'], 'There is no option --color here.'],
    [
      ['diff', 'yesterday'],
      'There is no release yesterday: say a day or one of 2026-11-22.1, 2026-11-22.2, 2026-11-22.3, 2026-11-22.4, 2026-11-22.5.',
    ],
    [['explain', ''], 'Say which state, by its two letters, or US for federal law.'],
    [['explain', 'TX', 'weight-loss', 'now'], '"now" is one word too many: npm run rules -- help says what there is.'],
    [['diff', 'none', '2026-11-22.1', ''], '"" is one word too many: npm run rules -- help says what there is.'],
    [['coverage', 'TX'], '"TX" is one word too many: npm run rules -- help says what there is.'],
    [['explain', 'TX', '--on', today, '--on', '2027-01-01'], '--on is given twice.'],
    [['diff', '--json', '--json'], '--json is given twice.'],
    [['diff', '--json=yes'], '--json takes no value.'],
    [['explain', 'TX', '--on', '--json'], '--on needs a value.'],
    [['check', ''], 'Say which folder.'],
    [['check', '/nowhere'], 'There is no folder /nowhere/.'],
    [['release', '2'], 'There is no release 2: say one of 2026-11-22.1, 2026-11-22.2, 2026-11-22.3, 2026-11-22.4, 2026-11-22.5.'],
  ])('%j', async (given, line) => {
    expect(await run(given, today, 100)).toEqual({ lines: [line], exit: 1 });
  });
  test.each([[['help']], [['--help']], [['-h']], [['explain', 'TX', '--help']]])('but %j is an answer', async (given) => {
    const { lines, exit } = await run(given, today, 100);
    expect([lines[0]?.split('\n')[0], exit]).toEqual([expect.stringMatching(/^npm run rules -- check \[folder\]/), 0]);
  });
  test('and an unknown command shows what there is', async () => {
    for (const given of [[], ['dance']]) {
      const { lines, exit } = await run(given, today, 100);
      expect(exit).toBe(1);
      expect(lines[1]).toContain('npm run rules -- explain <state|US>');
    }
  });
});
