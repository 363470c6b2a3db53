# The server and its command line, with the drivers of every engine, carrier and provider. What is optional for the
# package is not for the image: the versions are those of the lock file.

FROM node:24.21.0-slim AS built
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

FROM node:24.21.0-slim AS drivers
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY deploy/with-drivers.js ./
RUN node with-drivers.js \
  && npm install --package-lock-only --ignore-scripts \
  && npm ci --omit=dev --ignore-scripts

FROM node:24.21.0-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=drivers /app/node_modules node_modules
COPY --from=built /app/dist dist
COPY package.json LICENSE ./
COPY bin bin
COPY console console
COPY data data
COPY docs docs
# Keys, and stores in files.
RUN mkdir /data && chown node:node /data
USER node
WORKDIR /data
EXPOSE 8080
ENTRYPOINT ["/app/bin/holdfast"]
CMD ["serve", "--host", "0.0.0.0"]
