import { addAuditTrail, type AuditTrailName } from './audit-trail.ts';
import { createBuilder } from './builder.ts';
import {
  Conflict,
  Forbidden,
  IdempotencyConflict,
  IllegalTransition,
  type InputIssue,
  InvalidInput,
  NotFound,
  type Refusal,
  RuleBlocked,
  type RuleOutcome,
  StepUpRequired,
  Unavailable,
} from './errors.ts';
import { usStates } from './identifiers-contact.ts';
import { sharedDecision } from './shared-decision.ts';
import { sharedFormula } from './shared-formula.ts';
import { sharedInputs } from './shared-inputs.ts';
import { DateScalar, DateTimeScalar, DecimalScalar, JsonScalar } from './scalars.ts';
import type { RawTx } from './db.ts';
import { addTenancyHandOff, type TenancyHandOffName } from './tenancy-hand-off.ts';

/** An address as stored and answered. */
export interface AddressShape {
  readonly line1: string;
  readonly line2?: string | null;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
}

/** An amount with its UCUM unit. */
export interface QuantityShape {
  readonly value: string;
  readonly unit: string;
}

/** The ways an exam can be held, as rule fields name them. */
export const modalities = ['IN_PERSON', 'SYNC_VIDEO', 'SYNC_AUDIO', 'ASYNC', 'QUESTIONNAIRE_ONLY'] as const;

/** Storage conditions of a preparation (USP <659>). */
export const storages = ['CONTROLLED_ROOM_TEMPERATURE', 'REFRIGERATED', 'FROZEN'] as const;

type Builder<P extends object, Tx extends RawTx> = ReturnType<typeof createBuilder<P, Tx>>;

const shareable = { shareable: {} } as const;

/**
 * The graph types that all subgraphs share, to the letter, since composition refuses a difference: scalars, states,
 * addresses, quantities, rule results and refusals. Answers the references that domain types are built with.
 */
function sharedTypes<P extends object, Tx extends RawTx>(builder: Builder<P, Tx>) {
  builder.queryType({ description: 'What can be asked.' });
  builder.addScalarType('Date', DateScalar);
  builder.addScalarType('DateTime', DateTimeScalar);
  builder.addScalarType('Decimal', DecimalScalar);
  builder.addScalarType('JSON', JsonScalar);

  const UsState = builder.enumType('UsState', {
    description: 'A US state or DC, by its USPS code.',
    // Rows keep the state as text, checked by the database, so the enum takes any text and refuses what is not in the list.
    values: usStates as readonly string[],
  });
  const Modality = builder.enumType('Modality', { description: 'How an exam is held.', values: modalities });
  const Storage = builder.enumType('Storage', { description: 'A storage condition (USP <659>).', values: storages });
  const Outcome = builder.enumType('RuleOutcome', {
    description: 'What a rule answered. Unknown blocks, like a failure, until the missing fact or attestation is there.',
    values: ['PASS', 'FAIL', 'UNKNOWN'] as const,
  });

  const RuleResult = builder.objectRef<RuleOutcome>('RuleResult').implement({
    description: 'One rule that was asked, what it answered and what would change the answer.',
    directives: shareable,
    fields: (t) => ({
      id: t.exposeString('id', { description: 'The stable id of the rule, for example TX.gfe.syncAudioVideo.' }),
      outcome: t.field({ type: Outcome, resolve: (rule) => rule.outcome, description: 'PASS, FAIL or UNKNOWN.' }),
      message: t.exposeString('message', { description: 'What was found, in words.' }),
      citation: t.exposeString('citation', { nullable: true, description: 'The section of law or standard the rule rests on.' }),
      remedy: t.exposeString('remedy', { nullable: true, description: 'What would make it pass, and who can do that.' }),
      version: t.string({
        nullable: true,
        resolve: (rule) => rule.version || null,
        description: 'The release of the rule packs that brought the rule; empty for what no pack decides.',
      }),
    }),
  });

  const Address = builder.objectRef<AddressShape>('Address').implement({
    description: 'A postal address in the United States.',
    directives: shareable,
    fields: (t) => ({
      line1: t.exposeString('line1', { description: 'Street and number.' }),
      line2: t.exposeString('line2', { nullable: true, description: 'Suite or unit.' }),
      city: t.exposeString('city', { description: 'City.' }),
      state: t.field({ type: UsState, resolve: (address) => address.state, description: 'State.' }),
      postalCode: t.exposeString('postalCode', { description: 'ZIP or ZIP+4.' }),
    }),
  });

  const Quantity = builder.objectRef<QuantityShape>('Quantity').implement({
    description: 'An amount with its UCUM unit.',
    directives: shareable,
    fields: (t) => ({
      value: t.field({ type: 'Decimal', resolve: (quantity) => quantity.value, description: 'The amount, exact.' }),
      unit: t.exposeString('unit', { description: 'The UCUM code of the unit.' }),
    }),
  });

  const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
    description: 'One part of an input that is not valid.',
    directives: shareable,
    fields: (t) => ({
      path: t.exposeString('path', { description: 'Where, for example input.birthDate.' }),
      message: t.exposeString('message', { description: 'Why, in words.' }),
    }),
  });

  const RefusalInterface = builder.interfaceRef<Refusal>('Refusal').implement({
    description: 'An expected no. Every mutation answers its type or one of these.',
    fields: (t) => ({
      code: t.exposeString('code', { description: 'Stable, upper snake case.' }),
      message: t.exposeString('message', { description: 'What is the matter, in words.' }),
    }),
  });

  /** Adds a refusal of a subgraph's own to its graph. A refusal that two subgraphs have must be the same in both. */
  function refusal(type: new (...args: never[]) => Refusal, description: string): void {
    builder.objectType(type as unknown as new () => Refusal, {
      name: type.name,
      description,
      directives: shareable,
      interfaces: [RefusalInterface],
    });
  }

  refusal(NotFound, 'There is no such record, or it is not the caller’s to see.');
  refusal(Forbidden, 'This role may never do it, whatever the record.');
  refusal(StepUpRequired, 'Signing needs a second factor used within five minutes (RFC 9470).');
  refusal(Conflict, 'Somebody else changed it first.');
  refusal(IdempotencyConflict, 'The idempotency key was used before with another input.');
  refusal(Unavailable, 'A part of the graph did not answer; nothing was changed.');

  builder.objectType(InvalidInput, {
    name: 'InvalidInput',
    description: 'The input cannot be true or complete.',
    directives: shareable,
    interfaces: [RefusalInterface],
    fields: (t) => ({
      issues: t.field({ type: [InputIssueType], resolve: (refused) => [...refused.issues], description: 'Each issue with its path.' }),
    }),
  });
  builder.objectType(RuleBlocked, {
    name: 'RuleBlocked',
    description: 'A gate said no. Carries every rule asked, passes included.',
    directives: shareable,
    interfaces: [RefusalInterface],
    fields: (t) => ({
      rules: t.field({ type: [RuleResult], resolve: (refused) => [...refused.rules], description: 'The rules, in a stable order.' }),
    }),
  });
  builder.objectType(IllegalTransition, {
    name: 'IllegalTransition',
    description: 'The record is not in a state from which this move exists.',
    directives: shareable,
    interfaces: [RefusalInterface],
    fields: (t) => ({
      from: t.exposeString('from', { description: 'The state it is in.' }),
      to: t.exposeString('to', { description: 'The state that was asked for.' }),
    }),
  });

  return {
    UsState,
    Modality,
    Storage,
    Outcome,
    RuleResult,
    Address,
    Quantity,
    RefusalInterface,
    refusal,
    decision: sharedDecision<P, Tx>(builder, { RuleResult }),
    ...sharedFormula<P, Tx>(builder, { Quantity }),
    ...sharedInputs<P, Tx>(builder, { UsState }),
  };
}

/** A subgraph's builder with the shared types and its audit trail on it. The only way a subgraph gets one. */
export function createGraph<P extends object, Tx extends RawTx>(
  datamodel: { datamodel: unknown },
  names: { auditTrail: AuditTrailName; tenancyHandOff?: TenancyHandOffName },
) {
  const builder = createBuilder<P, Tx>(datamodel);
  const graph = sharedTypes<P, Tx>(builder);
  addAuditTrail<P, Tx>(builder, names.auditTrail);
  if (names.tenancyHandOff) addTenancyHandOff<P, Tx>(builder, names.tenancyHandOff);
  return { builder, graph };
}
