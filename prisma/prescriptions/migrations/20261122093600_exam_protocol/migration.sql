-- safe while old code runs

-- An exam is bound to the version of the protocol under which it began, by its digest. Exams of before have none, and completed ones never change.
-- AlterTable
ALTER TABLE "good_faith_exam" ADD COLUMN     "protocol_digest" TEXT,
ADD COLUMN     "protocol_id" UUID;

alter table good_faith_exam
  add check ((protocol_id is null) = (protocol_digest is null)),
  add check (protocol_digest ~ '^[0-9a-f]{64}$');

-- Once bound it stays so, whatever else still moves.
create function keep_exam_protocol() returns trigger language plpgsql as $$
begin
  if old.protocol_id is not null and (new.protocol_id, new.protocol_digest) is distinct from (old.protocol_id, old.protocol_digest) then
    raise exception 'The protocol of an exam is never changed' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger keep_protocol before update of protocol_id, protocol_digest on good_faith_exam for each row execute function keep_exam_protocol();
revoke execute on function keep_exam_protocol() from goodfaith_prescriptions;
