/** May this pharmacy get, hold and ship this order (I2)? Asked at send, claim, dispense and shipment. */

import type { Asking, Place } from './asking.ts';
import type { LicenceFact, OrderRoutingFacts, PharmacyLicenceFact } from './facts.ts';
import { facilityStanding, type PharmacyLicensingFacts } from './facility-standing.ts';
import { licenceIn } from './licence.ts';
import { placeOf } from './place.ts';
import { askRule, readRule } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { shipsThere } from './ships-to.ts';
import { wholeList } from './whole-list.ts';

/** Facility class, licence in the ship-to state, and the separate sterile permit where the state has one. */
export function routing(facts: OrderRoutingFacts, asking: Asking): RuleResult[] {
  const { place, result } = placeOf('jurisdiction.shipTo', facts.shipToState, 'The ship-to state');
  const standing = facilityStanding(facts, asking.on);
  if (place === null) return [facilityClass(facts), result, ...standing];
  return [facilityClass(facts), ...shipTo(facts, place, asking), ...shipsThere(facts.shipsTo, place.code), ...standing];
}

function facilityClass(facts: OrderRoutingFacts): RuleResult {
  const id = 'facility.class';
  const { facilityClass: kind, patientSpecific } = facts;
  if (kind == null || patientSpecific == null) {
    return notKnown(
      id,
      'It is not known what kind of facility this is, or whether the order names a patient',
      "Record the facility's class.",
    );
  }
  if (kind === 'PHARMACY_503A' && !patientSpecific) {
    return failed(
      id,
      'A 503A pharmacy may not fill an order without an identified patient',
      'Order office stock from a 503B facility.',
      '21 USC 353a(a)',
    );
  }
  return kind === 'PHARMACY_503A'
    ? passed(id, 'A 503A pharmacy may fill an order for an identified patient', '21 USC 353a(a)')
    : passed(id, 'A 503B facility may fill the order', '21 USC 353b(d)(4)(C)');
}

function shipTo(facts: OrderRoutingFacts, place: Place, asking: Asking): RuleResult[] {
  if (!facts.homeState) return [notKnown('licence.pharmacy', 'It is not known where the pharmacy stands', "Record the pharmacy's state.")];
  if (facts.homeState === place.code) return [pharmacyLicence(facts, place, asking.on)];
  const field = askRule(asking, place, 'pharmacy.nonResidentLicence', (value) => ({
    means: 'permits',
    message: value
      ? `${place.name} licenses pharmacies that ship in from outside`
      : `${place.name} has no separate licence for pharmacies outside; a licence there is asked for all the same`,
  }));
  return [field, pharmacyLicence(facts, place, asking.on), ...sterilePermit(facts, place, asking)];
}

/** Whether the pharmacy is licensed where the order goes. Of an order that was claimed everything else was asked by then. */
export function licensedWhereItGoes(facts: PharmacyLicensingFacts, on: string): RuleResult {
  const { place, result } = placeOf('jurisdiction.shipTo', facts.shipToState, 'The ship-to state');
  return place === null ? result : pharmacyLicence(facts, place, on);
}

function pharmacyLicence(facts: PharmacyLicensingFacts, place: Place, on: string): RuleResult {
  const kinds =
    facts.facilityClass === 'OUTSOURCING_503B'
      ? ['OUTSOURCING']
      : facts.homeState === place.code
        ? ['PHARMACY']
        : ['NON_RESIDENT', 'PHARMACY'];
  const question = { id: 'licence.pharmacy', holder: 'The pharmacy', kind: 'pharmacy licence', state: place.code };
  return licenceIn(question, ofKind(facts.licences, kinds), on);
}

function sterilePermit(facts: OrderRoutingFacts, place: Place, asking: Asking): RuleResult[] {
  if (facts.sterile === false) return [passed('preparation.sterile', 'The preparation is not sterile: no sterile permit is asked')];
  if (facts.sterile == null)
    return [notKnown('preparation.sterile', 'It is not known whether the preparation is sterile', 'Record it on the formulary item.')];
  const key = 'pharmacy.nonResidentSterilePermit';
  const reading = readRule(asking, place, key);
  if (reading.result !== null) return [reading.result];
  const asked = askRule(asking, place, key, (value) => ({
    means: 'permits',
    message: value
      ? `${place.name} asks for a separate permit to ship sterile compounds in`
      : `${place.name} asks for no separate sterile permit`,
  }));
  if (reading.value === false) return [asked];
  const question = { id: 'licence.sterile', holder: 'The pharmacy', kind: 'sterile permit', state: place.code };
  return [asked, licenceIn(question, ofKind(facts.licences, ['STERILE']), asking.on)];
}

// A licence of unknown kind may be the one asked for, so it is kept and made unreadable: it answers UNKNOWN, never "none".
function ofKind(licences: OrderRoutingFacts['licences'], kinds: readonly string[]): readonly LicenceFact[] | null {
  const whole = wholeList(licences);
  if (whole === null) return null;
  const wanted = whole.filter((licence) => licence.kind == null || kinds.includes(licence.kind));
  return wanted.map((licence: PharmacyLicenceFact) => (licence.kind == null ? { ...licence, status: null } : licence));
}
