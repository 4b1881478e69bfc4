-- What opens the JSON API for an account. Only the SHA-256 of a token is kept: who reads this table gets in nowhere.
CREATE TABLE token (
    sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    account_id bigint NOT NULL REFERENCES account,
    issued_at timestamptz NOT NULL,
    revoked_at timestamptz CHECK (revoked_at >= issued_at)
);
CREATE INDEX token_by_account ON token (account_id);

-- What was answered to a request that changed something and may come again under the same key.
CREATE TABLE answer (
    account_id bigint NOT NULL REFERENCES account,
    key text NOT NULL,
    request_hash text NOT NULL CHECK (request_hash ~ '^[0-9a-f]{64}$'),
    body text NOT NULL,
    etag text,
    answered_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, key)
);

-- Lists are read a page at a time, in order of arrival.
CREATE INDEX nomination_by_arrival ON nomination (campaign_id, state, arrival);
CREATE INDEX nomination_of_unit_by_arrival ON nomination (unit_code, arrival);
DROP INDEX nomination_by_unit;
