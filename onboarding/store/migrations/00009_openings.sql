-- +goose Up

CREATE TABLE openings (
    partner     TEXT NOT NULL,
    customer    TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    opened_at   BIGINT NOT NULL,
    PRIMARY KEY (partner, customer, fingerprint)
);
CREATE INDEX openings_opened_at ON openings (opened_at);
