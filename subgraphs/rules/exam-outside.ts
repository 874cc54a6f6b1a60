/** An exam that was held elsewhere: whether it may be relied upon at all, and whether it is what it is said to be. */

import type { Asking, Place } from './asking.ts';
import type { Fact, OutsideExamFact, OutsideProvenance } from './facts.ts';
import { askRule } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** The field that decides on each way by which an exam held elsewhere came to be on record. */
const relianceFields: Readonly<Record<OutsideProvenance, { readonly key: string; readonly what: string }>> = {
  EXTERNAL_VERIFIED: { key: 'gfe.outsideVerified', what: 'an exam that a registered vendor held and signed' },
  EXTERNAL_ATTESTED: { key: 'gfe.outsideAttested', what: 'an exam held elsewhere that a clinician here attests' },
};

/** Whether the entity relies on exams of this provenance: no source here says it of any state, so the entity itself must. Left out, nothing is asked. */
export function outsideReliance(provenance: Fact<OutsideProvenance> | undefined, place: Place, asking: Asking): RuleResult[] {
  if (provenance === undefined) return [];
  if (provenance === null || !Object.hasOwn(relianceFields, provenance)) {
    return [notKnown('exam.provenance', 'It is not known how the exam came to be on record', 'Hold a good-faith exam here.')];
  }
  const { key, what } = relianceFields[provenance];
  return [
    askRule(asking, place, key, (value) =>
      value === 'allowed'
        ? { means: 'permits', message: `In ${place.name} the entity relies on ${what}` }
        : { means: 'forbids', message: `In ${place.name} the entity does not rely on ${what}`, remedy: 'Hold a good-faith exam here.' },
    ),
  ];
}

/** Whether the person who was examined can be the patient at all: names are written in many ways, a birth date in one. */
export function samePerson({ sameBirthDate }: OutsideExamFact): RuleResult {
  const id = 'exam.samePerson';
  const remedy = 'Choose the patient who was examined, or put the birth date on the record right.';
  if (sameBirthDate === true) return passed(id, 'The birth dates agree');
  if (sameBirthDate === false) return failed(id, 'The person examined has another birth date than the patient', remedy);
  return notKnown(id, 'The birth date of the person examined is not known', remedy);
}

/** Whether somebody answers for what is on record: a vendor in good standing, or a clinician of the clinic. */
export function origin({ provenance, vendorStatus, attested }: OutsideExamFact): RuleResult[] {
  const vendor = vendorStatus === 'none' && provenance === 'EXTERNAL_ATTESTED' ? [] : [vendorStands(vendorStatus)];
  if (provenance !== 'EXTERNAL_ATTESTED') return vendor;
  const id = 'exam.attested';
  if (attested === true) return [...vendor, passed(id, 'A clinician of the clinic has attested the document')];
  return [...vendor, notKnown(id, 'No clinician of the clinic has attested the document', 'Have an examiner or the director attest it.')];
}

function vendorStands(status: Fact<string>): RuleResult {
  const id = 'exam.vendor';
  if (status === 'ACTIVE') return passed(id, 'The vendor is registered');
  if (status == null || status === 'none') return notKnown(id, 'The vendor is not known', 'Register the vendor.');
  return failed(id, `The vendor is ${status}`, 'Hold a good-faith exam here.');
}
