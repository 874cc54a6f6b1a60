-- safe while old code runs

-- Whether the physicians of agreements are at the clinics these were drafted for: as members who treat, and under which engagements. Whoever
-- may know that an agreement carries may know that; an agreement from before clinics were recorded answers nothing.
create function supervisors_standing(agreements uuid[])
  returns table (agreement_id uuid, is_member boolean, status text, starts_on date, ends_on date, audit_due_on date) language sql stable
  set search_path = physicians, pg_temp set app.everywhere = '{authority-facts:read}' as $$
  select a.id, exists (
      select 1 from tenancy_membership m
      where m.sub = type_id_of('prc', a.supervisor_id) and m.role in ('EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR')
        and (m.at = type_id_of('cli', a.clinic_id)
          or m.at in (select type_id_of('ent', c.entity_id) from tenancy_clinic c where c.clinic_id = a.clinic_id))),
    e.status, e.starts_on, e.ends_on, e.audit_due_on
  from collaborative_agreement a
    left join engagement e on e.practitioner_id = a.supervisor_id and e.clinic_id = a.clinic_id and e.status in ('ACTIVE', 'SUSPENDED', 'ENDING', 'ENDED')
  where a.id = any (agreements) and a.clinic_id is not null
$$;
