"""The job of ``ingest.py`` as a person who knows Polars would write it. It does no more than ``by_pandas.py`` does."""

from __future__ import annotations

import sys

import polars as pl

from callanalytics import agencies

ZONE = "America/New_York"
OUT = ("VoIP Call", "RingOut Web", "RingOut PC", "RingOut Mobile", "Call Return", "Calling Card")
RC_OUTCOME = {"Call connected": "answered", "Accepted": "answered", "Missed": "missed", "Voicemail": "voicemail"}
PBX_OUTCOME = {"ANSWERED": "answered", "NO ANSWER": "missed", "BUSY": "busy", "FAILED": "failed"}


def e164(text: pl.Expr) -> pl.Expr:
    """Numbers in E.164 form; what is none is empty."""
    digits = text.str.replace_all(r'^="|"$', "").str.replace(r"\s*(?:ext\.?|x|#)\s*\d+$", "")
    digits = digits.str.replace_all(r"[\s().\-/]", "")
    return pl.lit("+1") + digits.str.extract(r"^(?:\+?1)?([2-9]\d{9})$", 1)


def caller(text: pl.Expr, number: pl.Expr) -> pl.Expr:
    low = text.str.to_lowercase()
    return (
        pl.when(low.is_in(["anonymous", "private", "restricted", "withheld", "blocked"]))
        .then(pl.lit("withheld"))
        .when(low.is_null() | low.is_in(["", "unknown", "unavailable"]))
        .then(pl.lit("unknown"))
        .when(number.is_not_null() | low.str.contains(r"^[*#]?\d{1,6}#?$"))
        .then(pl.lit("known"))
        .otherwise(pl.lit("text"))
    )


def clock(local: pl.Expr) -> dict[str, pl.Expr]:
    """The moment in UTC, and whether the hour is one that the clocks repeat or skip."""
    first = local.dt.replace_time_zone(ZONE, ambiguous="earliest", non_existent="null")
    last = local.dt.replace_time_zone(ZONE, ambiguous="latest", non_existent="null")
    flag = pl.when(first.is_null() & local.is_not_null()).then(pl.lit("skipped"))
    return {
        "started_at_local": local,
        "started_at_utc": first.dt.convert_time_zone("UTC"),
        "dst_flag": flag.when(first != last).then(pl.lit("repeated")).otherwise(pl.lit("")),
        "timezone": pl.lit(ZONE),
        "timezone_source": pl.lit("user"),
    }


def ringcentral(rows: pl.LazyFrame) -> pl.LazyFrame:
    result, number = pl.col("Action Result"), e164(pl.col("Phone Number"))
    day = pl.col("Date").str.replace(r"^[A-Za-z]+\.?,?\s+", "")
    local = (day + " " + pl.col("Time")).str.strptime(pl.Datetime("us"), "%m/%d/%Y %I:%M %p", strict=False)
    span = [pl.col("Duration").str.extract(r"^(\d+):(\d\d):(\d\d)$", n).cast(pl.Float64) for n in (1, 2, 3)]
    is_out = result.is_in(["Call connected", "Busy", "Wrong Number"]) | (
        ~result.is_in(list(RC_OUTCOME)) & pl.col("Action").is_in(OUT)
    )
    return rows.filter((pl.col("Type") != "Fax") & (result != "In Progress")).select(
        "source_row",
        **clock(local),
        duration_s=span[0] * 3600 + span[1] * 60 + span[2],
        caller_id=caller(pl.col("Phone Number"), number),
        other_number=pl.when(number.is_in(agencys())).then(number),
        direction=pl.when(is_out).then(pl.lit("outbound")).otherwise(pl.lit("inbound")),
        outcome=result.replace_strict(RC_OUTCOME, default="unknown"),
        outcome_raw=result,
    )


def freepbx(rows: pl.LazyFrame) -> pl.LazyFrame:
    from_us, to_outside = pl.col("src").str.contains(r"^\d{1,6}$"), pl.col("dst").str.contains(r"^\+?\d{7,17}$")
    far = pl.col("dst").str.replace(r"^9(1?[2-9]\d{9})$", "${1}")
    number = e164(pl.when(from_us).then(far).otherwise(pl.col("src")))
    direction = (
        pl.when(from_us & to_outside)
        .then(pl.lit("outbound"))
        .when(from_us)
        .then(pl.lit("internal"))
        .when(~to_outside)
        .then(pl.lit("inbound"))
        .otherwise(pl.lit("unknown"))
    )
    outcome = pl.col("disposition").replace_strict(PBX_OUTCOME, default="unknown")
    local = pl.col("calldate").str.strptime(pl.Datetime("us"), "%Y-%m-%d %H:%M:%S", strict=False)
    return rows.select(
        "source_row",
        **clock(local),
        duration_s=pl.col("duration").cast(pl.Float64, strict=False),
        direction=direction,
        caller_id=pl.when(from_us).then(pl.lit("known")).otherwise(caller(pl.col("src"), number)),
        other_number=pl.when(number.is_in(agencys()) & (direction != "unknown")).then(number),
        outcome=pl.when((outcome == "missed") & from_us).then(pl.lit("canceled")).otherwise(outcome),
        outcome_raw=pl.col("disposition"),
    )


def agencys() -> list[str]:
    return [number.e164 for number in agencies.load().numbers]


if __name__ == "__main__":
    layout, source, target = sys.argv[1:]
    read = pl.scan_csv(source, infer_schema=False)
    cells = read.with_columns(pl.all().str.strip_chars().fill_null("")).with_row_index("source_row", 2)
    {"ringcentral": ringcentral, "freepbx": freepbx}[layout](cells).sink_parquet(target, compression="zstd")
