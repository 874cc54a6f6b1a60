/** What is said of parcels under way and of what is in them. */

/** Every way in which a verb of a story may be refused. */
export const refusals =
  '... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome message } }';
export const OUTCOME = `mutation ($input: RecordShipmentOutcomeInput!) { recordShipmentOutcome(input: $input) { ... on Shipment { status mayBeUsed } ${refusals} } }`;
export const WARM = `mutation ($input: RecordExcursionInput!) { recordExcursion(input: $input) { ... on TemperatureExcursion { id decision } ${refusals} } }`;
export const DECIDE = `mutation ($input: DecideExcursionInput!) { decideExcursion(input: $input) { ... on TemperatureExcursion { decision } ${refusals} } }`;
