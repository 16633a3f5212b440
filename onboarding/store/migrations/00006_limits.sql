-- +goose Up

CREATE TABLE limits (
    key     TEXT PRIMARY KEY,
    free_at BIGINT NOT NULL -- in microseconds, as some limits allow many a millisecond
);
CREATE INDEX limits_free_at ON limits (free_at);
