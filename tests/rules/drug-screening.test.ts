import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entriesOf, isVague, likeness, saysNothing } from '#rules/drug-names.ts';
import { hazardOf } from '#rules/drug-findings.ts';
import type { DrugScreeningFact, DrugScreeningKind, InteractionFact, RecordedAllergy } from '#rules/drug-screening-facts.ts';
import { screenDrug } from '#rules/drug-screening.ts';
import { evaluate } from '#rules/evaluate.ts';
import type { IngredientFact } from '#rules/facts.ts';
import { isBlocked } from '#rules/results.ts';
import { now, signing } from './given.ts';

const semaglutide = { name: 'Semaglutide', unii: '53AXN4NNHX' };
const tirzepatide = { name: 'Tirzepatide', unii: 'OYN3CCI6QE' };
const testosterone = { name: 'Testosterone cypionate', unii: 'M0XW1UBI14' };
const lidocaine = { name: 'Lidocaine', unii: '98PI200987' };
const tretinoin = { name: 'Tretinoin', unii: '5688UTC01R' };
const minoxidil = { name: 'Minoxidil', unii: '5965120SH1' };
const excipients = [
  { name: 'Benzyl alcohol', unii: null, role: 'PRESERVATIVE' },
  { name: 'Sodium chloride', unii: '451W47IQ8X', role: 'OTHER' },
];

const clear: DrugScreeningFact = {
  allergies: [],
  excipients: [],
  medications: [],
  otherOrders: [],
  pregnancy: 'none',
  flags: [],
  interactions: null,
  intakeId: 'int_1',
  drugDigest: 'd'.repeat(64),
  waivers: [],
};
const record = (...texts: string[]): RecordedAllergy[] => texts.map((text) => ({ text, from: 'RECORD' }));
const said = (text: string): RecordedAllergy[] => [{ text, from: 'INTAKE' }];

function screen(kind: DrugScreeningKind, changes: Partial<DrugScreeningFact>, drug: readonly IngredientFact[] = [semaglutide]) {
  const found = screenDrug(drug, { ...clear, ...changes }).find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`Nothing is screened for ${kind}.`);
  return found;
}
const outcome = (...asked: Parameters<typeof screen>) => screen(...asked).result.outcome;

describe('words mean a substance', () => {
  test.each([
    ['semaglutide', semaglutide, 'SAME'],
    ['Ozempic - vomiting', semaglutide, 'SAME'],
    ['UNII 53AXN4NNHX', { name: 'some name', unii: '53AXN4NNHX' }, 'SAME'],
    ['semaglutid', semaglutide, 'POSSIBLY'],
    ['GLP-1 drugs', semaglutide, 'POSSIBLY'],
    ['no reaction to semaglutide', semaglutide, 'POSSIBLY'],
    ['tirzepatide', semaglutide, 'POSSIBLY'],
    ['penicillin', semaglutide, null],
    ['Testosterone', testosterone, 'SAME'],
    ['testosterone enanthate', testosterone, 'SAME'],
    ['lignocaine (rash)', lidocaine, 'SAME'],
    ['local anaesthetics', lidocaine, 'POSSIBLY'],
    ['benzocaine', lidocaine, 'POSSIBLY'],
    ['parabens', { name: 'Methylparaben', unii: null }, 'SAME'],
    ['peanuts', { name: 'Arachis oil', unii: null }, 'SAME'],
    ['sulphites', { name: 'Sodium metabisulfite', unii: null }, 'SAME'],
    ['alcohol', { name: 'Benzyl alcohol', unii: null }, 'POSSIBLY'],
    ['preservatives', { name: 'Phenol', unii: null, role: 'PRESERVATIVE' }, 'POSSIBLY'],
    ['preservatives', { name: 'Phenol', unii: null, role: 'SOLVENT' }, null],
    ['Bénzyl  ALCOHOL!', { name: 'benzyl alcohol', unii: null }, 'SAME'],
    ['PEG', { name: 'Polyethylene glycol 400', unii: null }, 'POSSIBLY'],
    ['PEG 3350', { name: 'Macrogol 400 NF', unii: null }, 'POSSIBLY'],
    ['Tween 80', { name: 'Polysorbate 80', unii: null }, 'SAME'],
    ['polysorbate 80', { name: 'Tween 80', unii: null }, 'SAME'],
    ['dyes', { name: 'FD&C Yellow #5', unii: null }, 'POSSIBLY'],
    ['food colouring', { name: 'FD&C Blue No. 1', unii: null }, 'POSSIBLY'],
    ['cottonseed', { name: 'Cotton seed oil', unii: null }, 'SAME'],
    ['nuts', { name: 'Arachis oil', unii: null }, 'POSSIBLY'],
    ['parabens', { name: 'Methyl parahydroxybenzoate', unii: null }, 'SAME'],
    ['egg', { name: 'Lecithin', unii: null }, 'POSSIBLY'],
    ['soya', { name: 'Lecithin (soya)', unii: null }, 'POSSIBLY'],
    ['benzyl alcohol', { name: 'Benzyl alcohol NF', unii: null }, 'SAME'],
    ['egg', { name: 'Sodium chloride', unii: null }, null],
    ['nuts', { name: 'Cotton seed oil', unii: null }, null],
  ])('%s', (text, substance, expected) => expect(likeness(text, substance)).toBe(expected));

  test.each(['None', 'none known', 'NKDA', 'No known drug allergies', 'no allergies', 'N/A', '-', 'Denies', 'no medications', 'nil'])(
    '"%s" says nothing',
    (text) => expect(saysNothing(text)).toBe(true),
  );

  test.each([
    '?',
    '???',
    'семаглутид (анафилаксия)',
    '司美格鲁肽',
    '酒',
    'ペニシリン',
    'سيماجلوتايد',
    'Łojotok',
    'unknown',
    "several, can't remember",
    'no changes',
  ])('"%s" says something, and nobody can tell what', (text) => {
    expect(entriesOf(text).length).toBeGreaterThan(0);
    expect(entriesOf(text).filter((entry) => !isVague(entry))).toEqual([]);
  });

  test.each(['β-lactams', 'Bénzyl alcohol', '50 µg levothyroxine', 'vitamin C'])('"%s" can be read', (text) =>
    expect(isVague(text)).toBe(false),
  );

  test('a list in words is parted into its entries', () => {
    expect(entriesOf('penicillin (rash), latex; adhesive tape and\nbenzyl alcohol, none')).toEqual([
      'penicillin (rash)',
      'latex',
      'adhesive tape',
      'benzyl alcohol',
    ]);
  });
});

describe('an allergy', () => {
  test.each<[string, Partial<DrugScreeningFact>, string]>([
    ['to nothing', {}, 'PASS'],
    ['to an active ingredient fails', { allergies: record('semaglutide') }, 'FAIL'],
    ['to an excipient fails', { allergies: record('benzyl alcohol'), excipients }, 'FAIL'],
    ['named in the intake counts the same', { allergies: said('hives from benzyl alcohol'), excipients }, 'FAIL'],
    ['that may be meant is not known', { allergies: record('alcohol'), excipients }, 'UNKNOWN'],
    ['to what is not in it passes', { allergies: record('penicillin'), excipients }, 'PASS'],
    ['that names nothing is not known', { allergies: record('unknown'), excipients }, 'UNKNOWN'],
    ['beside excipients that nobody recorded is not known', { allergies: record('penicillin'), excipients: 'not-recorded' }, 'UNKNOWN'],
    ['that is none passes without excipients', { allergies: said('None'), excipients: 'not-recorded' }, 'PASS'],
    ['in letters that nobody here reads is not known', { allergies: record('семаглутид (анафилаксия)') }, 'UNKNOWN'],
    ['in them that is named in plain letters too fails', { allergies: record('семаглутид (semaglutide)') }, 'FAIL'],
    ['that could not be read is not known', { allergies: null }, 'UNKNOWN'],
    ['of a coded finding fails', { allergies: [{ text: 'Allergy to semaglutide', from: 'CODED_FINDING' }] }, 'FAIL'],
    ['of a finding in words may be meant', { allergies: [{ text: 'Reports hives after semaglutide', from: 'FINDING' }] }, 'UNKNOWN'],
    ['is not what a finding says of tolerance', { allergies: [{ text: 'Started semaglutide elsewhere in May', from: 'FINDING' }] }, 'PASS'],
  ])('%s', (_what, changes, expected) => expect(outcome('ALLERGY', changes)).toBe(expected));

  test('names what it met, and is waived by nobody for an active ingredient and by a physician for an excipient', () => {
    const { findings, result } = screen('ALLERGY', { allergies: record('semaglutide', 'benzyl alcohol'), excipients });
    expect(findings.map(({ substance, about, waivedBy }) => [substance, about, waivedBy])).toEqual([
      ['Semaglutide', 'semaglutide', 'NOBODY'],
      ['Benzyl alcohol', 'benzyl alcohol', 'PHYSICIAN'],
    ]);
    expect(result).toMatchObject({ id: 'order.allergy', outcome: 'FAIL', remedy: expect.stringContaining('choose another preparation') });
  });

  test('more on record never turns a refusal into a pass', () => {
    const words = fc.constantFrom(
      'semaglutide',
      'benzyl alcohol',
      'none',
      'penicillin',
      'unknown',
      'no reaction to semaglutide',
      'alcohol',
    );
    const from = fc.constantFrom<RecordedAllergy['from']>('RECORD', 'INTAKE', 'CODED_FINDING', 'FINDING');
    const allergy = fc.record({ text: fc.oneof(words, fc.string()), from });
    const others = fc.constantFrom<DrugScreeningFact['excipients']>('not-recorded', excipients, [], null);
    fc.assert(
      fc.property(fc.array(allergy, { maxLength: 4 }), allergy, others, (known, more, held) => {
        const before = screen('ALLERGY', { allergies: known, excipients: held }).result;
        const after = screen('ALLERGY', { allergies: [...known, more], excipients: held }).result;
        if (before.outcome !== 'PASS') expect(after.outcome).not.toBe('PASS');
        if (before.outcome === 'FAIL') expect(after.outcome).toBe('FAIL');
      }),
    );
  });
});

describe('duplicate therapy', () => {
  const other = { id: 'ord_2', ingredients: [semaglutide], samePatient: true };
  test.each<[string, Partial<DrugScreeningFact>, string]>([
    ['no other order passes', {}, 'PASS'],
    ['the same ingredient fails', { otherOrders: [other] }, 'FAIL'],
    ['another of the class fails', { otherOrders: [{ ...other, ingredients: [tirzepatide] }] }, 'FAIL'],
    ['another class passes', { otherOrders: [{ ...other, ingredients: [lidocaine] }] }, 'PASS'],
    ["the prescriber's own repeat passes in decisions of when it did", { otherOrders: [{ ...other, ownRepeat: true }] }, 'PASS'],
    ['a record that looks alike is shown', { otherOrders: [{ ...other, samePatient: false }] }, 'PASS'],
    ['a medicine that may be the same is not known', { medications: ['Wegovy 0.5 mg weekly'] }, 'UNKNOWN'],
    ['another medicine passes', { medications: ['lisinopril'] }, 'PASS'],
    ['words that name no medicine are not known', { medications: ['see chart'] }, 'UNKNOWN'],
    ['a medicine in letters that nobody here reads is not known', { medications: ['варфарин'] }, 'UNKNOWN'],
    ['orders that could not be read are not known', { otherOrders: null }, 'UNKNOWN'],
  ])('%s', (_what, changes, expected) => expect(outcome('DUPLICATE_THERAPY', changes)).toBe(expected));
});

describe('pregnancy', () => {
  test.each<[string, string | null, IngredientFact, string]>([
    ['none passes', 'none', semaglutide, 'PASS'],
    ['not applicable passes', 'not-applicable', testosterone, 'PASS'],
    ['a class that is blocked in it fails', 'pregnant', semaglutide, 'FAIL'],
    ['so it does while trying', 'trying', testosterone, 'FAIL'],
    ['a substance listed for reproductive effects fails', 'breast-feeding', tretinoin, 'FAIL'],
    ['what nobody sorted is not known', 'pregnant', minoxidil, 'UNKNOWN'],
    ['an answer that is missing is not known', null, semaglutide, 'UNKNOWN'],
  ])('%s', (_what, pregnancy, drug, expected) => expect(outcome('PREGNANCY', { pregnancy }, [drug])).toBe(expected));
});

describe('answers', () => {
  const flag = { linkId: 'glp1-weight-loss.gl-pancreas', severity: 'physician-review', message: 'warning', settled: true };
  test.each<[string, Partial<DrugScreeningFact>, string]>([
    ['that were settled are shown', { flags: [flag] }, 'PASS'],
    ['that came after the exam and are open are not known', { flags: [{ ...flag, settled: false }] }, 'UNKNOWN'],
    ['that are only noted are shown', { flags: [{ ...flag, severity: 'flag', settled: false }] }, 'PASS'],
    ['that could not be read are not known', { flags: null }, 'UNKNOWN'],
  ])('%s', (_what, changes, expected) => expect(outcome('CONTRAINDICATION', changes)).toBe(expected));
});

describe('interactions', () => {
  const told: InteractionFact = {
    ...{ screener: 'screener.example', version: '7', asOf: '2026-11-01', outcome: 'SCREENED', medications: ['insulin'] },
    findings: [],
  };
  const found = (severity: InteractionFact['findings'][number]['severity']) => ({
    medications: ['insulin'],
    interactions: { ...told, findings: [{ severity, ingredient: 'Semaglutide', medication: 'insulin', text: 'hypoglycaemia' }] },
  });
  test.each<[string, Partial<DrugScreeningFact>, string]>([
    ['nothing taken, nothing to screen', {}, 'PASS'],
    ['something taken and nobody to ask is not screened', { medications: ['insulin'] }, 'UNKNOWN'],
    ['not known what is taken is not screened', { medications: null }, 'UNKNOWN'],
    [
      'another order of another drug counts as taken',
      { otherOrders: [{ id: 'ord_2', ingredients: [lidocaine], samePatient: true }] },
      'UNKNOWN',
    ],
    ['words that name no medicine are not screened', { medications: ['several'] }, 'UNKNOWN'],
    ['nor by an answer about the medicines beside them', { medications: ['insulin', 'unknown'], interactions: told }, 'UNKNOWN'],
    ['screened without a finding passes', { medications: ['insulin'], interactions: told }, 'PASS'],
    ['screened against other medicines is not screened', { medications: ['insulin', 'warfarin'], interactions: told }, 'UNKNOWN'],
    ['a screener that failed is not screened', { medications: ['insulin'], interactions: { ...told, outcome: 'NOT_SCREENED' } }, 'UNKNOWN'],
    ['contraindicated fails', found('CONTRAINDICATED'), 'FAIL'],
    ['major fails', found('MAJOR'), 'FAIL'],
    ['moderate is shown', found('MODERATE'), 'PASS'],
    ['minor is shown', found('MINOR'), 'PASS'],
  ])('%s', (_what, changes, expected) => expect(outcome('INTERACTION', changes)).toBe(expected));
});

describe('a waiver', () => {
  const waived = (kind: DrugScreeningKind, changes: Partial<DrugScreeningFact>, credential: 'MD' | 'NP', bound = changes) => {
    const { basis } = screen(kind, bound);
    return outcome(kind, { ...changes, waivers: [{ id: 'swv_1', kind, basis, credential, at: '2026-11-22T12:00:00Z' }] });
  };
  const taking = { medications: ['insulin'] };
  const excipient = { allergies: record('benzyl alcohol'), excipients };

  test.each([
    ['by the prescriber carries what was not screened', waived('INTERACTION', taking, 'NP'), 'PASS'],
    ['by a nurse practitioner carries no allergy to an excipient', waived('ALLERGY', excipient, 'NP'), 'FAIL'],
    ['by a physician carries an allergy to an excipient', waived('ALLERGY', excipient, 'MD'), 'PASS'],
    ['by anybody carries no allergy to an active ingredient', waived('ALLERGY', { allergies: record('semaglutide') }, 'MD'), 'FAIL'],
    ['ends with another medicine', waived('INTERACTION', { medications: ['insulin', 'warfarin'] }, 'MD', taking), 'UNKNOWN'],
    ['ends with a newer intake', waived('INTERACTION', { ...taking, intakeId: 'int_2' }, 'MD', taking), 'UNKNOWN'],
    ['ends with another drug', waived('INTERACTION', { ...taking, drugDigest: 'e'.repeat(64) }, 'MD', taking), 'UNKNOWN'],
  ])('%s', (_what, found, expected) => expect(found).toBe(expected));

  test('of an interaction ends when it is called graver, or in other words', () => {
    const told = (severity: 'MAJOR' | 'CONTRAINDICATED', text: string) => ({
      ...{ medications: ['warfarin'], waiversHoldWhatWasTold: true as const },
      interactions: {
        ...{ screener: 's', version: '1', asOf: null, outcome: 'SCREENED' as const, medications: ['warfarin'] },
        findings: [{ severity, ingredient: 'Semaglutide', medication: 'warfarin', text }],
      },
    });
    const major = told('MAJOR', 'monitor INR');
    expect(waived('INTERACTION', major, 'MD')).toBe('PASS');
    expect(waived('INTERACTION', told('CONTRAINDICATED', 'monitor INR'), 'MD', major)).toBe('FAIL');
    expect(waived('INTERACTION', told('MAJOR', 'fatal bleeding'), 'MD', major)).toBe('FAIL');
  });

  test('of one kind carries no other', () => {
    const { basis } = screen('INTERACTION', taking);
    const waivers = [{ id: 'swv_1', kind: 'ALLERGY' as const, basis, credential: 'MD' as const, at: '2026-11-22T12:00:00Z' }];
    expect(outcome('INTERACTION', { ...taking, waivers })).toBe('UNKNOWN');
  });
});

describe('at signing', () => {
  const screening = (results: ReturnType<typeof evaluate>) =>
    results.flatMap(({ id, outcome: found }) =>
      /^order\.(allergy|duplicate|contra|pregnancy|interaction)/.test(id) ? [`${id} ${found}`] : [],
    );

  test('a decision kept before drugs were screened answers as it did', () => expect(screening(evaluate(signing(), now))).toEqual([]));

  test('each kind is one rule, and a chart that cannot be read blocks every one', () => {
    const ids = ['order.allergy', 'order.duplicateTherapy', 'order.contraindication', 'order.pregnancy', 'order.interaction'];
    expect(screening(evaluate({ ...signing(), drugScreening: clear }, now))).toEqual(ids.map((id) => `${id} PASS`));
    expect(screening(evaluate({ ...signing(), drugScreening: null }, now))).toEqual(ids.map((id) => `${id} UNKNOWN`));
  });

  test('forgetting any one fact never opens what was blocked', () => {
    const facts = { ...clear, allergies: record('semaglutide') };
    for (const key of Object.keys(clear)) {
      const results = screenDrug([semaglutide], { ...facts, [key]: null }).map(({ result }) => result);
      expect(isBlocked(results), key).toBe(true);
    }
    expect(screenDrug(null, clear).every(({ result }) => result.outcome === 'UNKNOWN')).toBe(true);
  });
});

test('a hazardous ingredient says on which list it stands, and others say nothing', () => {
  expect(hazardOf(tretinoin)).toContain('NIOSH');
  expect(hazardOf(testosterone)).toContain('NIOSH');
  expect(hazardOf(semaglutide)).toBeNull();
});
