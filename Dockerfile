# syntax=docker/dockerfile:1
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package needs a script here: the image has Node.js 24, and better-sqlite3 brings what is compiled.
RUN npm ci --ignore-scripts
COPY tools ./tools
COPY src ./src
RUN node tools/build.js --no-declarations && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
# By the variables of MALLOC_, glibc gives freed memory back, which saves a tenth of an idle process.
# https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=1 \
    MALLOC_TRIM_THRESHOLD_=65536 \
    MALLOC_TOP_PAD_=0 \
    MALLOC_MMAP_THRESHOLD_=65536 \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATABASE_URL=file:/data/countersign.db \
    COUNTERSIGN_CONFIG=/config/countersign.yml
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY db ./db
COPY --from=build /app/dist ./dist
# The modules are compiled once here, as the user who runs them: Node.js keeps a cache for each user id.
ENV NODE_COMPILE_CACHE=/app/.compiled
RUN mkdir /app/.compiled /data && chown node:node /app/.compiled /data
USER node
RUN node --input-type=module --eval \
  'import { readdirSync } from "node:fs"; for (const name of ["cli/main.js", "bot/bot.js", ...readdirSync("/app/dist/chunks").map((name) => `chunks/${name}`)]) await import(`/app/dist/${name}`)'
# The build fails unless a start uses what was compiled.
RUN NODE_DEBUG_NATIVE=COMPILE_CACHE node bin/countersign.js --version 2>&1 \
  | grep --quiet "dist/cli/main.js because cache was the same"
# Everything but /data can be mounted read-only: docker run --read-only -v countersign:/data …
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "bin/countersign.js"]
CMD ["serve"]
