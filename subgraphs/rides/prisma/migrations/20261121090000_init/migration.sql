-- CreateEnum
CREATE TYPE "driver_status" AS ENUM ('OFFLINE', 'AVAILABLE', 'ON_RIDE', 'SUSPENDED');

-- CreateEnum
CREATE TYPE "ride_class" AS ENUM ('ECONOMY', 'XL', 'PREMIUM', 'COURIER');

-- CreateEnum
CREATE TYPE "ride_status" AS ENUM ('ACCEPTED', 'ARRIVED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED_BY_RIDER', 'CANCELLED_BY_DRIVER', 'CANCELLED_BY_SYSTEM');

-- CreateTable
CREATE TABLE "drivers" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "status" "driver_status" NOT NULL DEFAULT 'OFFLINE',
    "plate" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "class" "ride_class" NOT NULL,
    "capacity" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "drivers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "driver_positions" (
    "driver_id" TEXT NOT NULL,
    "latitude" DOUBLE PRECISION NOT NULL,
    "longitude" DOUBLE PRECISION NOT NULL,
    "heading_deg" DOUBLE PRECISION,
    "speed_mps" DOUBLE PRECISION,
    "sequence" BIGINT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "driver_positions_pkey" PRIMARY KEY ("driver_id")
);

-- CreateTable
CREATE TABLE "ride_quotes" (
    "id" TEXT NOT NULL,
    "rider_id" TEXT NOT NULL,
    "class" "ride_class" NOT NULL,
    "pickup_latitude" DOUBLE PRECISION NOT NULL,
    "pickup_longitude" DOUBLE PRECISION NOT NULL,
    "dropoff_latitude" DOUBLE PRECISION NOT NULL,
    "dropoff_longitude" DOUBLE PRECISION NOT NULL,
    "distance_meters" INTEGER NOT NULL,
    "duration_seconds" INTEGER NOT NULL,
    "total_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ride_quotes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rides" (
    "id" TEXT NOT NULL,
    "rider_id" TEXT NOT NULL,
    "driver_id" TEXT NOT NULL,
    "order_id" TEXT,
    "status" "ride_status" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "class" "ride_class" NOT NULL,
    "pickup_latitude" DOUBLE PRECISION NOT NULL,
    "pickup_longitude" DOUBLE PRECISION NOT NULL,
    "dropoff_latitude" DOUBLE PRECISION NOT NULL,
    "dropoff_longitude" DOUBLE PRECISION NOT NULL,
    "distance_meters" INTEGER NOT NULL,
    "fare_minor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),
    "cancel_reason" TEXT,

    CONSTRAINT "rides_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ride_events" (
    "ride_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "from_status" "ride_status",
    "to_status" "ride_status" NOT NULL,
    "actor_id" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ride_events_pkey" PRIMARY KEY ("ride_id","version")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "viewer_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "outcome" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("viewer_id","key")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "type" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "drivers_user_id_key" ON "drivers"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "drivers_plate_key" ON "drivers"("plate");

-- CreateIndex
CREATE INDEX "drivers_status_class_idx" ON "drivers"("status", "class");

-- CreateIndex
CREATE INDEX "ride_quotes_rider_id_expires_at_idx" ON "ride_quotes"("rider_id", "expires_at");

-- CreateIndex
CREATE INDEX "rides_rider_id_requested_at_id_idx" ON "rides"("rider_id", "requested_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "rides_driver_id_requested_at_id_idx" ON "rides"("driver_id", "requested_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "rides_one_active_per_driver" ON "rides"("driver_id") WHERE ((completed_at IS NULL) AND (cancelled_at IS NULL));

-- CreateIndex
CREATE UNIQUE INDEX "rides_one_active_per_rider" ON "rides"("rider_id") WHERE ((completed_at IS NULL) AND (cancelled_at IS NULL) AND (order_id IS NULL));

-- CreateIndex
CREATE UNIQUE INDEX "rides_one_live_per_order" ON "rides"("order_id") WHERE (cancelled_at IS NULL);

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
CREATE INDEX "outbox_xid_id_idx" ON "outbox"("xid", "id");

-- AddForeignKey
ALTER TABLE "driver_positions" ADD CONSTRAINT "driver_positions_driver_id_fkey" FOREIGN KEY ("driver_id") REFERENCES "drivers"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rides" ADD CONSTRAINT "rides_driver_id_fkey" FOREIGN KEY ("driver_id") REFERENCES "drivers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ride_events" ADD CONSTRAINT "ride_events_ride_id_fkey" FOREIGN KEY ("ride_id") REFERENCES "rides"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What must hold whoever writes, and what Prisma's schema cannot say.
ALTER TABLE "drivers" ADD CONSTRAINT "capacity_not_negative" CHECK ("capacity" >= 0);
ALTER TABLE "driver_positions"
  ADD CONSTRAINT "position_on_earth" CHECK ("latitude" BETWEEN -90 AND 90 AND "longitude" BETWEEN -180 AND 180),
  ADD CONSTRAINT "sequence_not_negative" CHECK ("sequence" >= 0);
ALTER TABLE "ride_quotes"
  ADD CONSTRAINT "total_not_negative" CHECK ("total_minor" >= 0),
  ADD CONSTRAINT "distance_not_negative" CHECK ("distance_meters" >= 0 AND "duration_seconds" >= 0);
ALTER TABLE "rides"
  ADD CONSTRAINT "places_on_earth" CHECK (
    "pickup_latitude" BETWEEN -90 AND 90 AND "pickup_longitude" BETWEEN -180 AND 180 AND
    "dropoff_latitude" BETWEEN -90 AND 90 AND "dropoff_longitude" BETWEEN -180 AND 180),
  ADD CONSTRAINT "distance_and_fare_not_negative" CHECK ("distance_meters" >= 0 AND "fare_minor" >= 0),
  ADD CONSTRAINT "version_from_1" CHECK ("version" >= 1),
  ADD CONSTRAINT "completed_when_it_says_so" CHECK (("completed_at" IS NOT NULL) = ("status" = 'COMPLETED')),
  ADD CONSTRAINT "cancelled_when_it_says_so" CHECK (("cancelled_at" IS NOT NULL) =
    ("status" IN ('CANCELLED_BY_RIDER', 'CANCELLED_BY_DRIVER', 'CANCELLED_BY_SYSTEM')));

-- Wakes readers of the log when the transaction commits; the payload is empty because the log itself says what happened.
CREATE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('rides_outbox', '');
  RETURN NULL;
END $$;
CREATE TRIGGER outbox_notify AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox();
