# One image for all five programs; docker-compose.yml says which one a container runs.
FROM node:24-slim AS build
WORKDIR /app
COPY . .
# The pinned Node is for machines without one; this image has it.
RUN npm ci --ignore-scripts --no-audit --no-fund \
 && node scripts/generate.ts \
 && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
 && npm install --no-save --save-prod --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund @platformatic/kafka@2.12.1

FROM node:24-slim
# As `scripts/run.mjs` has it: young objects get 16 MB, and threads share what they freed and give it back, or memory is
# spent on nothing.
ENV NODE_ENV=production APOLLO_TELEMETRY_DISABLED=1 NODE_OPTIONS=--max-semi-space-size=16 \
    MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072
WORKDIR /app
COPY --from=build --chown=root:root /app .
USER node
EXPOSE 4000
CMD ["node", "router/src/main.ts"]
