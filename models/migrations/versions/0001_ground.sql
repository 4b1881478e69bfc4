-- The ground: every table, and the constraints that make the impossible impossible.

CREATE TABLE unit (
    code text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    symbol text NOT NULL,
    nominates boolean NOT NULL,
    note text NOT NULL DEFAULT ''
);

CREATE TABLE account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    email text,
    person text,
    collective text,
    active boolean NOT NULL DEFAULT true
);

CREATE TABLE account_role (
    account_id bigint NOT NULL REFERENCES account,
    unit_code text NOT NULL REFERENCES unit,
    role text NOT NULL CHECK (role IN ('unit_officer', 'unit_head', 'review_officer', 'review_head',
        'appraisal_officer', 'appraisal_head', 'decision_clerk', 'observer', 'administrator')),
    PRIMARY KEY (account_id, unit_code, role)
);

CREATE TABLE delegation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    from_id bigint NOT NULL REFERENCES account,
    to_id bigint NOT NULL REFERENCES account,
    since date,
    until date NOT NULL,
    CHECK (from_id <> to_id),
    CHECK (since IS NULL OR since <= until)
);

CREATE TABLE campaign (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    rehearsal boolean NOT NULL,
    config jsonb NOT NULL,
    decided boolean NOT NULL DEFAULT false
);

CREATE TABLE category (
    campaign_id bigint NOT NULL REFERENCES campaign,
    key text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('collective', 'individual')),
    capacity integer NOT NULL CHECK (capacity > 0),
    PRIMARY KEY (campaign_id, key),
    UNIQUE (campaign_id, key, capacity)
);

CREATE TABLE submission (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id bigint NOT NULL REFERENCES campaign,
    number text NOT NULL,
    dated date NOT NULL
);

CREATE TABLE decision (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id bigint NOT NULL REFERENCES campaign,
    state text NOT NULL CHECK (state IN ('open', 'frozen', 'signed', 'corrected', 'cancelled')),
    version integer NOT NULL CHECK (version > 0),
    frozen_on date,
    content text,
    content_hash text,
    number text,
    dated date,
    signer text,
    CHECK (state NOT IN ('frozen', 'signed', 'corrected')
        OR (frozen_on IS NOT NULL AND content IS NOT NULL
            AND content_hash = encode(sha256(convert_to(content, 'UTF8')), 'hex'))),
    CHECK ((state IN ('signed', 'corrected'))
        = (number IS NOT NULL AND dated IS NOT NULL AND signer IS NOT NULL)),
    CHECK (state <> 'open' OR content IS NULL)
);
CREATE UNIQUE INDEX decision_one_alive ON decision (campaign_id) WHERE state <> 'cancelled';

CREATE TABLE amendment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    decision_id bigint NOT NULL REFERENCES decision,
    kind text NOT NULL CHECK (kind IN ('correction', 'revocation')),
    nomination_id text,
    number text NOT NULL,
    dated date NOT NULL,
    reason text NOT NULL,
    CHECK ((kind = 'revocation') = (nomination_id IS NOT NULL))
);

-- One register per issuer, symbol and year; a number is given out once.
CREATE TABLE register_entry (
    issuer text NOT NULL,
    symbol text NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    subject text NOT NULL,
    PRIMARY KEY (issuer, symbol, year, number)
);

CREATE TABLE nomination (
    id text PRIMARY KEY CHECK (id ~ '^[0-9A-HJKMNP-TV-Z]{8}$'),
    arrival bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    campaign_id bigint NOT NULL,
    category text NOT NULL,
    unit_code text NOT NULL REFERENCES unit,
    name text NOT NULL CHECK (name <> ''),
    fields jsonb NOT NULL,
    source jsonb NOT NULL,
    row_key text NOT NULL,
    cccd text,
    namesake text NOT NULL,
    search text NOT NULL,
    state text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    left_state text,
    due date,
    head_submitted boolean NOT NULL DEFAULT false,
    own_withdrawal boolean NOT NULL DEFAULT false,
    released boolean NOT NULL DEFAULT false,
    submission_id bigint REFERENCES submission,
    decision_id bigint REFERENCES decision,
    serial integer,
    FOREIGN KEY (campaign_id, category) REFERENCES category (campaign_id, key),
    UNIQUE (campaign_id, category, unit_code, row_key),
    UNIQUE (decision_id, serial),
    CONSTRAINT nomination_state CHECK (state IN ('draft', 'submitted', 'returned', 'in_review', 'endorsed',
        'selected', 'in_appraisal', 'queried', 'approved', 'listed', 'awarded', 'revoked', 'declined',
        'refused', 'withdrawn', 'lapsed', 'not_selected')),
    CONSTRAINT nomination_was_submitted CHECK (state IN ('draft', 'withdrawn', 'lapsed') OR head_submitted),
    CONSTRAINT nomination_has_due_date CHECK (state NOT IN ('returned', 'queried') OR due IS NOT NULL),
    CONSTRAINT nomination_was_forwarded CHECK (
        state NOT IN ('in_appraisal', 'queried', 'approved', 'listed', 'awarded', 'revoked')
        OR submission_id IS NOT NULL),
    CONSTRAINT nomination_on_decision CHECK ((state IN ('listed', 'awarded', 'revoked')) = (decision_id IS NOT NULL)),
    CONSTRAINT nomination_serial CHECK (state NOT IN ('awarded', 'revoked') OR serial IS NOT NULL)
);
CREATE INDEX nomination_by_state ON nomination (campaign_id, category, state);
CREATE INDEX nomination_by_unit ON nomination (unit_code);
CREATE INDEX nomination_by_cccd ON nomination (campaign_id, category, cccd);
CREATE INDEX nomination_by_namesake ON nomination (campaign_id, category, namesake);
ALTER TABLE amendment ADD FOREIGN KEY (nomination_id) REFERENCES nomination;

-- A place in a quota. There are exactly `capacity` rows per category, so a sixteenth holder has nowhere to sit.
CREATE TABLE slot (
    campaign_id bigint NOT NULL,
    category text NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    capacity integer NOT NULL,
    nomination_id text UNIQUE REFERENCES nomination,
    PRIMARY KEY (campaign_id, category, number),
    FOREIGN KEY (campaign_id, category, capacity)
        REFERENCES category (campaign_id, key, capacity) ON UPDATE CASCADE,
    CONSTRAINT slot_within_limit CHECK (number <= capacity)
);

CREATE TABLE finding (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nomination_id text NOT NULL REFERENCES nomination,
    version integer NOT NULL,
    addressee text NOT NULL CHECK (addressee IN ('unit', 'review_office')),
    anchor text NOT NULL,
    text text NOT NULL CHECK (text <> ''),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'answered', 'recalled')),
    answer text,
    CHECK ((status = 'answered') = (answer IS NOT NULL)),
    UNIQUE (nomination_id, version, anchor)
);

CREATE TABLE duty (
    nomination_id text NOT NULL REFERENCES nomination,
    account_id bigint NOT NULL REFERENCES account,
    kind text NOT NULL CHECK (kind IN ('submit', 'endorse', 'select', 'approve', 'enlist', 'award')),
    PRIMARY KEY (nomination_id, account_id, kind)
);
-- The separation of duties itself, whatever the program does: one kind per account and dossier.
CREATE UNIQUE INDEX duty_one_kind ON duty (nomination_id, account_id);

CREATE TABLE author (
    nomination_id text NOT NULL REFERENCES nomination,
    account_id bigint NOT NULL REFERENCES account,
    PRIMARY KEY (nomination_id, account_id)
);

CREATE TABLE score (
    nomination_id text NOT NULL REFERENCES nomination,
    account_id bigint NOT NULL REFERENCES account,
    points numeric(7, 2) NOT NULL CHECK (points >= 0),
    PRIMARY KEY (nomination_id, account_id)
);

CREATE TABLE judgement (
    nomination_id text NOT NULL REFERENCES nomination,
    rule text NOT NULL,
    passed boolean NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    account_id bigint NOT NULL REFERENCES account,
    about text NOT NULL,
    others jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (nomination_id, rule)
);

CREATE TABLE verification (
    nomination_id text NOT NULL REFERENCES nomination,
    agency text NOT NULL CHECK (agency <> ''),
    result text CHECK (result IN ('clear', 'adverse')),
    answer text,
    PRIMARY KEY (nomination_id, agency),
    CHECK ((result IS NULL) = (answer IS NULL))
);

CREATE TABLE settlement (
    campaign_id bigint NOT NULL REFERENCES campaign,
    above_id text NOT NULL REFERENCES nomination,
    below_id text NOT NULL REFERENCES nomination,
    reason text NOT NULL CHECK (reason <> ''),
    PRIMARY KEY (above_id, below_id),
    CHECK (above_id <> below_id)
);

-- The trail: insert-only, one hash chain per subject, the hashed text stored as it was hashed.
CREATE TABLE trail (
    subject text NOT NULL,
    seq integer NOT NULL CHECK (seq > 0),
    tag text NOT NULL,
    body text NOT NULL,
    prev_hash text NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (subject, seq)
);
-- The head of each chain; also what an appender locks.
CREATE TABLE chain (
    subject text PRIMARY KEY,
    seq integer NOT NULL,
    hash text NOT NULL
);
-- What the commitments in the trail stand for. Erasing a person deletes rows here; the chain stays valid.
CREATE TABLE disclosure (
    subject text NOT NULL,
    seq integer NOT NULL,
    field text NOT NULL,
    salt text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (subject, seq, field),
    FOREIGN KEY (subject, seq) REFERENCES trail
);
CREATE TABLE checkpoint (
    number integer PRIMARY KEY,
    body text NOT NULL,
    prev_hash text NOT NULL,
    hash text NOT NULL
);

CREATE TABLE letter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject text NOT NULL,
    seq integer NOT NULL,
    nomination_id text REFERENCES nomination,
    party text NOT NULL CHECK (party IN ('unit', 'review_office', 'appraisal_office', 'nominee')),
    kind text NOT NULL,
    recipient text NOT NULL,
    title text NOT NULL,
    message bytea NOT NULL,
    status text NOT NULL CHECK (status IN ('held', 'queued', 'sending', 'sent', 'deferred', 'failed', 'superseded')),
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz,
    error text,
    UNIQUE (subject, seq, recipient, kind),
    FOREIGN KEY (subject, seq) REFERENCES trail
);
CREATE INDEX letter_by_status ON letter (status, id);
CREATE INDEX letter_by_nomination ON letter (nomination_id);

-- ---------------------------------------------------------------------------------------------------------------

CREATE FUNCTION trail_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the trail is insert-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER trail_insert_only BEFORE UPDATE OR DELETE ON trail
    FOR EACH ROW EXECUTE FUNCTION trail_is_insert_only();
CREATE TRIGGER trail_no_truncate BEFORE TRUNCATE ON trail
    FOR EACH STATEMENT EXECUTE FUNCTION trail_is_insert_only();
CREATE TRIGGER checkpoint_insert_only BEFORE UPDATE OR DELETE ON checkpoint
    FOR EACH ROW EXECUTE FUNCTION trail_is_insert_only();
CREATE TRIGGER checkpoint_no_truncate BEFORE TRUNCATE ON checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION trail_is_insert_only();

-- An entry must continue its subject's chain; the head moves with it.
CREATE FUNCTION trail_extends_chain() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    head chain%ROWTYPE;
BEGIN
    SELECT * INTO head FROM chain WHERE subject = NEW.subject FOR UPDATE;
    IF NEW.seq <> coalesce(head.seq, 0) + 1 OR NEW.prev_hash <> coalesce(head.hash, repeat('0', 64)) THEN
        RAISE EXCEPTION 'the entry does not continue the chain of %', NEW.subject
            USING ERRCODE = 'serialization_failure';
    END IF;
    IF NEW.hash <> encode(sha256(convert_to(NEW.prev_hash || E'\n' || NEW.body, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'the entry''s hash is wrong' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO chain (subject, seq, hash) VALUES (NEW.subject, NEW.seq, NEW.hash)
        ON CONFLICT (subject) DO UPDATE SET seq = EXCLUDED.seq, hash = EXCLUDED.hash;
    RETURN NEW;
END $$;
CREATE TRIGGER trail_chained BEFORE INSERT ON trail FOR EACH ROW EXECUTE FUNCTION trail_extends_chain();

-- A state changes only together with the trail entry of the step that changed it.
CREATE FUNCTION nomination_change_is_on_trail() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry record;
    before text := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.state END;
BEGIN
    SELECT tag, body::jsonb AS body INTO entry FROM trail
        WHERE subject = 'nomination:' || NEW.id AND seq = NEW.version;
    IF entry IS NULL THEN
        RAISE EXCEPTION 'nomination % changed without a trail entry', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.version <> 1 THEN
            RAISE EXCEPTION 'nomination % must begin as a draft', NEW.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'nomination % must move one version at a time', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF entry.tag LIKE 'nomination:step:%' THEN
        IF entry.body->>'from' IS DISTINCT FROM before OR entry.body->>'to' IS DISTINCT FROM NEW.state THEN
            RAISE EXCEPTION 'nomination % moved otherwise than its trail says', NEW.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF NEW.state <> before THEN
        RAISE EXCEPTION 'nomination % changed its state outside a step', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER nomination_on_trail AFTER INSERT OR UPDATE ON nomination
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION nomination_change_is_on_trail();

-- A state and its evidence in other tables agree when the transaction ends.
CREATE FUNCTION nomination_is_sound(wanted text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    n nomination%ROWTYPE;
    holds boolean;
    flaw text;
BEGIN
    SELECT * INTO n FROM nomination WHERE id = wanted;
    IF n.id IS NULL THEN
        RETURN;
    END IF;
    holds := EXISTS (SELECT 1 FROM slot s WHERE s.nomination_id = n.id);
    flaw := CASE
        WHEN NOT holds AND n.state IN ('selected', 'in_appraisal', 'queried', 'approved', 'listed', 'awarded',
            'revoked') THEN 'holds no slot'
        WHEN holds AND n.state IN ('draft', 'endorsed', 'declined', 'refused', 'withdrawn', 'lapsed',
            'not_selected') THEN 'still holds a slot'
        WHEN holds AND EXISTS (SELECT 1 FROM slot s WHERE s.nomination_id = n.id
            AND (s.campaign_id, s.category) <> (n.campaign_id, n.category)) THEN 'holds a slot of another category'
        WHEN n.state IN ('returned', 'queried') AND NOT EXISTS (SELECT 1 FROM finding f
            WHERE f.nomination_id = n.id AND f.status <> 'recalled') THEN 'has no finding'
        WHEN n.head_submitted AND NOT EXISTS (SELECT 1 FROM duty d
            WHERE d.nomination_id = n.id AND d.kind = 'submit') THEN 'was submitted by nobody'
        WHEN n.state IN ('endorsed', 'selected', 'in_appraisal', 'queried', 'approved', 'listed', 'awarded', 'revoked')
            AND NOT EXISTS (SELECT 1 FROM duty d
            WHERE d.nomination_id = n.id AND d.kind = 'endorse') THEN 'was endorsed by nobody'
        WHEN n.state IN ('selected', 'in_appraisal', 'queried', 'approved', 'listed', 'awarded', 'revoked')
            AND NOT EXISTS (SELECT 1 FROM duty d
            WHERE d.nomination_id = n.id AND d.kind = 'select') THEN 'was selected by nobody'
        WHEN n.state IN ('approved', 'listed', 'awarded', 'revoked') AND NOT EXISTS (SELECT 1 FROM duty d
            WHERE d.nomination_id = n.id AND d.kind = 'approve') THEN 'was approved by nobody'
        WHEN n.state IN ('listed', 'awarded', 'revoked') AND NOT EXISTS (SELECT 1 FROM duty d
            WHERE d.nomination_id = n.id AND d.kind = 'enlist') THEN 'was enlisted by nobody'
        WHEN n.state IN ('awarded', 'revoked') AND NOT EXISTS (SELECT 1 FROM duty d
            WHERE d.nomination_id = n.id AND d.kind = 'award') THEN 'was awarded by nobody'
        WHEN n.state = 'listed' AND NOT EXISTS (SELECT 1 FROM decision d
            WHERE d.id = n.decision_id AND d.state IN ('open', 'frozen')) THEN 'is on no open or frozen decision'
        WHEN n.state IN ('awarded', 'revoked') AND NOT EXISTS (SELECT 1 FROM decision d
            WHERE d.id = n.decision_id AND d.state IN ('signed', 'corrected')) THEN 'has no signed decision'
        WHEN n.state = 'revoked' AND NOT EXISTS (SELECT 1 FROM amendment a
            WHERE a.nomination_id = n.id AND a.kind = 'revocation') THEN 'has no revoking decision'
    END;
    IF flaw IS NOT NULL THEN
        RAISE EXCEPTION 'nomination % in state % %', n.id, n.state, flaw
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;
CREATE FUNCTION nomination_stays_sound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nomination_is_sound(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION slot_stays_sound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.nomination_id IS NOT NULL THEN
        PERFORM nomination_is_sound(OLD.nomination_id);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.nomination_id IS NOT NULL THEN
        PERFORM nomination_is_sound(NEW.nomination_id);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER nomination_sound AFTER INSERT OR UPDATE ON nomination
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION nomination_stays_sound();
CREATE CONSTRAINT TRIGGER slot_sound AFTER INSERT OR UPDATE OR DELETE ON slot
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slot_stays_sound();
-- What a state rests on in another table cannot be taken away from under it.
CREATE FUNCTION evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nomination_is_sound(OLD.nomination_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER finding_stays AFTER UPDATE OR DELETE ON finding
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION evidence_stays();
CREATE CONSTRAINT TRIGGER duty_stays AFTER UPDATE OR DELETE ON duty
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION evidence_stays();
CREATE CONSTRAINT TRIGGER amendment_stays AFTER UPDATE OR DELETE ON amendment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION evidence_stays();
CREATE FUNCTION decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nomination_is_sound(n.id) FROM nomination n WHERE n.decision_id = OLD.id;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER decision_stays AFTER UPDATE ON decision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION decision_stays();
CREATE FUNCTION nomination_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a nomination is never deleted' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER nomination_never_deleted BEFORE DELETE ON nomination
    FOR EACH ROW EXECUTE FUNCTION nomination_stays();
CREATE TRIGGER nomination_never_truncated BEFORE TRUNCATE ON nomination
    FOR EACH STATEMENT EXECUTE FUNCTION nomination_stays();
