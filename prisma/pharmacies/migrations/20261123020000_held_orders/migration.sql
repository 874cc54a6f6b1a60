-- safe while old code runs

-- What the clinic holds an order for stands in the row that every step of a pharmacy locks first: a step that takes the lock after it was told is refused.

-- AlterTable
ALTER TABLE "hand_off_head" ADD COLUMN     "hold_seq" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "holds" TEXT[] DEFAULT ARRAY[]::TEXT[];

grant update (holds, hold_seq) on hand_off_head to goodfaith_pharmacies;
-- An order past its last day is asked back, as far as nobody has begun on it.
alter table hand_off_inbox drop constraint hand_off_inbox_kind_check,
  add constraint hand_off_inbox_kind_check check (kind in ('SEND', 'WITHDRAW', 'AMEND', 'REPLACE', 'EXPIRE'));
