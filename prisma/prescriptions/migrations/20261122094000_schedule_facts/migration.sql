-- safe while old code runs

-- Another subgraph asks whether anybody keeps hours at a clinic: who and when, and nothing of a patient.
create policy read_for_neighbours on examiner_clinic for select to goodfaith_prescriptions using ((select everywhere('schedule-facts:read')));
create policy read_for_neighbours on working_hours for select to goodfaith_prescriptions using ((select everywhere('schedule-facts:read')));
