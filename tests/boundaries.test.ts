import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where a file may reach. What is not listed is not allowed; what is listed has its reason in design or README. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  kernel: ['prisma', 'rules'],
  rules: [],
  gateway: ['kernel'],
  'gateway/in-process': ['kernel', 'clinics', 'physicians', 'prescriptions', 'pharmacies'],
  // A start loads the rule packs before anything else and says which are broken; it asks no rule.
  'gateway/start': ['kernel', 'prisma', 'rules'],
  clinics: ['kernel', 'rules', 'prisma'],
  physicians: ['kernel', 'rules', 'prisma'],
  prescriptions: ['kernel', 'rules', 'prisma'],
  pharmacies: ['kernel', 'rules', 'prisma'],
  prisma: [],
  // The sandbox attests what the gates ask, so it reads the list from where it is kept.
  'prisma/seed': ['kernel', 'rules', 'prisma'],
  schema: ['kernel', 'clinics', 'physicians', 'prescriptions', 'pharmacies', 'gateway'],
};

/** Type imports are free of charge at run time, but the arrow is the same: only these may be for types alone. */
const typesOnly: readonly string[] = ['kernel → rules'];

function sources(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts'], { cwd: root, encoding: 'utf8' }).split('\n');
  return [...new Set(listed)].filter((file) => file !== '' && !file.startsWith('tests/') && !file.includes('/generated/'));
}

function areaOf(file: string): string {
  if (file === 'gateway/in-process.ts') return 'gateway/in-process';
  if (/^gateway\/(start[^/]*|journey|supergraph-file)\.ts$/.test(file)) return 'gateway/start';
  if (/^prisma\/seed(\/|\.ts$)/.test(file)) return 'prisma/seed';
  if (file.startsWith('subgraphs/')) return file.split('/')[1] ?? '';
  return file.split('/')[0] ?? '';
}

interface Import {
  readonly to: string;
  readonly isType: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = [...text.matchAll(/^(?:import|export)\s+(type\s+)?[^;]*?from\s+'([^']+)'|import\('([^']+)'\)|^import\s+'([^']+)'/gm)];
  return statements.flatMap(([, type, from, dynamic, bare]) => {
    const spec = from ?? dynamic ?? bare ?? '';
    const to = spec.startsWith('#kernel/')
      ? `subgraphs/kernel/${spec.slice(8)}`
      : spec.startsWith('#rules/')
        ? `subgraphs/rules/${spec.slice(7)}`
        : spec.startsWith('#prisma/')
          ? `prisma/${spec.slice(8)}`
          : spec.startsWith('.')
            ? normalize(join(dirname(file), spec))
            : null;
    return to === null ? [] : [{ to, isType: type !== undefined }];
  });
}

const home = (area: string): string => area.split('/')[0] ?? '';

test('imports only point downwards', () => {
  const wrong = sources().flatMap((file) =>
    importsOf(file).flatMap(({ to, isType }) => {
      const [from, target] = [areaOf(file), areaOf(to)];
      if (home(from) === home(target) && !(from === 'prisma' && target === 'prisma/seed')) return [];
      const allowed = (mayImport[from] ?? []).some((area) => area === target || area === home(target));
      const onlyAsType = typesOnly.includes(`${from} → ${target}`) && !isType;
      return allowed && !onlyAsType ? [] : [`${file} must not import ${to}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test('nobody reaches into a subgraph past its schema.ts', () => {
  const wrong = sources().flatMap((file) =>
    importsOf(file)
      .filter(
        ({ to }) =>
          ['clinics', 'physicians', 'prescriptions', 'pharmacies'].includes(areaOf(to)) &&
          areaOf(file) !== areaOf(to) &&
          !to.endsWith('/schema.ts'),
      )
      .map(({ to }) => `${file} reaches into ${to}`),
  );
  expect(wrong).toEqual([]);
});

test('there is no import cycle', () => {
  const graph = new Map(
    sources().map((file) => [
      file,
      importsOf(file)
        .filter(({ isType }) => !isType)
        .map(({ to }) => to),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
    else if (!done.has(file)) {
      for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
      done.add(file);
    }
  };
  for (const file of graph.keys()) visit(file, []);
  expect(cycles).toEqual([]);
});

test('files are small and named after the word they define', () => {
  const wrong = sources().flatMap((file) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n').length;
    const name = basename(file, '.ts');
    return [
      ...(lines > 300 ? [`${file} has ${lines} lines`] : []),
      ...(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name.replace('.config', '')) ? [] : [`${file} is not kebab-case`]),
      ...(/^(utils?|helpers?|shared|common|managers?|services?)$|-(utils?|helpers?|common|managers?)$/.test(name)
        ? [`${file} has a name that says nothing`]
        : []),
    ];
  });
  expect(wrong).toEqual([]);
});

test('the environment is read in one place, and any is nowhere', () => {
  const wrong = sources().flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    return [
      ...(text.includes('process.env') && file !== 'subgraphs/kernel/env.ts' ? [`${file} reads process.env`] : []),
      ...(/[:<|,(]\s*any\b(?!\w)|\bas any\b/.test(text) ? [`${file} says any`] : []),
    ];
  });
  expect(wrong).toEqual([]);
});
