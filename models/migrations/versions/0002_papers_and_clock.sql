-- What is issued is kept: a paper is made from data (source_hash) by tools (fingerprint), and never changes.
CREATE TABLE paper (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    decision_id bigint REFERENCES decision,
    submission_id bigint REFERENCES submission,
    name text NOT NULL,
    source_hash text NOT NULL CHECK (source_hash ~ '^[0-9a-f]{64}$'),
    fingerprint text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 = encode(sha256(content), 'hex')),
    content bytea NOT NULL,
    made_at timestamptz NOT NULL,
    CHECK (num_nonnulls(decision_id, submission_id) = 1),
    UNIQUE NULLS NOT DISTINCT (decision_id, submission_id, name, source_hash, fingerprint)
);
CREATE INDEX paper_by_sha256 ON paper (sha256);
CREATE FUNCTION paper_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'issued papers are kept: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER paper_insert_only BEFORE UPDATE OR DELETE ON paper
    FOR EACH ROW EXECUTE FUNCTION paper_is_insert_only();
CREATE TRIGGER paper_no_truncate BEFORE TRUNCATE ON paper
    FOR EACH STATEMENT EXECUTE FUNCTION paper_is_insert_only();

-- The newest verdicts of each dossier as the clock found them, so that a change overnight is noticed and told.
CREATE TABLE screened (
    nomination_id text PRIMARY KEY REFERENCES nomination,
    screened_on date NOT NULL,
    ruleset text NOT NULL,
    overall text NOT NULL CHECK (overall IN ('eligible', 'incomplete', 'ineligible')),
    verdicts jsonb NOT NULL
);

-- Something the clock found wrong with the data; one open alert of a kind at a time.
CREATE TABLE alert (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('trail', 'invariants')),
    raised_at timestamptz NOT NULL,
    cleared_at timestamptz CHECK (cleared_at >= raised_at),
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    problems jsonb NOT NULL
);
CREATE UNIQUE INDEX alert_one_open ON alert (kind) WHERE cleared_at IS NULL;

ALTER TABLE letter ADD COLUMN sent_at timestamptz;
ALTER TABLE letter DROP CONSTRAINT letter_party_check;
ALTER TABLE letter ADD CONSTRAINT letter_party_check
    CHECK (party IN ('unit', 'review_office', 'appraisal_office', 'nominee', 'administrator'));
ALTER TABLE letter ADD CONSTRAINT letter_sent_at_check CHECK (sent_at IS NULL OR status = 'sent');
