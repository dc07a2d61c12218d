-- CreateEnum
CREATE TYPE "organisation_role" AS ENUM ('ADMIN', 'MEMBER');

-- CreateEnum
CREATE TYPE "webhook_disabled_reason" AS ENUM ('BY_REQUEST', 'FAILING', 'GONE');

-- CreateEnum
CREATE TYPE "webhook_delivery_status" AS ENUM ('PENDING', 'DELIVERED', 'FAILED');

-- CreateTable
CREATE TABLE "organisations" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organisations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organisation_members" (
    "user_id" TEXT NOT NULL,
    "organisation_id" TEXT NOT NULL,
    "role" "organisation_role" NOT NULL DEFAULT 'MEMBER',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organisation_members_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "partner_events" (
    "id" BIGSERIAL NOT NULL,
    "xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "type" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "organisation_id" TEXT,

    CONSTRAINT "partner_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_endpoints" (
    "id" TEXT NOT NULL,
    "organisation_id" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "types" TEXT[],
    "disabled_reason" "webhook_disabled_reason",
    "disabled_at" TIMESTAMPTZ(3),
    "failing_since" TIMESTAMPTZ(3),
    "secret" BYTEA NOT NULL,
    "secret_version" INTEGER NOT NULL DEFAULT 1,
    "previous_secret" BYTEA,
    "previous_secret_until" TIMESTAMPTZ(3),
    "cursor_xid" xid8 NOT NULL DEFAULT '0'::xid8,
    "cursor_id" BIGINT NOT NULL DEFAULT 0,
    "missed_at" TIMESTAMPTZ(3),
    "round" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_endpoints_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_deliveries" (
    "id" BIGSERIAL NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "round" INTEGER NOT NULL,
    "event_xid" xid8 NOT NULL,
    "event_id" BIGINT NOT NULL,
    "type" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body" TEXT,
    "status" "webhook_delivery_status" NOT NULL DEFAULT 'PENDING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3),
    "last_attempt_at" TIMESTAMPTZ(3),
    "last_status" INTEGER,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "organisation_members_organisation_id_user_id_idx" ON "organisation_members"("organisation_id", "user_id");

-- CreateIndex
CREATE INDEX "partner_events_xid_id_idx" ON "partner_events"("xid", "id");

-- CreateIndex
CREATE INDEX "webhook_endpoints_organisation_id_created_at_idx" ON "webhook_endpoints"("organisation_id", "created_at");

-- CreateIndex
CREATE INDEX "webhook_deliveries_endpoint_id_id_idx" ON "webhook_deliveries"("endpoint_id", "id" DESC);

-- CreateIndex
CREATE INDEX "webhook_deliveries_pending_by_key" ON "webhook_deliveries"("endpoint_id", "key", "id") WHERE (status = 'PENDING'::webhook_delivery_status);

-- CreateIndex
CREATE UNIQUE INDEX "webhook_deliveries_one_of_key" ON "webhook_deliveries"("endpoint_id", "key") WHERE ((status = 'PENDING'::webhook_delivery_status) AND (due_at IS NOT NULL));

-- CreateIndex
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries"("endpoint_id", "due_at") WHERE (status = 'PENDING'::webhook_delivery_status);

-- CreateIndex
CREATE INDEX "webhook_deliveries_settled" ON "webhook_deliveries"("settled_at") WHERE (settled_at IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "webhook_deliveries_endpoint_id_round_event_id_key" ON "webhook_deliveries"("endpoint_id", "round", "event_id");

-- AddForeignKey
ALTER TABLE "organisation_members" ADD CONSTRAINT "organisation_members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "organisation_members" ADD CONSTRAINT "organisation_members_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "webhook_endpoints"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma cannot say.
ALTER TABLE organisations ADD CONSTRAINT organisations_name_not_empty CHECK (name <> '');
ALTER TABLE webhook_endpoints ADD CONSTRAINT webhook_endpoints_disabled_with_reason CHECK ((disabled_reason IS NULL) = (disabled_at IS NULL));
ALTER TABLE webhook_endpoints ADD CONSTRAINT webhook_endpoints_previous_secret_ends CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL));
ALTER TABLE webhook_deliveries ADD CONSTRAINT webhook_deliveries_body_while_pending CHECK ((body IS NOT NULL) = (status = 'PENDING'));
ALTER TABLE webhook_deliveries ADD CONSTRAINT webhook_deliveries_settled_once CHECK ((settled_at IS NULL) = (status = 'PENDING'));

-- Wakes readers of the partners' log when the transaction commits; the payload is empty because the log itself says what happened.
CREATE FUNCTION notify_partner_events() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('users_partner_events', ''); RETURN NULL; END $$;
CREATE TRIGGER partner_events_notify AFTER INSERT ON partner_events FOR EACH STATEMENT EXECUTE FUNCTION notify_partner_events();
