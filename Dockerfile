# One build serves every platform: the packages are JavaScript, and bcrypt's package has binaries for all platforms.
FROM --platform=$BUILDPLATFORM node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20 AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package needs its install script: bcrypt's package has its binaries.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev
RUN mkdir /state

FROM node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20
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
COPY config/rules ./config/rules
# For state.path. A named volume that is mounted here gets the owner of this folder.
COPY --from=build --chown=1000:1000 /state /var/lib/tencent-live-exporter
# The user "node" of the base image, as a number, because Kubernetes needs it to verify that the user is not root.
USER 1000:1000
EXPOSE 19123
# With another port or with TLS, replace this check with --health-cmd.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:19123/-/healthy').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# src/main.ts explains the flags of Node.
ENTRYPOINT ["node", "--no-allocation-site-pretenuring", "--heap-growing-percent=10", "--enable-source-maps", "dist/main.js"]
