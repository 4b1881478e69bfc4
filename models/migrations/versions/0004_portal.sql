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
-- What addresses of pages call a letter: its number would count everybody else's.
ALTER TABLE letter ADD COLUMN key uuid NOT NULL DEFAULT gen_random_uuid();
CREATE UNIQUE INDEX letter_by_key ON letter (key);

-- How Vietnamese lists order a dossier's name, as text to be compared byte by byte: this PostgreSQL knows no Vietnamese.
ALTER TABLE nomination ADD COLUMN name_key text COLLATE "C";
ALTER TABLE nomination DISABLE TRIGGER USER; -- no step of a dossier
UPDATE nomination n SET name_key = k.key FROM name_keys k WHERE k.id = n.id;
ALTER TABLE nomination ENABLE TRIGGER USER;
ALTER TABLE nomination ALTER COLUMN name_key SET NOT NULL;

-- The offices' queue: a narrow copy of what they filter and sort by, one line for each dossier, for a dossier is wide
-- and there may be a hundred thousand. Triggers write it and nothing else may; an invariant compares it with the truth.
CREATE TABLE queue_line (
    nomination_id text PRIMARY KEY REFERENCES nomination,
    campaign_id bigint NOT NULL,
    category text NOT NULL,
    unit_code text NOT NULL,
    arrival bigint NOT NULL,
    state text NOT NULL,
    since date NOT NULL, -- the day of the step that brought it there
    due date,
    name_key text COLLATE "C" NOT NULL,
    words tsvector NOT NULL, -- of the name, without diacritics
    project text,
    direct boolean NOT NULL,
    score numeric(9, 4) NOT NULL, -- the mean that counts; -1: nobody's points count
    overall text, -- what the night's screening found
    submitted date -- the day its unit first sent it
);
CREATE UNIQUE INDEX queue_line_by_arrival ON queue_line (campaign_id, arrival);
CREATE INDEX queue_line_by_name ON queue_line (campaign_id, name_key, arrival);
CREATE INDEX queue_line_by_unit ON queue_line (campaign_id, unit_code, arrival);
CREATE INDEX queue_line_by_since ON queue_line (campaign_id, since, arrival);
CREATE INDEX queue_line_by_score ON queue_line (campaign_id, score, arrival);
CREATE INDEX queue_line_by_state ON queue_line (campaign_id, state, arrival);
CREATE INDEX queue_line_by_overall ON queue_line (campaign_id, overall, state, arrival);
CREATE INDEX queue_line_by_word ON queue_line USING gin (words) WITH (fastupdate = off);

CREATE FUNCTION queue_line_of(wanted text) RETURNS SETOF queue_line LANGUAGE sql STABLE AS $$
    SELECT n.id, n.campaign_id, n.category, n.unit_code, n.arrival, n.state,
        coalesce((SELECT (t.body::jsonb ->> 'today')::date FROM trail t WHERE t.subject = 'nomination:' || n.id
            AND (t.tag LIKE 'nomination:step:%' OR t.seq = 1) ORDER BY t.seq DESC LIMIT 1),
            'epoch'), -- a dossier without its trail: refused when the transaction ends
        n.due, n.name_key, array_to_tsvector(array_remove(string_to_array(n.search, ' '), '')),
        n.fields ->> 'project', coalesce(n.fields -> 'direct' = 'true', false),
        coalesce((SELECT round(avg(p.points), 4) FROM score p WHERE p.nomination_id = n.id AND NOT EXISTS (
            SELECT 1 FROM recusal r WHERE r.nomination_id = n.id AND r.account_id = p.account_id)), -1),
        (SELECT s.overall FROM screened s WHERE s.nomination_id = n.id),
        (SELECT (t.body::jsonb ->> 'today')::date FROM trail t WHERE t.subject = 'nomination:' || n.id
            AND t.tag = 'nomination:step:submit' ORDER BY t.seq LIMIT 1)
    FROM nomination n WHERE n.id = wanted
$$;
INSERT INTO queue_line SELECT l.* FROM nomination n CROSS JOIN LATERAL queue_line_of(n.id) l;
CREATE FUNCTION queue_line_follows() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    changed text;
BEGIN
    IF TG_TABLE_NAME = 'nomination' THEN changed := NEW.id; ELSE changed := NEW.nomination_id; END IF;
    INSERT INTO queue_line SELECT * FROM queue_line_of(changed)
        ON CONFLICT (nomination_id) DO UPDATE SET (unit_code, state, since, due, name_key, words, project, direct,
            score, overall, submitted) = (EXCLUDED.unit_code, EXCLUDED.state, EXCLUDED.since, EXCLUDED.due,
            EXCLUDED.name_key, EXCLUDED.words, EXCLUDED.project, EXCLUDED.direct, EXCLUDED.score, EXCLUDED.overall,
            EXCLUDED.submitted);
    RETURN NULL;
END $$;
CREATE TRIGGER nomination_queued AFTER INSERT OR UPDATE ON nomination
    FOR EACH ROW EXECUTE FUNCTION queue_line_follows();
CREATE TRIGGER score_queued AFTER INSERT OR UPDATE ON score FOR EACH ROW EXECUTE FUNCTION queue_line_follows();
CREATE TRIGGER recusal_queued AFTER INSERT ON recusal FOR EACH ROW EXECUTE FUNCTION queue_line_follows();
CREATE TRIGGER screened_queued AFTER INSERT ON screened FOR EACH ROW EXECUTE FUNCTION queue_line_follows();
CREATE TRIGGER screened_anew_queued AFTER UPDATE ON screened FOR EACH ROW
    WHEN (OLD.overall <> NEW.overall) EXECUTE FUNCTION queue_line_follows();

-- Changes with every campaign, unit, account, role and delegation: what a program keeps of them in memory is true as long
-- as this is the same. Random, so that no value stands for two contents, whatever was rolled back, copied or restored.
CREATE TABLE mark (
    sole boolean PRIMARY KEY DEFAULT true CHECK (sole),
    changed uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO mark DEFAULT VALUES;
CREATE FUNCTION mark_changes() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE mark SET changed = gen_random_uuid();
    RETURN NULL;
END $$;
CREATE TRIGGER campaign_marked AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON campaign
    FOR EACH STATEMENT EXECUTE FUNCTION mark_changes();
CREATE TRIGGER unit_marked AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON unit
    FOR EACH STATEMENT EXECUTE FUNCTION mark_changes();
CREATE TRIGGER account_marked AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON account
    FOR EACH STATEMENT EXECUTE FUNCTION mark_changes();
CREATE TRIGGER account_role_marked AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON account_role
    FOR EACH STATEMENT EXECUTE FUNCTION mark_changes();
CREATE TRIGGER delegation_marked AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON delegation
    FOR EACH STATEMENT EXECUTE FUNCTION mark_changes();

-- The trail as people read it: newest first, by what happened, by who acted. Taken from the hashed text, for finding only:
-- a verification reads the text itself.
ALTER TABLE trail
    ADD COLUMN at text COLLATE "C" GENERATED ALWAYS AS (substring(body FROM '"at":"([^"]*)"')) STORED,
    ADD COLUMN actor text GENERATED ALWAYS AS (substring(body FROM '"by":"([^"]*)"')) STORED,
    ADD COLUMN principal text GENERATED ALWAYS AS (substring(body FROM '"on_behalf":"([^"]*)"')) STORED;
CREATE INDEX trail_by_moment ON trail (at, subject, seq);
CREATE INDEX trail_by_tag ON trail (tag text_pattern_ops, at);
CREATE INDEX trail_by_actor ON trail (actor, at) WHERE actor IS NOT NULL;
CREATE INDEX trail_by_principal ON trail (principal, at) WHERE principal IS NOT NULL;
CREATE INDEX trail_by_seen ON trail (substring(body FROM '"nomination":"([^"]*)"')) WHERE tag IN ('account:cccd:seen',
    'account:paper:read', 'account:bundle:made', 'campaign:cccd:seen', 'campaign:paper:read', 'campaign:bundle:made');

-- When each check of the data ran last, and what it found: an alert tells only of problems.
CREATE TABLE watched (
    kind text PRIMARY KEY CHECK (kind IN ('trail', 'invariants')),
    at timestamptz NOT NULL,
    checked bigint NOT NULL CHECK (checked >= 0),
    problems integer NOT NULL CHECK (problems >= 0)
);
