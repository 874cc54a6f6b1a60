-- safe while old code runs

-- Whoever keeps a pharmacy's licences, papers and accounts holds a role of its own, which opens no order.
alter table membership drop constraint membership_role_check,
  add constraint membership_role_check check (role in ('FRONT_DESK', 'EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR', 'COMPLIANCE_OFFICER', 'MSO_MANAGER', 'PHARMACIST', 'PHARMACY_TECHNICIAN', 'PHARMACY_COMPLIANCE', 'PATIENT', 'AUDITOR'));
