import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidInput } from '#kernel/errors.ts';
import { compareTexts, cursorOf, type ListOrder, listPage, textsOf } from '#kernel/list-page.ts';

type Paper = readonly [day: string, id: string];
const order: ListOrder<Paper, readonly string[]> = {
  list: 'papers',
  inOrder: compareTexts,
  textOf: (paper) => JSON.stringify(paper),
  placeOf: (text) => textsOf(text, 2),
};
type Page = ReturnType<typeof listPage<Paper, readonly string[]>>;
const papers = fc
  .uniqueArray(fc.tuple(fc.constantFrom('2026-01-01', '2026-01-02', '2027-01-01'), fc.string({ minLength: 1, maxLength: 3 })), {
    selector: (paper) => JSON.stringify(paper),
    maxLength: 40,
  })
  .map((list) => list.toSorted(compareTexts));

test('pages one after the other are the list, from either end', () => {
  fc.assert(
    fc.property(papers, fc.integer({ min: 1, max: 7 }), (list, size) => {
      const forward: Paper[] = [];
      for (let after: string | null = null; ; ) {
        const page: Page = listPage(list, { first: size, after }, order);
        forward.push(...page.edges.map(({ node }) => node));
        expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
        if (!page.pageInfo.hasNextPage) break;
        after = page.pageInfo.endCursor;
      }
      expect(forward).toEqual(list);
      const backward: Paper[] = [];
      for (let before: string | null = null; ; ) {
        const page: Page = listPage(list, { last: size, before }, order);
        backward.unshift(...page.edges.map(({ node }) => node));
        if (!page.pageInfo.hasPreviousPage) break;
        before = page.pageInfo.startCursor;
      }
      expect(backward).toEqual(list);
    }),
  );
});

test('what is added and taken away between pages loses and repeats nothing of what was there all the time', () => {
  fc.assert(
    fc.property(papers, papers, fc.integer({ min: 1, max: 5 }), fc.infiniteStream(fc.boolean()), (list, more, size, coins) => {
      const steady = list.filter(() => coins.next().value === true);
      const seen: Paper[] = [];
      for (let after: string | null = null; ; ) {
        const others = [...list, ...more].filter((one) => !steady.includes(one) && coins.next().value === true);
        const texts = new Set([...steady, ...others].map((one) => JSON.stringify(one)));
        const now = [...texts].map((text) => JSON.parse(text) as Paper).toSorted(compareTexts);
        const page: Page = listPage(now, { first: size, after }, order);
        seen.push(...page.edges.map(({ node }) => node));
        if (!page.pageInfo.hasNextPage) break;
        after = page.pageInfo.endCursor;
      }
      const texts = seen.map((one) => JSON.stringify(one));
      expect(new Set(texts).size).toBe(texts.length);
      expect(texts).toEqual(expect.arrayContaining(steady.map((one) => JSON.stringify(one))));
    }),
  );
});

const good = cursorOf('papers', '["2026-01-01","a"]');

test.each([
  ['nothing', 'after', '!'],
  ['nothing', 'before', ''],
  ['a number of rows', 'after', Buffer.from('OffsetConnection:3').toString('base64')],
  ['a place without a list', 'after', Buffer.from('["2026-01-01","a"]').toString('base64url')],
  ['a place of another list', 'after', cursorOf('rules', '["2026-01-01","a"]')],
  ['a place in another form', 'after', Buffer.from('2:papers:["2026-01-01","a"]').toString('base64url')],
  ['the same bytes spelled otherwise', 'before', `${good}=`],
  ['too few texts', 'after', cursorOf('papers', '["2026-01-01"]')],
  ['a number for a text', 'before', cursorOf('papers', '["2026-01-01",3]')],
  ['no list of texts', 'after', cursorOf('papers', '{"0":"a","1":"b","length":2}')],
] as const)('a cursor of %s is refused by its argument, %s', (_what, path, cursor) => {
  expect(() => listPage([], { [path]: cursor }, order)).toThrow(new InvalidInput([{ path, message: 'is not a cursor of this list' }]));
  expect(listPage([], { [path]: good }, order).edges).toEqual([]);
});

const root = new URL('../../subgraphs/', import.meta.url);
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(new URL(file, root), 'utf8') }));

test('no list pages by how many came before', () => {
  const counting = /resolveArrayConnection|resolveOffsetConnection|\boffset\s+(\$\d|\$\{)|\bskip: \d/i;
  expect(sources.length).toBeGreaterThan(500);
  expect(sources.filter(({ text }) => counting.test(text)).map(({ file }) => file)).toEqual([]);
});

test('each list that is read in pages has an order in which no two rows are equal', () => {
  const paged = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/(?:\.\.\.query,|[rR]elatedConnection\([\s\S]*?query: \{)[\s\S]*?orderBy: (.*)/g)].map(([, order = '']) => ({
      file,
      order,
    })),
  );
  expect(paged.length).toBeGreaterThan(40);
  expect(paged.filter(({ order }) => !/^(\[.*, )?\{ id: '(asc|desc)' \}/.test(order))).toEqual([]);
});
