-- +goose Up

CREATE TABLE webhooks (
    digest      TEXT PRIMARY KEY,
    type        TEXT NOT NULL,
    customer    TEXT NOT NULL,
    body        TEXT NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE INDEX webhooks_received_at ON webhooks (received_at);
