# Build: a static binary, so that the image needs nothing else.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /portal . && mkdir -p /empty

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /portal /portal
# SQLite's file, data/portal.db by default, lies here; mount a volume over it to keep
# it. It is not set below, as whoever has PostgreSQL names a file with its address.
COPY --from=build --chown=65532:65532 /empty /data
USER 65532:65532
ENV PORTAL_ADDR=0.0.0.0:8080 PORTAL_PARTNERS=/etc/portal/partners.yaml
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=5s CMD ["/portal", "health"]
ENTRYPOINT ["/portal"]
