/** Does what the document says still stand: people, exam, protocol, substances, pharmacy? */

import { toId } from '#kernel/ids.ts';
import { examinerLicensed } from '#rules/chart-standing.ts';
import { evaluate } from '#rules/evaluate.ts';
import { exclusionTold, notExcluded } from '#rules/exclusion.ts';
import { licenceIn, practisesUnder } from '#rules/licence.ts';
import { licenceThen } from '#rules/licence-history.ts';
import { isService } from '#rules/service-codes.ts';
import { classesOf, ingredientClass, substanceOf } from '#rules/substance-table.ts';
import { library } from '#rules/packs.ts';
import { fillInTime, lastDayOfDocument, notOver } from '#rules/order-last-day.ts';
import { asksMaterial } from '#rules/substance-conditions.ts';
import { ingredientRuleId } from '#rules/substances.ts';
import { routingFacts } from '../shipment/routing-facts.ts';
import { because, type Check, fail, fromRules, pass, unknown } from './check.ts';
import type { OrderDocument } from './document-shape.ts';
import { documentIn, type Evidence } from './evidence.ts';
import { isIngredient, sameExcipients } from './same-formula.ts';

/** All checks beyond the document's own. `on` is now, RFC 3339. */
export function standingChecks(evidence: Evidence, on: string): Check[] {
  const content = documentIn(evidence)?.content ?? null;
  return [
    notCancelled(evidence),
    notExpired(evidence, on),
    ...(content === null ? unreadChecks(evidence) : [...ofDocument(content, evidence, on), ...ingredients(content, evidence, on)]),
    ...ofPharmacy(evidence, on),
    noSafetyHold(evidence),
    evidence.heldElsewhere
      ? fail('NOT_CLAIMED_BY_ANOTHER', 'Another pharmacy has the order.')
      : pass('NOT_CLAIMED_BY_ANOTHER', 'No other pharmacy has the order.'),
  ];
}

/** The routing gate's answers in two checks: whether it may ship there, and whether the facility can show what this work asks for. */
function ofPharmacy({ fulfillment, clinic }: Evidence, on: string): Check[] {
  const results = evaluate({ gate: 'order-routing', ...routingFacts(fulfillment, clinic) }, on);
  const ofFacility = (id: string) => /^facility\.(evidence|findings|standing)/.test(id);
  return [
    fromRules(
      'PHARMACY_LICENSED_SHIP_TO',
      results.filter(({ id }) => !ofFacility(id)),
    ),
    fromRules(
      'FACILITY_STANDING',
      results.filter(({ id }) => ofFacility(id)),
    ),
  ];
}

function unreadChecks({ fulfillment }: Evidence): Check[] {
  const codes = [
    'PRESCRIBER_LICENSED_THEN',
    'PRESCRIBER_LICENSED_NOW',
    'EXAM_VALID_THEN',
    'EXAM_COVERS_SERVICE',
    'EXAMINER_LICENSED_THEN',
    'PROTOCOL_IN_FORCE',
    'CLINICAL_DIFFERENCE',
  ];
  const ingredientCodes = fulfillment.item.formula.ingredients.map((_, index) => `INGREDIENT_${index + 1}`);
  return [...codes, ...ingredientCodes].map((code) => unknown(code, 'There is no document to read it from.'));
}

function notCancelled({ order, fulfillment }: Evidence): Check {
  const code = 'NOT_CANCELLED';
  if (fulfillment.status === 'WITHDRAWN') return fail(code, 'The order was withdrawn.', 'Do not fill it.');
  if (order === null) return unknown(code, 'Where the order stands could not be read.');
  switch (order.status) {
    case 'SENT':
    case 'COMPLETED':
      return pass(code, 'The order stands.');
    case 'CANCEL_REQUESTED':
      return fail(code, 'The clinic has asked for the order back.', 'Wait for the clinic’s answer.');
    default:
      return fail(code, `The order is ${order.status}.`, 'Do not fill it.');
  }
}

// The document by itself says until when; the clinic may have said an earlier day. A fill that began by then is finished a few days later.
function notExpired(evidence: Evidence, on: string): Check {
  const code = 'NOT_EXPIRED';
  const { fulfillment, order } = evidence;
  const content = documentIn(evidence)?.content;
  if (content === undefined || order === null) return unknown(code, 'Until when it may be filled could not be read.');
  const { exam, order: signed, shipTo, controlled } = content;
  const own = { validUntil: exam.validUntil, signedAt: signed.signedAt, state: shipTo.state, schedule: controlled?.schedule ?? null };
  const days = [lastDayOfDocument(own), order.lastFillOn].filter((day) => day != null).toSorted();
  const standing = { status: order.status, holds: [], lastDay: days[0] ?? null, controlled: controlled !== null };
  const begun = fulfillment.claimedAt?.toISOString() ?? null;
  const rules = begun === null ? notOver(standing.lastDay, on) : fillInTime(standing, begun, on);
  const check = fromRules(code, rules);
  return check.outcome === 'FAIL' ? because('ORDER_EXPIRED', check) : check;
}

function noSafetyHold({ order, heldSince = [] }: Evidence): Check {
  const code = 'NO_SAFETY_HOLD';
  if (order === null) return unknown(code, 'Safety holds could not be read.');
  const [reason] = [...order.safetyHolds.map((hold) => hold.reason), ...heldSince];
  return reason !== undefined ? fail(code, `A safety hold is on record: ${reason}.`) : pass(code, 'No safety hold is on record.');
}

function ofDocument(content: OrderDocument, evidence: Evidence, on: string): Check[] {
  const { prescriber } = evidence;
  const { license } = content.prescriber;
  const state = content.exam.patientState;
  const question = { id: 'licence.prescriber', holder: 'The prescriber', state };
  const then = licenceIn(question, [license], content.order.signedAt);
  const own = prescriber?.licenses.filter(({ type }) => practisesUnder(prescriber.credential, type));
  const now = licenceIn(question, own, on);
  // Whoever is excluded meanwhile is as good as not licensed: nothing of theirs is filled.
  const excluded = notExcluded('prescriber', 'The prescriber', exclusionTold(prescriber?.exclusion));
  return [
    fromRules('PRESCRIBER_LICENSED_THEN', [then]),
    fromRules('PRESCRIBER_LICENSED_NOW', [now, ...excluded.filter(({ outcome }) => outcome !== 'PASS')]),
    examValid(content),
    examCovers(content),
    examinerLicensedThen(content, evidence, on),
    protocolInForce(content, evidence),
  ];
}

function examValid({ exam, order, shipTo }: OrderDocument): Check {
  const code = 'EXAM_VALID_THEN';
  const signedOn = order.signedAt.slice(0, 10);
  if (exam.outcome !== 'APPROVED') return fail(code, `The exam ended ${exam.outcome}.`);
  if (Date.parse(exam.completedAt) > Date.parse(order.signedAt)) return fail(code, 'The exam was completed after the order was signed.');
  if (exam.validUntil < signedOn) return fail(code, `The exam lapsed on ${exam.validUntil}, before the order was signed.`);
  if (exam.patientState !== shipTo.state)
    return unknown(code, `The exam was held with the patient in ${exam.patientState}; the order goes to ${shipTo.state}.`);
  return pass(code, `The exam of ${exam.completedAt.slice(0, 10)} was valid until ${exam.validUntil}.`);
}

function examCovers({ exam, order, drug }: OrderDocument): Check {
  const code = 'EXAM_COVERS_SERVICE';
  const { service } = order;
  if (!exam.services.includes(service)) return fail(code, `The exam did not clear ${service}.`);
  if (!isService(service)) return unknown(code, `${service} is not a service we have rules for.`);
  for (const ingredient of drug.ingredients) {
    const substance = substanceOf(ingredient);
    const kind = substance === null ? null : ingredientClass(substance);
    if (kind === null) return unknown(code, `The class of ${ingredient.name} is not known.`);
    if (!classesOf(service).includes(kind)) return fail(code, `An exam for ${service} does not screen for ${ingredient.name}.`);
  }
  return pass(code, `The exam cleared ${service} and screens for every ingredient.`);
}

// A board may take a licence back for days that are past, and what it said until today counts: as `sendOrder` asks.
function examinerLicensedThen({ exam }: OrderDocument, { examiner }: Evidence, on: string): Check {
  const own = examiner?.id === exam.examinerId ? examiner : null;
  const licences = own?.licenses.filter(({ type }) => practisesUnder(own.credential, type));
  const then = licenceThen(licences, exam.patientState, exam.completedAt.slice(0, 10), new Date(on));
  return fromRules('EXAMINER_LICENSED_THEN', [examinerLicensed(then)]);
}

// An order outlives the version it was signed under: what counts is that the version held then and was not stopped since.
function protocolInForce(content: OrderDocument, { protocol }: Evidence): Check {
  const code = 'PROTOCOL_IN_FORCE';
  const signedOn = content.order.signedAt.slice(0, 10);
  if (protocol === null || protocol.effectiveFrom === null) return unknown(code, 'The protocol could not be read.');
  if (protocol.id !== content.protocol.id || protocol.digest !== content.protocol.digest)
    return fail(code, 'The protocol is not the one the order was signed under.');
  if (protocol.service !== content.order.service) return fail(code, `The protocol is for ${protocol.service}.`);
  if (!protocol.clinicIds.includes(content.clinic.id)) return fail(code, 'The clinic does not work by this protocol.');
  if (protocol.effectiveFrom > signedOn || (protocol.expiresOn !== null && protocol.expiresOn < signedOn))
    return fail(code, 'The protocol was not in force when the order was signed.');
  if (!['ACTIVE', 'EXPIRED', 'RETIRED'].includes(protocol.status)) return fail(code, `The protocol is ${protocol.status}.`);
  return pass(code, 'The protocol was in force when the order was signed, and has not been stopped.');
}

function ingredients(content: OrderDocument, { fulfillment, clinic }: Evidence, on: string): Check[] {
  const { pharmacy, item, sources } = fulfillment;
  const difference = content.clinicalDifference;
  const facilityClass = pharmacy.facilityClass as 'PHARMACY_503A';
  const asks = asksMaterial(library.on(on), { ingredients: content.drug.ingredients, facilityClass }, on);
  const rules = evaluate(
    {
      gate: 'substances',
      ingredients: content.drug.ingredients,
      facilityClass,
      essentiallyACopy: item.formula.requiresClinicalDifference,
      ...(asks && { sources }),
      // The finding is frozen in the document with the difference: that it belongs to the exam was decided at signing.
      clinicalDifference:
        difference === null ? 'none' : { statement: difference.statement, findingId: difference.finding.id, findingOnExam: true },
      attestations: clinic?.attestations ?? null,
      entityName: clinic?.entityName,
    },
    on,
  );
  const answerTo = (code: string, ruleId: string): Check =>
    fromRules(
      code,
      rules.filter((rule) => rule.id === ruleId),
    );
  const substances = content.drug.ingredients.map((ingredient, index): Check => {
    const code = `INGREDIENT_${index + 1}`;
    if (!isIngredient(item.formula.ingredients[index], ingredient))
      return fail(code, `${ingredient.name} ${ingredient.strength} is not what ${toId('formularyItem', item.id)} contains there.`);
    return answerTo(code, ingredientRuleId(ingredient, facilityClass));
  });
  if (item.formula.ingredients.length > substances.length) {
    substances.push(fail(`INGREDIENT_${substances.length + 1}`, 'The formula contains an ingredient that the order does not name.'));
  }
  return [answerTo('CLINICAL_DIFFERENCE', 'copy.clinicalDifference'), ...substances, ...sameExcipients(content, item.formula)];
}
