-- Filtering by state and category is answered by the index alone.
DROP INDEX queue_line_by_state;
CREATE INDEX queue_line_by_state ON queue_line (campaign_id, state, arrival) INCLUDE (category);

-- The head of a chain for somebody who only looks, once nobody else who waited like this is adding to it. In a function
-- the second statement sees what was committed while the first one waited.
CREATE FUNCTION head_in_turn(wanted text) RETURNS TABLE (seq integer, hash text) LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(wanted, 0));
    RETURN QUERY SELECT c.seq, c.hash FROM chain c WHERE c.subject = wanted;
END $$;
