-- How an account proves who it is. The password as Argon2id in PHC form; no row, or no password: it cannot sign in yet.
CREATE TABLE credential (
    account_id bigint PRIMARY KEY REFERENCES account,
    password text CHECK (password LIKE '$argon2id$%'),
    changed_at timestamptz,
    totp_secret text,
    totp_since timestamptz, -- enrolment was confirmed; before that the secret counts for nothing
    totp_step bigint NOT NULL DEFAULT 0, -- the last step of time whose code was taken: each is good once
    CHECK (totp_since IS NULL OR totp_secret IS NOT NULL)
);

-- Who is signed in. Only the SHA-256 of the cookie is kept, so who reads this table gets in nowhere.
CREATE TABLE web_session (
    sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    account_id bigint NOT NULL REFERENCES account,
    csrf text NOT NULL,
    method text NOT NULL CHECK (method IN ('password', 'oidc')),
    began_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    address text NOT NULL,
    agent text NOT NULL,
    rehearsal_day date, -- what counts as today in rehearsals, for this session only
    awaits_code boolean NOT NULL DEFAULT false, -- the password was right; it opens nothing until the code is, too
    CHECK (seen_at >= began_at)
);
CREATE INDEX web_session_by_account ON web_session (account_id);

-- Links sent by e-mail to choose a password: good once, until they expire.
CREATE TABLE pass_link (
    sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    account_id bigint NOT NULL REFERENCES account,
    purpose text NOT NULL CHECK (purpose IN ('first_use', 'reset')),
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > issued_at),
    used_at timestamptz
);
CREATE INDEX pass_link_by_account ON pass_link (account_id);

-- Letters to an account itself, which hold such links.
ALTER TABLE letter DROP CONSTRAINT letter_party_check;
ALTER TABLE letter ADD CONSTRAINT letter_party_check
    CHECK (party IN ('unit', 'review_office', 'appraisal_office', 'nominee', 'administrator', 'account'));

-- Attempts that failed, or that cost a letter, for throttling: by account and by address. `key` is a hash.
CREATE TABLE attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('account', 'address', 'reset')),
    key text NOT NULL CHECK (key ~ '^[0-9a-f]{64}$'),
    at timestamptz NOT NULL
);
CREATE INDEX attempt_by_key ON attempt (kind, key, at);

-- Which account an OpenID Connect provider means by its subject.
CREATE TABLE oidc_identity (
    issuer text NOT NULL,
    subject text NOT NULL,
    account_id bigint NOT NULL REFERENCES account,
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);

-- Uploaded files, by content: the same scan attached to thirty dossiers is stored once, and never changes.
CREATE TABLE file (
    sha256 text PRIMARY KEY CHECK (sha256 = encode(sha256(content), 'hex')),
    media text NOT NULL CHECK (media IN ('application/pdf', 'image/jpeg', 'image/png',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document')),
    size integer NOT NULL CHECK (size = octet_length(content)),
    content bytea NOT NULL
);
-- A file as a paper of a dossier. Taken off, it stays, for the trail names it.
CREATE TABLE attachment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nomination_id text NOT NULL REFERENCES nomination,
    paper text NOT NULL CHECK (paper ~ '^[a-z_]{1,40}$'),
    sha256 text NOT NULL REFERENCES file,
    name text NOT NULL CHECK (name <> ''),
    account_id bigint NOT NULL REFERENCES account,
    version integer NOT NULL, -- of the dossier, when it was attached
    removed_version integer CHECK (removed_version > version)
);
CREATE INDEX attachment_by_nomination ON attachment (nomination_id, id);
CREATE INDEX attachment_by_file ON attachment (sha256);
CREATE UNIQUE INDEX attachment_once ON attachment (nomination_id, paper, sha256) WHERE removed_version IS NULL;

-- What somebody typed and has not saved: kept so that a lost line or an ended session loses nothing. Not the dossier.
CREATE TABLE typed (
    account_id bigint NOT NULL REFERENCES account,
    form text NOT NULL CHECK (form <> ''),
    version integer, -- of the dossier the form was opened on
    content jsonb NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, form)
);

-- A reviewer's points by the campaign's rubric; `score` holds their sum.
CREATE TABLE score_part (
    nomination_id text NOT NULL,
    account_id bigint NOT NULL,
    criterion text NOT NULL,
    points numeric(7, 2) NOT NULL CHECK (points >= 0),
    PRIMARY KEY (nomination_id, account_id, criterion),
    FOREIGN KEY (nomination_id, account_id) REFERENCES score (nomination_id, account_id)
);

-- Somebody who says of themselves that they must not judge a dossier.
CREATE TABLE recusal (
    nomination_id text NOT NULL REFERENCES nomination,
    account_id bigint NOT NULL REFERENCES account,
    reason text NOT NULL CHECK (reason <> ''),
    PRIMARY KEY (nomination_id, account_id)
);

-- Letters an account has read in the portal.
CREATE TABLE letter_read (
    account_id bigint NOT NULL REFERENCES account,
    letter_id bigint NOT NULL REFERENCES letter,
    read_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, letter_id)
);
CREATE INDEX letter_by_recipient ON letter (recipient, id);
