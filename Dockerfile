# What is installed is JavaScript, and machine code for every platform in bcrypt's package: one build serves them all.
FROM --platform=$BUILDPLATFORM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev

FROM node:24.21.0-bookworm-slim
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="tencent-live-exporter" \
  org.opencontainers.image.description="Prometheus exporter for Tencent Cloud live rooms" \
  org.opencontainers.image.source="https://github.com/tencent-live-exporter/tencent-live-exporter" \
  org.opencontainers.image.documentation="https://github.com/tencent-live-exporter/tencent-live-exporter#readme" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="$VERSION" \
  org.opencontainers.image.revision="$REVISION"
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY config/exporter.yml ./config/exporter.yml
# The user "node" of the base image: by its number, Kubernetes can tell that it is not root.
USER 1000:1000
EXPOSE 19123
# For another port, or with TLS, give --health-cmd.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:19123/-/healthy').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps", "dist/main.js"]
