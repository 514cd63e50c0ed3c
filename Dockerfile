# The image of the service: compiled code, run-time dependencies and migrations; no simulator, no embedded Postgres,
# no tests, no compiler.
#
# No container engine was at hand when this was written. `.ci/run` carries out its steps in a plain directory and verifies
# a number with the result, but nobody has built the image itself yet.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY client ./client
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build
# What only development loads; the simulator would refuse to start here anyway.
RUN rm -rf dist/development

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The service does not need the browser client, which is a workspace.
RUN npm ci --omit=dev --ignore-scripts --workspaces=false

FROM node:24-bookworm-slim AS production
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=32768 MALLOC_TOP_PAD_=0
WORKDIR /app
COPY package.json ./
COPY scripts/builder.mjs scripts/migrate.mjs ./scripts/
COPY migrations ./migrations
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# Files stay root's: the service writes nothing, so `docker run --read-only` works too.
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/livez`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# How Node keeps its memory, so that it stays at about 220 MB under load and out of the way of other processes: docs/performance.md says why.
CMD ["node", "--max-semi-space-size=32", "--heap-growing-percent=30", "--v8-pool-size=1", "dist/server.js"]
