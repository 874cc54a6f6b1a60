import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BrokenPacks } from '#rules/broken-packs.ts';
import { entryFields } from '#rules/check-entry.ts';
import { substanceNameProblems } from '#rules/check-lists.ts';
import { packFields, problemLine, problemsOf, type ReleaseEntry } from '#rules/check.ts';
import { schemaProblems } from '#rules/command/schema-check.ts';
import { releaseText } from '#rules/digest.ts';
import { sha256 } from '#rules/digest-sha256.ts';
import { packFileOf } from '#rules/pack-file.ts';
import { jurisdictions, library, load, packFiles, releaseEntries } from '#rules/packs.ts';
import { confidences, type PackEntry, type PackFile, subjects } from '#rules/rule.ts';
import { substances } from '#rules/substance-table.ts';

const places = [
  { code: 'CA', name: 'California' },
  { code: 'TX', name: 'Texas' },
];
const releases: ReleaseEntry[] = [
  { version: '2026-01-01.1', on: '2026-01-01', summary: 'the first', digest: 'sealed' },
  { version: '2026-02-01.1', on: '2026-02-01', summary: 'the second' },
];
const entry: PackEntry = {
  id: 'TX.gfe.audioOnly',
  jurisdiction: 'TX',
  value: 'conditional',
  citation: 'Occ. Code 111.005',
  source: 'https://law.example/tx',
  confidence: 'verified',
  asOf: '2026-01-01',
  since: '2026-01-01.1',
};
const pack = (rules: readonly unknown[], changes: object = {}): PackFile =>
  ({ file: 'exam.json', subject: 'exam', title: 'Exams', owner: 'Compliance', rules, ...changes }) as PackFile;
const linesOf = (files: readonly PackFile[], given: readonly ReleaseEntry[] = releases) =>
  problemsOf(files, given, places).map(problemLine);
const withDates = (from: string | null, to: string | null, changes: object = {}) => ({
  ...entry,
  effectiveFrom: from,
  effectiveTo: to,
  ...changes,
});

describe('the check of the packs', () => {
  test('finds nothing wrong with a good pack', () => {
    const successor = withDates('2026-02-01', null, { value: 'prohibited' });
    expect(linesOf([pack([withDates(null, '2026-01-31'), successor])])).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['an id of another jurisdiction', { id: 'CA.gfe.audioOnly' }, 'CA.gfe.audioOnly: the id does not start with its jurisdiction, "TX"'],
    ['a key that nobody defined', { id: 'TX.gfe.telepathy' }, 'TX.gfe.telepathy: no rule has the key "gfe.telepathy"'],
    ['a rule of another subject', { id: 'TX.md.onSite', value: 'required' }, 'TX.md.onSite: belongs to the pack supervision, not to exam'],
    ['an unknown jurisdiction', { id: 'ZZ.gfe.audioOnly', jurisdiction: 'ZZ' }, 'ZZ.gfe.audioOnly: unknown jurisdiction "ZZ"'],
    [
      'a question for states put to the union',
      { id: 'US.gfe.audioOnly', jurisdiction: 'US' },
      'US.gfe.audioOnly: is asked of the states, not of US',
    ],
    ['a value of the wrong kind', { value: true }, 'TX.gfe.audioOnly: the value is not one of allowed, conditional, prohibited: true'],
    ['no value', { value: null }, 'TX.gfe.audioOnly: the value is not one of allowed, conditional, prohibited: null'],
    ['no citation', { citation: undefined }, 'TX.gfe.audioOnly: the citation is missing'],
    ['a blank citation', { citation: ' ' }, 'TX.gfe.audioOnly: the citation is missing'],
    ['an unknown confidence', { confidence: 'sure' }, 'TX.gfe.audioOnly: unknown confidence "sure"'],
    ['verified without a source', { source: null }, 'TX.gfe.audioOnly: verified, but without the source it was read in'],
    ['a day of evidence that is none', { asOf: '2026-02-30' }, 'TX.gfe.audioOnly: asOf is not a day: "2026-02-30"'],
    ['no day of evidence', { asOf: undefined }, 'TX.gfe.audioOnly: asOf is not a day: nothing'],
    ['a first day that is none', { effectiveFrom: '1 May' }, 'TX.gfe.audioOnly: effectiveFrom is not a day: "1 May"'],
    ['a last day that is none', { effectiveTo: '2026-13-01' }, 'TX.gfe.audioOnly: effectiveTo is not a day: "2026-13-01"'],
    [
      'an end before the beginning',
      { effectiveFrom: '2026-03-01', effectiveTo: '2026-02-28' },
      'TX.gfe.audioOnly: effectiveTo 2026-02-28 is before the first day it is relied upon, 2026-03-01',
    ],
    [
      'an end before there is evidence',
      { effectiveTo: '2025-12-31' },
      'TX.gfe.audioOnly: effectiveTo 2025-12-31 is before the first day it is relied upon, 2026-01-01',
    ],
    ['a release that is none', { since: '2026-03-01.1' }, 'TX.gfe.audioOnly: since is not a release: "2026-03-01.1"'],
    ['an end in a release that is none', { until: 'soon' }, 'TX.gfe.audioOnly: until is not a release: "soon"'],
    [
      'an end in the release that brought it',
      { until: '2026-01-01.1' },
      'TX.gfe.audioOnly: until 2026-01-01.1 is not after since 2026-01-01.1',
    ],
    ['a field that nobody knows', { effectiveTO: '2026-05-01' }, 'TX.gfe.audioOnly: there is no field "effectiveTO"'],
    ['a note that is no text', { note: 1 }, 'TX.gfe.audioOnly: note is not a text'],
    [
      'a rank of sources that nobody knows',
      { sourceTier: 'hearsay' },
      'TX.gfe.audioOnly: sourceTier is not one of primary, secondary, vendor',
    ],
    [
      'a source that nobody can open',
      { source: 'the law library' },
      'TX.gfe.audioOnly: the source is not an http or https address: "the law library"',
    ],
    [
      'a source that is a program',
      { source: 'javascript:alert(1)', confidence: 'uncertain' },
      'TX.gfe.audioOnly: the source is not an http or https address: "javascript:alert(1)"',
    ],
    ['no id', { id: undefined }, '(an entry without an id, nothing): the id does not start with its jurisdiction, "TX"'],
  ])('refuses %s', (_what, changes, line) => {
    expect(linesOf([pack([{ ...entry, ...changes }])])).toEqual([`exam.json: ${line}`]);
  });

  test.each<[string, object, object, string]>([
    [
      'dates that overlap',
      { effectiveFrom: '2026-01-01', effectiveTo: '2026-03-01' },
      { effectiveFrom: '2026-03-01', value: 'prohibited' },
      'two entries overlap in release 2026-01-01.1: from 2026-01-01 to 2026-03-01 and from 2026-03-01 on',
    ],
    [
      'an entry without a first day under one that has ended too late',
      { effectiveTo: '2026-06-30' },
      { effectiveFrom: '2026-06-01' },
      'two entries overlap in release 2026-01-01.1: from 2026-01-01 to 2026-06-30 and from 2026-06-01 on',
    ],
    [
      'dates that overlap only in a later release',
      { since: '2026-02-01.1' },
      { value: 'allowed' },
      'two entries overlap in release 2026-02-01.1: from 2026-01-01 on and from 2026-01-01 on',
    ],
    ['the same entry twice', {}, {}, 'the same entry twice'],
  ])('refuses %s', (_what, one, other, reason) => {
    const rules = [
      { ...entry, ...one },
      { ...entry, ...other },
    ];
    expect(linesOf([pack(rules)])).toEqual([`exam.json: TX.gfe.audioOnly: ${reason}`]);
  });

  test('lets an entry take the place of one that was closed in the same release', () => {
    const closed = { ...entry, until: '2026-02-01.1' };
    const corrected = { ...entry, value: 'prohibited', since: '2026-02-01.1' };
    expect(linesOf([pack([closed, corrected])])).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['an owner', { owner: '' }, 'the owner is missing'],
    ['a title', { title: undefined }, 'the title is missing'],
    ['rules', { rules: {} }, 'there is no list of rules'],
    ['a subject we have', { subject: 'astrology' }, 'no pack is about "astrology"'],
  ])('refuses a file without %s', (_what, changes, reason) => {
    expect(linesOf([pack([], changes)])).toEqual([`exam.json: ${reason}`]);
  });

  test('refuses a field of a pack that nobody knows', () => {
    expect(linesOf([pack([entry], { ownr: 'Compliance' })])).toEqual(['exam.json: there is no field "ownr"']);
  });

  test.each<[string, unknown, string]>([
    ['no object', [1], 'exam.json: is not an object with a subject, a title, an owner and rules'],
    ['nothing', null, 'exam.json: is not an object with a subject, a title, an owner and rules'],
    ['a text', 'rules', 'exam.json: is not an object with a subject, a title, an owner and rules'],
  ])('refuses a file that holds %s', (_what, content, line) => {
    expect(linesOf([packFileOf('exam.json', content)])).toEqual([line]);
  });

  test.each([null, 7, 'TX.gfe.audioOnly', []])('refuses %j in the place of a rule', (rule) => {
    expect(linesOf([pack([entry, rule])])).toEqual(['exam.json: number 2 of the rules is not an object']);
  });

  test.each<[unknown, unknown, string[]]>([
    [null, places, ['releases.json: is not a list of releases']],
    [[null], places, ['releases.json: number 1 of the releases is not an object']],
    [[{ ...releases[0], version: 1 }], places, ['releases.json: number 1 of the releases: version is not a text']],
    [[{ ...releases[0], digets: '' }], places, ['releases.json: number 1 of the releases: there is no field "digets"']],
    [releases, {}, ['jurisdictions.json: is not a list of jurisdictions']],
    [releases, [places[0], null], ['jurisdictions.json: number 2 of the jurisdictions is not an object']],
    [releases, [{ code: 'CA' }], ['jurisdictions.json: number 1 of the jurisdictions: name is not a text']],
    [releases, [places[0], places[0]], ['jurisdictions.json: number 2 of the jurisdictions: "CA" is listed twice']],
  ])('looks at no pack while the lists are %j and %j', (given, known, lines) => {
    expect(problemsOf([pack([null])], given as ReleaseEntry[], known as typeof places).map(problemLine)).toEqual(lines);
  });

  test.each<[unknown, string[]]>([
    [substances, []],
    [{}, ['substance-names.json: is not a list of substances']],
    [
      [{ key: 'a', name: 'A', unii: 1 }, null],
      [
        'substance-names.json: number 1 of the substances: unii is not a text',
        'substance-names.json: number 2 of the substances is not an object',
      ],
    ],
  ])('reads the names of substances in %#', (names, lines) => {
    expect(substanceNameProblems(names).map(problemLine)).toEqual(lines);
  });

  test('refuses two files about one subject', () => {
    expect(linesOf([pack([entry]), pack([], { file: 'more.json' })])).toEqual(['more.json: a second pack about exam']);
  });

  test.each<[string, ReleaseEntry[], string[]]>([
    ['no release at all', [], ['releases.json: there is no release']],
    ['a version twice', [releases[0], releases[0]] as ReleaseEntry[], ['releases.json: release 2026-01-01.1 is listed twice']],
    [
      'releases that go back in time',
      [{ ...releases[1], digest: 'sealed' }, releases[0]] as ReleaseEntry[],
      ['releases.json: release 2026-01-01.1 of 2026-01-01 is older than the one before, of 2026-02-01'],
    ],
    [
      'a release of a day that is none',
      [{ ...releases[0], on: 'today' }] as ReleaseEntry[],
      ['releases.json: release 2026-01-01.1 is not of a day: "today"'],
    ],
    [
      'an open release that is not the newest',
      [{ ...releases[0], digest: undefined }, releases[1]] as ReleaseEntry[],
      ['releases.json: release 2026-01-01.1 has no digest: only the newest may be open'],
    ],
  ])('refuses %s', (_what, given, lines) => {
    expect(linesOf([pack([])], given)).toEqual(lines);
  });

  test('says which release no longer reads as it was released', () => {
    const digestOf = (files: readonly PackFile[]) => sha256(releaseText(files, '2026-01-01.1', new Map([['2026-01-01.1', 0]])));
    const sealed = [{ ...releases[0], digest: digestOf([pack([entry])]) }, releases[1]] as ReleaseEntry[];
    const check = (rules: readonly PackEntry[]) => problemsOf([pack(rules)], sealed, places, sha256).map(problemLine);
    const reason =
      'releases.json: release 2026-01-01.1 no longer reads as it was released: leave its entries as they are, close them with "until" and add new ones';
    expect(check([entry])).toEqual([]);
    expect(check([{ ...entry, note: null }])).toEqual([]);
    expect(
      check([
        { ...entry, until: '2026-02-01.1' },
        { ...entry, value: 'prohibited', since: '2026-02-01.1' },
      ]),
    ).toEqual([]);
    expect(check([{ ...entry, value: 'allowed' }])).toEqual([reason]);
    expect(check([{ ...entry, citation: 'another' }])).toEqual([reason]);
    expect(check([])).toEqual([reason]);
  });

  test('loads no release that was edited after it had been sealed', () => {
    const [sealed, open] = releases as [ReleaseEntry, ReleaseEntry];
    const digest = sha256(releaseText([pack([entry])], sealed.version, new Map([[sealed.version, 0]])));
    const loading = (value: string) => load([pack([{ ...entry, value }])], [{ ...sealed, digest }, open], places);
    expect(loading('conditional').latest.rules).toHaveLength(1);
    expect(() => loading('allowed')).toThrow('releases.json: release 2026-01-01.1 no longer reads as it was released');
  });

  test('keeps broken packs from being loaded, with a line for each fault', () => {
    const broken = pack([{ ...entry, citation: '', jurisdiction: 'ZZ' }, withDates('never', null)]);
    const lines = [
      'exam.json: TX.gfe.audioOnly: unknown jurisdiction "ZZ"',
      'exam.json: TX.gfe.audioOnly: the id does not start with its jurisdiction, "ZZ"',
      'exam.json: TX.gfe.audioOnly: the citation is missing',
      'exam.json: TX.gfe.audioOnly: effectiveFrom is not a day: "never"',
    ];
    const loading = () => load([broken], releases, places);
    expect(loading).toThrow(BrokenPacks);
    expect(loading).toThrow(`The rule packs are broken:\n${lines.join('\n')}`);
  });
});

describe('the schema of a pack', () => {
  const schema = JSON.parse(readFileSync(new URL('../../subgraphs/rules/packs/pack.schema.json', import.meta.url), 'utf8'));
  const reasons = async (file: PackFile) => (await schemaProblems([file], schema)).map(problemLine);

  test('holds for every pack', async () => {
    expect(await schemaProblems(packFiles, schema)).toEqual([]);
  });
  test('knows the subjects, confidences and fields that the code knows', () => {
    expect([...Object.keys(schema.properties), 'file'].toSorted()).toEqual(Object.keys(packFields).toSorted());
    expect(Object.keys(schema.$defs.entry.properties).toSorted()).toEqual(Object.keys(entryFields).toSorted());
    expect(schema.properties.subject.enum).toEqual(subjects);
    expect(schema.$defs.entry.properties.confidence.enum).toEqual(confidences);
  });
  test('refuses a word it does not know, a missing part, and a verified entry without a source', async () => {
    const { citation: _, ...uncited } = entry;
    expect(await reasons(pack([{ ...entry, effectiveform: '2026-01-01' }]))).toEqual([
      'exam.json: TX.gfe.audioOnly: schema: must NOT have additional properties (effectiveform)',
    ]);
    expect(await reasons(pack([uncited]))).toEqual(["exam.json: TX.gfe.audioOnly: schema: must have required property 'citation'"]);
    expect(await reasons(pack([{ ...entry, source: null }]))).toContain('exam.json: TX.gfe.audioOnly: schema: /source must be string');
    expect(await reasons(pack([{ ...entry, asOf: '22 May' }]))).toHaveLength(1);
  });
});

describe('the packs as they are', () => {
  const first = library.of('2026-11-22.1');
  const count = (values: readonly string[]) =>
    Object.fromEntries([...new Set(values)].sort().map((value) => [value, values.filter((one) => one === value).length]));

  test('are in order, and every sealed release reads as it was released', () => {
    expect(problemsOf(packFiles, releaseEntries, jurisdictions, sha256)).toEqual([]);
  });
  test('have a pack for each subject and the 50 states and DC', () => {
    expect(packFiles.map(({ subject }) => subject)).toEqual(subjects);
    expect(jurisdictions).toHaveLength(51);
    expect(new Set(jurisdictions.map(({ code }) => code)).size).toBe(51);
  });
  test('hold in the first release exactly the values the domain reference has', () => {
    // The values themselves are sealed by the digest, which was taken of the reference's own.
    const ofStates = first?.rules.filter(({ jurisdiction }) => jurisdiction !== 'US') ?? [];
    expect(count(ofStates.map(({ confidence }) => confidence))).toEqual({ known: 17, uncertain: 56, verified: 342 });
    expect(count(ofStates.map(({ subject }) => subject))).toEqual({
      authority: 86,
      'controlled-substances': 51,
      'corporate-practice': 71,
      exam: 135,
      'pharmacy-licensing': 26,
      prescribing: 15,
      supervision: 31,
    });
    const federal = first?.rules.filter(({ jurisdiction }) => jurisdiction === 'US') ?? [];
    expect(count(federal.map(({ subject }) => subject))).toEqual({ 'beyond-use-dates': 38, 'controlled-substances': 6, substances: 120 });
    expect(releaseEntries[0]?.digest).toBe('7affdf525d38021c726465ff63571db2dcec9dc4949c4c938600ab110fdcb020');
  });
  test('never hold an open question as a value', () => {
    expect(library.latest.rules.filter(({ value, confidence }) => value === null || confidence === 'unknown')).toEqual([]);
  });
  test('name every substance they speak of', () => {
    const spoken = library.latest.rules.filter(({ key }) => key.startsWith('substance.')).map(({ key }) => key.split('.')[1]);
    expect([...new Set(spoken)].sort()).toEqual(substances.map(({ key }) => key).sort());
  });
  test('know what a value was before, where that is exactly known', () => {
    const on = (id: string, day: string) => library.latest.find(id, day).rule?.value;
    expect(on('WI.np.practiceAuthority', '2026-08-31')).toBe('reduced');
    expect(on('WI.np.practiceAuthority', '2026-09-01')).toBe('full');
    expect(on('CA.md.ratio', '2025-12-31')).toEqual({ PA: 4 });
    expect(on('CA.md.ratio', '2026-01-01')).toEqual({ PA: 8, 'NP-furnishing': 4 });
    expect(on('NY.md.ratio', '2025-02-21')).toEqual({ 'PA (private practice)': 4 });
    expect(first?.find('WI.np.practiceAuthority', '2026-08-31').why).toBe('not-in-force');
  });
  test('hold nothing on a day before the first release', () => {
    expect(library.on('2026-11-21').rules).toEqual([]);
    expect(library.on('2026-11-21').find('TX.gfe.audioOnly', '2026-11-21')).toEqual({ rule: null, why: 'no-release' });
    expect(library.on('2026-11-22').version).toBe(library.latest.version);
  });
});
