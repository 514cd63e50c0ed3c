# The image of the service: compiled code, run-time dependencies and migrations. It has no simulator, no
# embedded Postgres, no tests and no compiler.
#
# `.ci/run` carries out these steps in plain directories and verifies a number with the result. No
# container engine has built the image itself yet.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY client ./client
COPY packages ./packages
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build
# Only development loads it.
RUN rm -rf dist/development

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The service needs none of the published packages.
RUN npm ci --omit=dev --ignore-scripts --workspaces=false

FROM node:24-bookworm-slim AS production
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=32768 MALLOC_TOP_PAD_=0
WORKDIR /app
COPY package.json ./
COPY scripts/builder.mjs scripts/migrate.mjs ./scripts/
COPY bin ./bin
COPY migrations ./migrations
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# Root owns the files. The service writes none, so `docker run --read-only` works too.
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/livez`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# These flags keep memory at about 220 MB under load: docs/performance.md.
CMD ["node", "--max-semi-space-size=32", "--heap-growing-percent=30", "--v8-pool-size=1", "dist/server.js"]
