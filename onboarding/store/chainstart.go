package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"portal/onboarding"
)

// startChains is the second migration: from here on there is evidence, and consents are
// what is acted on. The consents of before become the first records of their
// customers' chains, and none is lost.
func startChains(e engine) func(context.Context, *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		if err := run(ctx, tx, append(slices.Clone(chainTables), evidenceGuards[e]...)); err != nil {
			return err
		}
		var last onboarding.Consent
		for first := true; ; first = false {
			old, err := oldConsents(ctx, tx, last, first)
			if err != nil {
				return err
			}
			if len(old) == 0 {
				return run(ctx, tx, chainNames)
			}
			if err := chainOld(ctx, tx, old); err != nil {
				return err
			}
			last = old[0]
		}
	}
}

var (
	chainTables = []string{
		`
		CREATE TABLE evidence (
			partner  TEXT NOT NULL,
			customer TEXT NOT NULL,
			sequence BIGINT NOT NULL,
			kind     TEXT NOT NULL,
			body     BYTEA NOT NULL,
			previous TEXT NOT NULL,
			hash     TEXT NOT NULL,
			PRIMARY KEY (partner, customer, sequence)
		)`,
		`
		CREATE TABLE consents_new (
			key          TEXT PRIMARY KEY,
			partner      TEXT NOT NULL,
			customer     TEXT NOT NULL,
			document_id  TEXT NOT NULL,
			sequence     BIGINT NOT NULL,
			agreed_at    BIGINT NOT NULL,
			state        TEXT NOT NULL,
			signing_id   TEXT NOT NULL,
			reason       TEXT NOT NULL,
			settled_at   BIGINT NOT NULL,
			leased_until BIGINT NOT NULL
		)`,
	}
	chainNames = []string{
		`DROP TABLE consents`,
		`ALTER TABLE consents_new RENAME TO consents`,
		`CREATE UNIQUE INDEX consents_pending ON consents (partner, customer, document_id) WHERE state = 'pending'`,
		`CREATE INDEX consents_undelivered ON consents (partner, agreed_at, key) WHERE state = 'pending'`,
		`CREATE INDEX consents_customer ON consents (partner, customer, agreed_at)`,
	}
	// evidenceGuards keeps programs, and people in a hurry, from changing evidence.
	// Whoever owns the database can take it away; the chain shows it then.
	evidenceGuards = map[engine][]string{
		sqliteEngine: {
			`CREATE TRIGGER evidence_stays BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END`,
			`CREATE TRIGGER evidence_remains BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is never deleted'); END`,
		},
		postgresEngine: {
			`CREATE FUNCTION evidence_stays() RETURNS trigger LANGUAGE plpgsql AS
				$$ BEGIN RAISE EXCEPTION 'evidence is never changed or deleted'; END $$`,
			`CREATE TRIGGER evidence_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence
				FOR EACH STATEMENT EXECUTE FUNCTION evidence_stays()`,
		},
	}
)

func run(ctx context.Context, tx *sql.Tx, statements []string) error {
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// oldConsents are all of the next customer, oldest first.
func oldConsents(ctx context.Context, tx *sql.Tx, last onboarding.Consent, first bool) ([]onboarding.Consent, error) {
	after := `(partner, customer) > ($1, $2)`
	if first {
		after = `(partner, customer) >= ($1, $2)`
	}
	rows, err := tx.QueryContext(ctx, `
		SELECT key, partner, customer, document_id, document_title, document_url, document_text,
			words, locale, shown_at, agreed_at, address, agent, state, signing_id, reason, settled_at
		FROM consents WHERE (partner, customer) = (
			SELECT partner, customer FROM consents WHERE `+after+` ORDER BY partner, customer LIMIT 1)
		ORDER BY agreed_at, key`, last.Partner, last.Customer)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var old []onboarding.Consent
	for rows.Next() {
		var c onboarding.Consent
		var shown, agreed, settled int64
		if err := rows.Scan(&c.Key, &c.Partner, &c.Customer, &c.Document.ID, &c.Document.Title, &c.Document.URL, &c.Document.Text,
			&c.Words, &c.Locale, &shown, &agreed, &c.Address, &c.Agent, &c.State, &c.SigningID, &c.Reason, &settled); err != nil {
			return nil, err
		}
		c.ShownAt, c.AgreedAt, c.SettledAt = moment(shown), moment(agreed), moment(settled)
		c.Shown, c.Signed = onboarding.DocumentBytes{Problem: onboarding.NotFetched}, onboarding.DocumentBytes{Problem: onboarding.NotFetched}
		old = append(old, c)
	}
	return old, rows.Err()
}

// chainedLater tells whoever reads such a record how far its place in the chain counts.
const chainedLater = "kept before there was a chain, and put into it later"

// chainOld makes one customer's consents into a chain, in the order of what happened.
func chainOld(ctx context.Context, tx *sql.Tx, old []onboarding.Consent) error {
	type event struct {
		at   time.Time
		of   int
		kind onboarding.EvidenceKind
		body []byte
	}
	var events []event
	for i, c := range old {
		events = append(events, event{c.AgreedAt, i, onboarding.EvidenceAgreed, c.Agreement(chainedLater)})
		settled := c.SettledAt
		if settled.Before(c.AgreedAt) { // our clock was set back in between
			settled = c.AgreedAt
		}
		refused := onboarding.Outcome{Key: c.Key, Reason: c.Reason, At: c.SettledAt}
		confirmed := onboarding.Outcome{Key: c.Key, SigningID: c.SigningID, At: c.SettledAt}
		if c.State == onboarding.ConsentRefused || c.Reason != "" { // Iron had second thoughts
			events = append(events, event{settled, i, onboarding.EvidenceRefused, refused.Encode()})
		}
		if c.State == onboarding.ConsentConfirmed {
			events = append(events, event{settled, i, onboarding.EvidenceConfirmed, confirmed.Encode()})
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, v := range events {
		c := &old[v.of]
		e, err := appendEvidence(ctx, tx, c.Partner, c.Customer, v.kind, v.body)
		if err != nil {
			return err
		}
		if v.kind == onboarding.EvidenceAgreed {
			c.Sequence = e.Sequence
		}
	}
	for _, c := range old {
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO consents_new (key, partner, customer, document_id, sequence, agreed_at, state, signing_id, reason, settled_at, leased_until)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)`,
			c.Key, c.Partner, c.Customer, c.Document.ID, c.Sequence, millis(c.AgreedAt), string(c.State), c.SigningID, c.Reason, millis(c.SettledAt)); err != nil {
			return err
		}
	}
	return nil
}
