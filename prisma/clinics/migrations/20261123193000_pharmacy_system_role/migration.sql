-- safe while old code runs

-- A pharmacy's own program holds a role of its own, which verifies orders and does nothing else.
alter table membership drop constraint membership_role_check,
  add constraint membership_role_check check (role in ('FRONT_DESK', 'EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR', 'COMPLIANCE_OFFICER', 'MSO_MANAGER', 'PHARMACIST', 'PHARMACY_TECHNICIAN', 'PHARMACY_COMPLIANCE', 'PHARMACY_SYSTEM', 'PATIENT', 'AUDITOR'));
