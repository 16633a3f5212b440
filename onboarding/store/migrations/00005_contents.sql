-- +goose Up

CREATE TABLE contents (
    sha256     TEXT PRIMARY KEY,
    media_type TEXT NOT NULL,
    size       BIGINT NOT NULL,
    body       BYTEA NOT NULL,
    kept_at    BIGINT NOT NULL
);
