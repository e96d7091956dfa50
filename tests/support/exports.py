"""Files of known formats, and the rows they become."""

from pathlib import Path

from callanalytics import agencies, formats, read
from callanalytics.normalize import normalize
from text_rows import NEW_YORK

FORMATS = formats.load()


def export_files(folder: Path) -> list[read.File]:
    return read.files([next(folder.glob("export*"))]).files


def of_shared(path: Path, settings=NEW_YORK):
    files = read.files([path]).files
    fmt = read.identify(files[0], FORMATS)
    table = read.rows_of_many(files, fmt) if fmt.kind in read.KINDS_OF_MANY_FILES else read.rows(files[0], fmt)[0]
    return normalize(table, fmt, settings, agencies.load())
