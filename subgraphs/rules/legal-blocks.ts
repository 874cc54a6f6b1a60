/** Which blocks of the questionnaires rest on the law or on consent, and not on the patient's health: nobody's judgement overrides one. */

/** Link id to what it rests on. */
const legal: Readonly<Record<string, string>> = {
  'core.identity-confirmed': 'the patient must be known before an exam is held',
  'core.adult': 'minors are outside this programme',
  'core.location-confirmed': 'licensure follows the patient’s location',
  'core.consent-telehealth': 'the patient must agree to the mode of care',
  'close.consent': 'the patient must agree to the treatment',
  'close.decision': 'the examiner decided against it',
  'microneedling.mn-device': 'the device must be cleared by FDA',
  'iv-therapy.iv-order': 'a patient-specific order must stand',
  'glp1-weight-loss.gl-approved': '21 USC 353a(b)(1)(D): essentially a copy',
  'hrt-testosterone.hr-pdmp': 'the state monitoring program must be asked about a controlled substance',
  'hrt-testosterone.hr-basis': '21 USC 829(e): controlled substances by telemedicine',
  'peptides.pp-status': '21 USC 353a: the ingredient must be eligible for compounding',
  'peptides.pp-informed': 'the patient must know that the product is not FDA-approved',
};

/** Blocks that rest on the patient's health or on the clinic's safety: a physician may override one, with a written reason. */
const clinical: ReadonlySet<string> = new Set([
  ...['toxin-allergy', 'milk-protein', 'site-infection', 'pregnant-policy'].map((item) => `botulinum-toxin.${item}`),
  ...['filler-anaphylaxis', 'gram-positive', 'lidocaine', 'filler-bleeding', 'filler-inflamed', 'hyaluronidase', 'pregnant-filler'].map(
    (item) => `dermal-filler.${item}`,
  ),
  ...['mn-acne', 'mn-keloid', 'mn-metal', 'mn-pregnant'].map((item) => `microneedling.${item}`),
  ...['rf-implant', 'rf-metal', 'rf-keloid', 'rf-infection', 'rf-pregnant'].map((item) => `rf-microneedling.${item}`),
  ...['ls-tan', 'ls-lesion', 'ls-photodisease', 'ls-gold', 'ls-eye'].map((item) => `laser-ipl.${item}`),
  ...['cp-open', 'cp-salicylate', 'cp-isotret', 'cp-pregnant'].map((item) => `chemical-peel.${item}`),
  ...['iv-heart', 'iv-kidney', 'iv-g6pd', 'iv-thiamine', 'iv-red', 'iv-sys', 'iv-emergency'].map((item) => `iv-therapy.${item}`),
  ...['gl-mtc', 'gl-allergy', 'gl-pregnant', 'gl-gi', 'gl-other', 'gl-bmi', 'gl-comorbid'].map((item) => `glp1-weight-loss.${item}`),
  ...['hr-cancer', 'hr-bleed', 'hr-clot', 'hr-stroke', 'hr-liver', 'hr-pregnant', 'hr-uterus', 'hr-fertility', 'hr-lowt'].map(
    (item) => `hrt-testosterone.${item}`,
  ),
  ...['pp-cancer', 'pp-pituitary', 'pp-pregnant'].map((item) => `peptides.${item}`),
  ...['ta-allergy', 'ta-methb', 'ta-attended'].map((item) => `topical-anaesthetic.${item}`),
]);

/** What a block rests on in law; null for one that rests on the patient's health. A block that nobody has sorted counts as legal. */
export function legalGround(linkId: string): string | null {
  return legal[linkId] ?? (clinical.has(linkId) ? null : 'nobody has said yet whether this block rests on the law');
}

/** The blocks that somebody has sorted, either way. */
export const sortedBlocks: readonly string[] = [...Object.keys(legal), ...clinical];
