# syntax=docker/dockerfile:1
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The image brings its own Node.js 24, so the development packages, the `node` package among them, stay out.
RUN npm ci --omit=dev

FROM node:24-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATABASE_URL=file:/data/countersign.db \
    COUNTERSIGN_CONFIG=/config/countersign.yml
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY db ./db
COPY src ./src
# Compiled once here rather than at every start: a third of the start, and 20 MB of memory.
ENV NODE_COMPILE_CACHE=/app/.compiled
RUN node --input-type=module --eval \
  'for (const name of ["cli/serve", "bot/bot", "bot/pages", "sqlite/open", "postgres/open", "github/traffic/client", "github/host", "gitee/host"]) await import(`/app/src/${name}.ts`)'
# Everything but /data can be mounted read-only: docker run --read-only -v countersign:/data …
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "bin/countersign.js"]
CMD ["serve"]
