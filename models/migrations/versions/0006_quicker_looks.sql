-- What a search of one campaign looks for begins with it: else what begins like its words is read of every campaign.
CREATE OR REPLACE FUNCTION queue_line_of(wanted text) RETURNS SETOF queue_line LANGUAGE sql STABLE AS $$
    SELECT n.id, n.campaign_id, n.category, n.unit_code, n.arrival, n.state,
        coalesce((SELECT (t.body::jsonb ->> 'today')::date FROM trail t WHERE t.subject = 'nomination:' || n.id
            AND (t.tag LIKE 'nomination:step:%' OR t.seq = 1) ORDER BY t.seq DESC LIMIT 1),
            'epoch'), -- a dossier without its trail: refused when the transaction ends
        n.due, n.name_key, array_to_tsvector(ARRAY(
            SELECT n.campaign_id || ':' || word FROM string_to_table(n.search, ' ') word WHERE word <> '')),
        n.fields ->> 'project', coalesce(n.fields -> 'direct' = 'true', false),
        coalesce((SELECT round(avg(p.points), 4) FROM score p WHERE p.nomination_id = n.id AND NOT EXISTS (
            SELECT 1 FROM recusal r WHERE r.nomination_id = n.id AND r.account_id = p.account_id)), -1),
        (SELECT s.overall FROM screened s WHERE s.nomination_id = n.id),
        (SELECT (t.body::jsonb ->> 'today')::date FROM trail t WHERE t.subject = 'nomination:' || n.id
            AND t.tag = 'nomination:step:submit' ORDER BY t.seq LIMIT 1)
    FROM nomination n WHERE n.id = wanted
$$;
UPDATE queue_line q SET words = (SELECT l.words FROM queue_line_of(q.nomination_id) l);
COMMENT ON COLUMN queue_line.words IS 'of the name, without diacritics, each after its campaign: 1:nguyen';

-- Puts on a chain what somebody looked at, once nobody else who only looks is adding to it: they must not be told of a
-- race. One statement, so that who looks needs no transaction; the body is given before and after the entry's number.
CREATE FUNCTION add_look(wanted text, kind text, before text, after text) RETURNS void LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    head chain%ROWTYPE;
    body text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(wanted, 0));
    SELECT * INTO head FROM chain c WHERE c.subject = wanted;
    head.seq := coalesce(head.seq, 0) + 1;
    head.hash := coalesce(head.hash, repeat('0', 64));
    body := before || head.seq || after;
    INSERT INTO trail (subject, seq, tag, body, prev_hash, hash)
        VALUES (wanted, head.seq, kind, body, head.hash,
            encode(sha256(convert_to(head.hash || E'\n' || body, 'UTF8')), 'hex'));
END $$;
