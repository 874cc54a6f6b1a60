import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { EnvRefused, readEnv } from '#kernel/env.ts';
import { subgraphNames } from '#kernel/names.ts';
import { deploymentSecrets } from '../gateway/secrets.ts';
import { composeServices } from './support/compose.ts';
import { npmStart } from './support/npm-start.ts';

/*
 * The fields in use, strictly, as the API reference of Kubernetes 1.34 has them: a misspelt one is refused. Written down by hand; the sleep of
 * preStop is stable from 1.34 on and on by default from 1.30 on.
 */
const folder = new URL('../docs/kubernetes/', import.meta.url);
const labels = z.record(z.string(), z.string());
const count = z.int().min(0);
const quantities = z.strictObject({
  cpu: z
    .string()
    .regex(/^\d+m?$/)
    .optional(),
  memory: z
    .string()
    .regex(/^\d+(Mi|Gi)$/)
    .optional(),
});
const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.enum(['/healthz', '/readyz']), port: z.literal('http') }),
  periodSeconds: count,
  timeoutSeconds: count.optional(),
  failureThreshold: count,
});
const variable = z.union([
  z.strictObject({ name: z.string(), value: z.string() }),
  z.strictObject({
    name: z.string(),
    valueFrom: z.strictObject({ secretKeyRef: z.strictObject({ name: z.string().startsWith('goodfaith-'), key: z.string() }) }),
  }),
]);
const container = z.strictObject({
  name: z.string(),
  image: z.literal('goodfaith'),
  command: z.array(z.string()),
  ports: z.tuple([z.strictObject({ name: z.literal('http'), containerPort: z.literal(4000) })]).optional(),
  env: z.array(variable),
  envFrom: z.tuple([z.strictObject({ configMapRef: z.strictObject({ name: z.literal('goodfaith') }) })]).optional(),
  resources: z.strictObject({ requests: quantities.required(), limits: quantities }),
  startupProbe: probe.optional(),
  livenessProbe: probe.optional(),
  readinessProbe: probe.optional(),
  lifecycle: z.strictObject({ preStop: z.strictObject({ sleep: z.strictObject({ seconds: count }) }) }).optional(),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.array(z.strictObject({ name: z.string(), mountPath: z.string() })).optional(),
});
const pod = z.strictObject({
  metadata: z.strictObject({ labels }),
  spec: z.strictObject({
    restartPolicy: z.literal('Never').optional(),
    automountServiceAccountToken: z.literal(false),
    terminationGracePeriodSeconds: count.optional(),
    securityContext: z.strictObject({
      runAsNonRoot: z.literal(true),
      runAsUser: count,
      seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
    }),
    topologySpreadConstraints: z
      .array(
        z.strictObject({
          maxSkew: count,
          topologyKey: z.string(),
          whenUnsatisfiable: z.enum(['ScheduleAnyway', 'DoNotSchedule']),
          labelSelector: z.strictObject({ matchLabels: labels }),
        }),
      )
      .optional(),
    containers: z.tuple([container]),
    volumes: z.array(z.strictObject({ name: z.string(), emptyDir: z.strictObject({}) })).optional(),
  }),
});
const selector = z.strictObject({ matchLabels: labels });
const object = <Kind extends string, Spec extends z.ZodType>(apiVersion: string, kind: Kind, spec: Spec) =>
  z.strictObject({
    apiVersion: z.literal(apiVersion),
    kind: z.literal(kind),
    metadata: z.strictObject({ name: z.string(), labels: labels.optional() }),
    spec,
  });
const manifest = z.discriminatedUnion('kind', [
  object(
    'apps/v1',
    'Deployment',
    z.strictObject({
      replicas: count,
      selector,
      strategy: z.strictObject({
        type: z.literal('RollingUpdate'),
        rollingUpdate: z.strictObject({ maxUnavailable: count, maxSurge: count }),
      }),
      template: pod,
    }),
  ),
  object(
    'v1',
    'Service',
    z.strictObject({
      publishNotReadyAddresses: z.boolean().optional(),
      selector: labels,
      ports: z.tuple([z.strictObject({ name: z.literal('http'), port: z.literal(4000), targetPort: z.literal('http') })]),
    }),
  ),
  object(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    z.strictObject({
      scaleTargetRef: z.strictObject({ apiVersion: z.literal('apps/v1'), kind: z.literal('Deployment'), name: z.string() }),
      minReplicas: count,
      maxReplicas: count,
      metrics: z.tuple([
        z.strictObject({
          type: z.literal('Resource'),
          resource: z.strictObject({
            name: z.literal('cpu'),
            target: z.strictObject({ type: z.literal('Utilization'), averageUtilization: z.int().min(1).max(100) }),
          }),
        }),
      ]),
      behavior: z.strictObject({ scaleDown: z.strictObject({ stabilizationWindowSeconds: count }) }),
    }),
  ),
  object('policy/v1', 'PodDisruptionBudget', z.strictObject({ maxUnavailable: count, selector })),
  object('batch/v1', 'Job', z.strictObject({ backoffLimit: count, activeDeadlineSeconds: count, template: pod })),
  object(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    z.strictObject({
      podSelector: z.strictObject({
        matchExpressions: z.tuple([z.strictObject({ key: z.string(), operator: z.literal('In'), values: z.array(z.string()) })]),
      }),
      policyTypes: z.tuple([z.literal('Ingress')]),
      ingress: z.tuple([
        z.strictObject({
          from: z.tuple([z.strictObject({ podSelector: selector })]),
          ports: z.tuple([z.strictObject({ port: z.literal(4000), protocol: z.literal('TCP') })]),
        }),
      ]),
    }),
  ),
]);
const kustomization = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  namespace: z.string().optional(),
  resources: z.array(z.string()),
  images: z.array(z.strictObject({ name: z.literal('goodfaith'), newName: z.string(), newTag: z.string() })).optional(),
  configMapGenerator: z.array(z.strictObject({ name: z.string(), literals: z.array(z.string()) })).optional(),
});

const textOf = (path: string): string => readFileSync(new URL(path, folder), 'utf8');
const kustomizationOf = (path: string) => kustomization.parse(parse(textOf(`${path}/kustomization.yaml`)));

function manifestsIn(path: string): z.infer<typeof manifest>[] {
  return kustomizationOf(path).resources.flatMap((file) =>
    parseAllDocuments(textOf(`${path}/${file}`)).map((document) => {
      expect(document.errors, file).toEqual([]);
      return manifest.parse(document.toJS());
    }),
  );
}

const all = [...manifestsIn('base'), ...manifestsIn('migrations')];
const of = <Kind extends z.infer<typeof manifest>['kind']>(kind: Kind) =>
  all.filter((one): one is Extract<z.infer<typeof manifest>, { kind: Kind }> => one.kind === kind);
const parts = ['gateway', ...subgraphNames];
const sorted = (list: Iterable<string>): string[] => [...list].sort();

test('every file of the base is listed, and every part has all it needs', () => {
  expect(sorted(kustomizationOf('base').resources)).toEqual(
    sorted(readdirSync(new URL('base', folder)).filter((file) => file !== 'kustomization.yaml')),
  );
  for (const kind of ['Deployment', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'] as const)
    expect(sorted(of(kind).map(({ metadata }) => metadata.name)), kind).toEqual(sorted(parts));
  expect(sorted(of('Service').map(({ metadata }) => metadata.name))).toEqual(sorted([...parts, 'gateway-internal']));
  expect(of('Job').map(({ metadata }) => metadata.name)).toEqual(['migrations']);
  expect(sorted(of('NetworkPolicy')[0]?.spec.podSelector.matchExpressions[0].values ?? [])).toEqual(sorted(subgraphNames));
});

describe.each(parts)('%s', (part) => {
  const { spec } = of('Deployment').find(({ metadata }) => metadata.name === part) ?? expect.fail();
  const [{ command, env, ...main }] = spec.template.spec.containers;
  const settings = new Map(env.map((one) => [one.name, 'value' in one ? one.value : one.valueFrom.secretKeyRef]));

  test('selects, scales and protects its own copies', () => {
    const own = { 'app.kubernetes.io/name': part };
    expect(spec.template.metadata.labels).toMatchObject(own);
    expect(spec.selector.matchLabels).toEqual(own);
    expect(of('Service').find(({ metadata }) => metadata.name === part)?.spec).toMatchObject({ selector: own });
    expect(of('PodDisruptionBudget').find(({ metadata }) => metadata.name === part)?.spec.selector.matchLabels).toEqual(own);
    const scaler = of('HorizontalPodAutoscaler').find(({ metadata }) => metadata.name === part);
    expect(scaler?.spec.scaleTargetRef.name).toBe(part);
    expect(scaler?.spec.minReplicas).toBeGreaterThanOrEqual(2);
    expect(scaler?.spec.maxReplicas).toBeGreaterThanOrEqual(scaler?.spec.minReplicas ?? 0);
  });

  test('starts what npm start starts', () => {
    const started = npmStart();
    expect(command).toEqual([...started.command, part]);
    const image = textOf('Dockerfile').split('\n');
    for (const [name, value] of Object.entries(started.settings)) expect(image).toContain(`ENV ${name}=${value}`);
  });

  test('is told what Docker Compose tells it, and a process would start with it', () => {
    const shared = ['ISSUER', 'AUDIENCE', 'JWKS_URI', 'ASK_KEYS'];
    // Settings that may be left out there are the deployment’s own to add here.
    const needed = Object.entries(composeServices()[part]?.environment ?? {}).filter(([, value]) => !/^\$\{\w+:-\}$/.test(value));
    expect(sorted([...settings.keys(), ...shared])).toEqual(sorted(needed.map(([name]) => name)));
    const secrets: Record<string, string> = { ...deploymentSecrets(), DATABASE_URL: 'postgres://owner@db:5432/goodfaith' };
    const given = Object.fromEntries(
      [...settings].map(([name, value]) => [
        name,
        typeof value === 'string' ? value : (secrets[name === 'SUBGRAPH_SECRET' ? `${part.toUpperCase()}_SECRET` : name] ?? ''),
      ]),
    );
    const [map] = kustomizationOf('example').configMapGenerator ?? [];
    const literals = Object.fromEntries(
      (map?.literals ?? []).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    expect(sorted(Object.keys(literals))).toEqual(sorted(shared));
    expect(() => readEnv({ ...literals, ...given, ASK_KEYS: secrets['ASK_KEYS'] })).not.toThrow(EnvRefused);
    for (const [name, value] of settings) {
      const host = /^http:\/\/([\w-]+):4000$/.exec(typeof value === 'string' ? value : '')?.[1];
      if (name.endsWith('_URL') && name !== 'DATABASE_URL') expect(of('Service').map(({ metadata }) => metadata.name)).toContain(host);
    }
  });

  test('keeps its own secrets and nobody else’s', () => {
    const names = [...settings.values()].filter((value) => typeof value !== 'string').map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set([`goodfaith-${part}`]));
    for (const [name, value] of settings) if (/SECRET|KEYS|DATABASE_URL/.test(name)) expect(typeof value, name).toBe('object');
  });

  test('is probed, and has time to end in order', () => {
    // What a gateway does not reach it answers as unknown: with one part down, the rest is still to be had through it.
    const ready = part === 'gateway' ? '/healthz' : '/readyz';
    const probes = [main.startupProbe, main.livenessProbe, main.readinessProbe];
    expect(probes.map((one) => one?.httpGet.path)).toEqual(['/healthz', '/healthz', ready]);
    // preStop, 8 s for what is being answered, and what a process then closes.
    const sleep = main.lifecycle?.preStop.sleep.seconds ?? 0;
    const notReadyAfter = (main.readinessProbe?.periodSeconds ?? 0) * (main.readinessProbe?.failureThreshold ?? 0);
    expect(sleep).toBeGreaterThan(0);
    expect(notReadyAfter).toBeGreaterThan(0);
    expect(spec.template.spec.terminationGracePeriodSeconds ?? 0).toBeGreaterThanOrEqual(sleep + 8 + 10);
    expect(spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
  });
});

test('only what subgraphs ask through lists addresses that are not ready', () => {
  expect(
    of('Service')
      .filter(({ spec }) => spec.publishNotReadyAddresses)
      .map(({ metadata }) => metadata.name),
  ).toEqual(['gateway-internal']);
});

test('an image takes in nothing that only this machine has: secrets, data, history', () => {
  const rootFile = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
  const lines = (name: string) =>
    rootFile(name)
      .split('\n')
      .map((line) => line.replace(/^\*\*\/|\/$/g, ''));
  const left = lines('.dockerignore');
  expect(left).toEqual(expect.arrayContaining(['.git', ...lines('.gitignore').filter(Boolean)]));
});
