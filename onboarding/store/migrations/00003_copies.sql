-- +goose Up

CREATE TABLE copies (
    partner  TEXT NOT NULL,
    customer TEXT NOT NULL,
    sealed   BYTEA NOT NULL,
    read_at  BIGINT NOT NULL,
    PRIMARY KEY (partner, customer)
);
CREATE INDEX copies_read_at ON copies (read_at);
