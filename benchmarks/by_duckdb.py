"""The job of ``ingest.py`` as a person who knows SQL would write it for DuckDB: as ``by_pandas.py``, but that no hour
which the clocks repeat or skip is named."""

from __future__ import annotations

import sys

import duckdb

from callanalytics import agencies

NUMBER = r"""
CREATE MACRO e164(t) AS '+1' || nullif(regexp_extract(
  regexp_replace(regexp_replace(regexp_replace(t, '^="|"$', '', 'g'), '\s*(?:ext\.?|x|#)\s*\d+$', ''),
                 '[\s().\-/]', '', 'g'), '^(?:\+?1)?([2-9]\d{9})$', 1), '');
CREATE MACRO caller(t, n) AS CASE
  WHEN lower(t) IN ('anonymous', 'private', 'restricted', 'withheld', 'blocked') THEN 'withheld'
  WHEN coalesce(lower(t), '') IN ('', 'unknown', 'unavailable') THEN 'unknown'
  WHEN n IS NOT NULL OR regexp_full_match(t, '[*#]?\d{1,6}#?') THEN 'known' ELSE 'text' END;
"""
CLOCK = """started_at_local, started_at_local AT TIME ZONE 'America/New_York' AS started_at_utc,
  'America/New_York' AS timezone, 'user' AS timezone_source"""
RINGCENTRAL = rf"""
SELECT source_row, {CLOCK}, duration_s, caller(far, number) AS caller_id,
  CASE WHEN number IN (SELECT unnest($agencys)) THEN number END AS other_number,
  CASE WHEN result IN ('Call connected', 'Busy', 'Wrong Number')
         OR (result NOT IN ('Accepted', 'Missed', 'Voicemail') AND action IN ('VoIP Call', 'RingOut Web', 'RingOut PC',
             'RingOut Mobile', 'Call Return', 'Calling Card'))
       THEN 'outbound' ELSE 'inbound' END AS direction,
  CASE WHEN result IN ('Call connected', 'Accepted') THEN 'answered' WHEN result IN ('Missed', 'Voicemail')
       THEN lower(result) ELSE 'unknown' END AS outcome, result AS outcome_raw
FROM (
  SELECT row_number() OVER () + 1 AS source_row, trim("Phone Number") AS far, e164(trim("Phone Number")) AS number,
    trim("Action Result") AS result, trim("Action") AS action, trim("Type") AS type,
    try_strptime(regexp_replace(trim("Date"), '^[A-Za-z]+\.?,?\s+', '') || ' ' || trim("Time"),
                 '%m/%d/%Y %I:%M %p') AS started_at_local,
    epoch(try_cast(regexp_extract(trim("Duration"), '^\d+:\d\d:\d\d$') AS INTERVAL)) AS duration_s
  FROM read_csv($source, all_varchar = true, header = true))
WHERE type <> 'Fax' AND result <> 'In Progress'
"""
FREEPBX = rf"""
SELECT source_row, {CLOCK}, duration_s, direction,
  CASE WHEN is_ours THEN 'known' ELSE caller(src, number) END AS caller_id,
  CASE WHEN number IN (SELECT unnest($agencys)) AND direction <> 'unknown' THEN number END AS other_number,
  CASE disposition WHEN 'ANSWERED' THEN 'answered' WHEN 'BUSY' THEN 'busy' WHEN 'FAILED' THEN 'failed'
    WHEN 'NO ANSWER' THEN CASE WHEN is_ours THEN 'canceled' ELSE 'missed' END ELSE 'unknown' END AS outcome,
  disposition AS outcome_raw
FROM (
  SELECT *, e164(CASE WHEN is_ours THEN regexp_replace(dst, '^9(1?[2-9]\d{{9}})$', '\1') ELSE src END) AS number,
    CASE WHEN is_ours AND is_far THEN 'outbound' WHEN is_ours THEN 'internal' WHEN NOT is_far THEN 'inbound'
         ELSE 'unknown' END AS direction
  FROM (
    SELECT row_number() OVER () + 1 AS source_row, trim(src) AS src, trim(dst) AS dst, trim(disposition) AS disposition,
      regexp_full_match(trim(src), '\d{{1,6}}') AS is_ours, regexp_full_match(trim(dst), '\+?\d{{7,17}}') AS is_far,
      try_strptime(trim(calldate), '%Y-%m-%d %H:%M:%S') AS started_at_local, try_cast(duration AS DOUBLE) AS duration_s
    FROM read_csv($source, all_varchar = true, header = true)))
"""

if __name__ == "__main__":
    layout, source, target = sys.argv[1:]
    numbers = [number.e164 for number in agencies.load().numbers]
    duckdb.execute(NUMBER)
    query = {"ringcentral": RINGCENTRAL, "freepbx": FREEPBX}[layout]
    duckdb.sql(query, params={"source": source, "agencys": numbers}).write_parquet(target, compression="zstd")
