import { type GraphQLObjectType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { isResolvableEntity } from '#kernel/federation.ts';
import { subgraphNames } from '#kernel/names.ts';
import { permissions, roles } from '#kernel/permissions.ts';
import { roleRights } from '#kernel/role-rights.ts';
import { loadDefinition } from '../gateway/in-process.ts';

const definitions = await Promise.all(subgraphNames.map(loadDefinition));

function declares(extensions: Readonly<Record<string, unknown>>): boolean {
  const options = extensions['pothosOptions'] as { authScopes?: unknown } | undefined;
  return options?.authScopes !== undefined;
}

test('every root field names the permission it needs', () => {
  const bare = definitions.flatMap(({ name, schema }) =>
    [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
      .filter((type): type is GraphQLObjectType => Boolean(type))
      .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
      .filter(({ field }) => !field.name.startsWith('_') && !declares(field.extensions))
      .map(({ type, field }) => `${name} ${type.name}.${field.name}`),
  );
  expect(bare).toEqual([]);
});

test('every entity that can be fetched by its key names the permission it needs', () => {
  const bare = definitions.flatMap(({ name, schema }) =>
    Object.values(schema.getTypeMap())
      .filter((type): type is GraphQLObjectType => isObjectType(type) && isResolvableEntity(type))
      .filter(
        (type) =>
          !declares(type.extensions) && Object.values(type.getFields()).some((field) => field.name !== 'id' && !declares(field.extensions)),
      )
      .map((type) => `${name} ${type.name}`),
  );
  expect(bare).toEqual([]);
});

test('every field that a subgraph adds to a type of another names the permission it needs', () => {
  const bare = definitions.flatMap(({ name, schema }) =>
    Object.values(schema.getTypeMap())
      .filter((type): type is GraphQLObjectType => isObjectType(type) && type.extensions['pothosOptions'] !== undefined)
      .filter(
        (type) => Boolean((type.extensions['directives'] as Record<string, unknown> | undefined)?.['key']) && !declares(type.extensions),
      )
      .flatMap((type) =>
        Object.values(type.getFields())
          .filter((field) => field.resolve !== undefined && field.name !== 'id' && !declares(field.extensions))
          .map((field) => `${name} ${type.name}.${field.name}`),
      ),
  );
  expect(bare).toEqual([]);
});

test('every mutation can be refused as a type, and says so', () => {
  const wrong = definitions.flatMap(({ name, schema }) =>
    Object.values(schema.getMutationType()?.getFields() ?? {})
      .filter((field) => !/HandOff$|^receiveOrderHolds$/.test(field.name))
      .filter((field) => !/(Result!?)$/.test(String(field.type)))
      .map((field) => `${name} ${field.name}: ${String(field.type)}`),
  );
  expect(wrong).toEqual([]);
});

test('no role at an MSO opens a chart or changes a clinical decision (I6)', () => {
  const clinical = /^(patient|chart|intake|consent|exam|call|order|questionnaire:answer|hand-off)/;
  const held = roles
    .filter((role) => roleRights[role].heldAt.includes('mso'))
    .flatMap((role) =>
      roleRights[role].placed.filter((permission) => clinical.test(permission)).map((permission) => `${role} ${permission}`),
    );
  expect(held).toEqual([]);
});

test('every permission is somebody’s', () => {
  const given = new Set(roles.flatMap((role) => [...roleRights[role].placed, ...roleRights[role].everywhere]));
  expect(permissions.filter((permission) => !given.has(permission))).toEqual([]);
});
