-- +goose Up

CREATE TABLE attempts (
    key       TEXT PRIMARY KEY,
    partner   TEXT NOT NULL,
    customer  TEXT NOT NULL,
    act       TEXT NOT NULL,
    detail    TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE UNIQUE INDEX attempts_open ON attempts (partner, customer, act) WHERE closed_at IS NULL;
CREATE INDEX attempts_opened_at ON attempts (opened_at);

CREATE TABLE consents (
    key            TEXT PRIMARY KEY,
    partner        TEXT NOT NULL,
    customer       TEXT NOT NULL,
    document_id    TEXT NOT NULL,
    document_title TEXT NOT NULL,
    document_url   TEXT NOT NULL,
    document_text  TEXT NOT NULL,
    words          TEXT NOT NULL,
    locale         TEXT NOT NULL,
    shown_at       BIGINT NOT NULL,
    agreed_at      BIGINT NOT NULL,
    address        TEXT NOT NULL,
    agent          TEXT NOT NULL,
    state          TEXT NOT NULL,
    signing_id     TEXT NOT NULL,
    reason         TEXT NOT NULL,
    settled_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX consents_pending ON consents (partner, customer, document_id) WHERE state = 'pending';
CREATE INDEX consents_undelivered ON consents (partner, agreed_at, key) WHERE state = 'pending';
CREATE INDEX consents_customer ON consents (partner, customer, agreed_at);

CREATE TABLE partner_customers (
    customer   TEXT PRIMARY KEY,
    partner    TEXT NOT NULL,
    claimed_at BIGINT NOT NULL
);

CREATE TABLE links (
    hash       TEXT PRIMARY KEY,
    partner    TEXT NOT NULL,
    body       TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,
    used_by    TEXT NOT NULL
);
CREATE INDEX links_expires_at ON links (expires_at);

CREATE TABLE sessions (
    token      TEXT PRIMARY KEY,
    data       BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE answers (
    id         TEXT PRIMARY KEY,
    body_hash  TEXT NOT NULL,
    answer     BYTEA,
    expires_at BIGINT NOT NULL
);
CREATE INDEX answers_expires_at ON answers (expires_at);
