import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parse } from 'yaml';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const file = z.object({
  services: z.record(
    z.string(),
    z
      .object({
        image: z.string(),
        command: z.string().optional(),
        environment: z.record(z.string(), text).default({}),
        ports: z.array(z.string()).default([]),
        healthcheck: z
          .object({ test: z.union([z.string(), z.array(z.string())]) })
          .loose()
          .optional(),
        restart: z.string().optional(),
      })
      .loose(),
  ),
});

/** One service of `docker-compose.yml`, as it stands there. */
export type ComposeService = z.infer<typeof file>['services'][string];

/** The whole file as text. */
export const composeText = (): string => readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');

/** Its services by name, anchors and merges resolved. */
export const composeServices = (): Record<string, ComposeService> => file.parse(parse(composeText(), { merge: true })).services;

/** Fills in `${NAME}`, `${NAME:-otherwise}` and `${NAME:?why}` as Docker Compose does; without a value the last two differ. */
export function filledIn(value: string, variables: Readonly<Record<string, string>>): string {
  return value.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, mark: string | undefined, rest: string | undefined) => {
    const given = variables[name];
    if (given !== undefined && given !== '') return given;
    if (mark === '-') return rest ?? '';
    throw new Error(`docker-compose.yml needs ${name}: ${rest ?? 'nothing is said of it'}`);
  });
}
