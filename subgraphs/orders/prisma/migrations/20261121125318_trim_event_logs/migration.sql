-- CreateTable
CREATE TABLE "trimmed_logs" (
    "log" TEXT NOT NULL,
    "xid" xid8 NOT NULL,
    "id" BIGINT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "trimmed_logs_pkey" PRIMARY KEY ("log")
);

-- CreateIndex
CREATE INDEX "outbox_key_xid_id_idx" ON "outbox"("key", "xid", "id");
