-- safe while old code runs
-- A verifier asks for the keys of those who may have signed, not for everybody's.
CREATE INDEX "signing_key_sub_idx" ON "signing_key"("sub");
