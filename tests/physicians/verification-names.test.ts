import { expect, test } from 'vitest';
import { readLeie } from '../../subgraphs/physicians/verification/leie.ts';
import { stateRead } from '../../subgraphs/physicians/verification/list-state.ts';
import { readNppes } from '../../subgraphs/physicians/verification/nppes.ts';
import { plainName } from '../../subgraphs/physicians/verification/person-match.ts';
import { readSam } from '../../subgraphs/physicians/verification/sam.ts';
import type { SoughtPerson } from '../../subgraphs/physicians/verification/source.ts';
import { leie, nppes, sam } from './lists.ts';

const asOf = new Date('2026-12-01T15:00:00Z');

const person = (givenName: string, familyName: string, more: Partial<SoughtPerson> = {}): SoughtPerson => ({
  ...{ id: 'p', npi: '1245319599', givenName, familyName, bornOn: '1971-03-13' },
  licenses: [{ id: 'l', state: 'TX', number: '1', type: 'PHYSICIAN', expiresOn: '2027-05-31' }],
  ...more,
});
const onLeie = async (sought: SoughtPerson, row: Parameters<typeof leie>[0]) =>
  (await readLeie(leie({ DOB: '19710313', ...row }), asOf).lookUp(sought)).map(({ result, basis }) => basis ?? result);
const onSam = async (sought: SoughtPerson, row: Parameters<typeof sam>[0]) => {
  const { broken, lookUp } = readSam(sam(row), asOf);
  return [...broken.map(({ reason }) => reason), ...(await lookUp(sought)).map(({ result, basis }) => basis ?? result)];
};

test.each([
  ['Do', 'DO'],
  ['Md', 'MD'],
  ['Delgado, M.D.', 'DELGADO'],
  ['SMITH JR.', 'SMITH'],
  ['Smith III', 'SMITH'],
  ['Jr', 'JR'],
  ['O’Neil', 'ONEIL'],
  ['O NEIL', 'ONEIL'],
  ['Łukasz', 'LUKASZ'],
  ['Đỗ', 'DO'],
  ['Øster', 'OSTER'],
  ['Æbelø', 'AEBELO'],
  ['Strauß', 'STRAUSS'],
  ['Þórsson', 'THORSSON'],
  ['Ayşe Kılıç', 'AYSEKILIC'],
  ['Kaʻanāʻanā', 'KAANAANA'],
  ['Иванов', ''],
  ['山田', ''],
  ['', ''],
])('%s is compared as %s', (name, plain) => {
  expect(plainName(name)).toBe(plain);
});

test.each<[string, string, Parameters<typeof leie>[0]]>([
  ['Minh', 'Do', { LASTNAME: 'DO', FIRSTNAME: 'MINH' }],
  ['Md', 'Rahman', { LASTNAME: 'RAHMAN', FIRSTNAME: 'MD' }],
  ['Łukasz', 'Nowak', { LASTNAME: 'NOWAK', FIRSTNAME: 'LUKASZ' }],
  ['Anh', 'Đỗ', { LASTNAME: 'DO', FIRSTNAME: 'ANH' }],
  ['Ida', 'Okafor', { LASTNAME: 'OKAFOR', FIRSTNAME: '' }],
  ['Ida', 'Featherstonehaugh-Cholmondeley', { LASTNAME: 'FEATHERSTONEHAUGH-CH', FIRSTNAME: 'IDA' }],
])('%s %s is found on the list', async (givenName, familyName, row) => {
  expect(await onLeie(person(givenName, familyName), row)).toEqual(['NAME_AND_BIRTH']);
});

test('who cannot be compared is not known to be absent, and is found by NPI still', async () => {
  for (const sought of [person('Иван', 'Ivanov'), person('Ivan', 'Иванов'), person('', 'Ivanov')]) {
    expect(await onLeie(sought, {})).toEqual(['NO_ANSWER']);
    expect(await onLeie(sought, { NPI: sought.npi })).toEqual(['NPI']);
  }
  expect(await onLeie(person('Ida', 'Featherstone'), { LASTNAME: 'FEATHER', FIRSTNAME: 'IDA' })).toEqual(['CONFIRMED']);
});

test('the same name and birthday may be the same person, whatever the NPI; without a birthday another NPI is another person', async () => {
  const row = { LASTNAME: 'OKAFOR', FIRSTNAME: 'IDA', NPI: '1679576722', STATE: 'TX' };
  expect(await onLeie(person('Ida', 'Okafor'), row)).toEqual(['NAME_AND_BIRTH']);
  expect(await onLeie(person('Ida', 'Okafor'), { ...row, DOB: '' })).toEqual(['CONFIRMED']);
  expect(await onLeie(person('Ida', 'Okafor', { bornOn: null }), row)).toEqual(['CONFIRMED']);
  expect(await onLeie(person('Ida', 'Okafor'), { ...row, DOB: '19710314', NPI: '' })).toEqual(['CONFIRMED']);
});

test.each([
  ['TX', 'NAME_AND_STATE'],
  ['tx', 'NAME_AND_STATE'],
  ['Texas', 'NAME_AND_STATE'],
  ['', 'NAME_AND_STATE'],
  ['Jalisco', 'NAME_AND_STATE'],
  ['New Mexico', 'CONFIRMED'],
  ['PR', 'CONFIRMED'],
])('somebody of the same name whose state is written %j', async (state, expected) => {
  expect(await onSam(person('Ida', 'Okafor'), { Last: 'OKAFOR', First: 'IDA', 'State / Province': state })).toEqual([expected]);
});

test('a state is two letters, or its name', () => {
  expect(['TX', ' ny ', 'North Carolina', 'D.C.', 'Ontario', ''].map(stateRead)).toEqual(['TX', 'NY', 'NC', 'DC', '', '']);
});

test.each<[string, Parameters<typeof sam>[0], string]>([
  ['has no classification and a last name', { Classification: '', Last: 'OKAFOR', First: 'IDA' }, 'NAME_AND_STATE'],
  ['has no classification and is a firm', { Classification: '', Name: 'OKAFOR' }, 'CONFIRMED'],
  ['has the whole name in one column', { Name: 'IDA MAE OKAFOR' }, 'NAME_AND_STATE'],
  ['has one name only', { First: 'OKAFOR' }, 'NAME_AND_STATE'],
])('a row of SAM that %s is read', async (_what, row, expected) => {
  expect(await onSam(person('Ida', 'Okafor'), { 'State / Province': 'TX', ...row })).toEqual([expected]);
});

test('a person of SAM without any name is a broken row', async () => {
  expect(await onSam(person('Ida', 'Okafor'), {})).toEqual(['names nobody', 'CONFIRMED']);
});

const registered = (basic: object, more: object = {}) =>
  readNppes(nppes({ number: '1245319599', enumeration_type: 'NPI-1', basic: { status: 'A', ...basic }, ...more }));
const told = async (list: ReturnType<typeof readNppes>, sought = person('Ida', 'Okafor')) => (await list.lookUp(sought))[0]?.result;

test('the NPI registry knows people by former and professional names too', async () => {
  const other_names = [{ code: '1', type: 'Former Name', first_name: 'IDA', last_name: 'OKAFOR' }, { organization_name: 'X' }];
  expect(await told(registered({ first_name: 'IDA', last_name: 'OKAFOR', name_prefix: '--', sex: 'F' }))).toBe('CONFIRMED');
  expect(await told(registered({ last_name: 'RUIZ' }, { other_names }))).toBe('CONFIRMED');
  expect(await told(registered({ last_name: 'RUIZ' }, { other_names: [] }))).toBe('MISMATCH');
  expect(await told(registered({ last_name: 'OKAFOR', status: 'D' }))).toBe('MISMATCH');
  // Two names that cannot be compared are not one.
  expect(await told(registered({}), person('Иван', 'Иванов'))).toBe('MISMATCH');
});

test('what the NPI registry says of a wrong question is told', () => {
  const refused = JSON.stringify({ Errors: [{ description: 'Unsupported Version', field: 'version', number: '17' }] });
  expect(() => readNppes(refused)).toThrow('The NPI registry refused the question: Unsupported Version.');
  expect(() => readNppes('null')).toThrow('no JSON with a list of results');
});
