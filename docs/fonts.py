"""The fallback fonts that the package ships, made from their publishers' files; run only when a font is replaced.

``python docs/fonts.py FOLDER`` takes the publishers' files from anywhere in FOLDER (see `FROM`) and writes what the
package needs into ``src/callanalytics/figures/fonts/fallback``. Same files, same bytes.

The Chinese and Korean fonts are cut down to the characters of the national standards, without the tables that vertical
setting needs. The others keep every glyph and every table: Arabic and Devanagari are shaped by them.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "src" / "callanalytics" / "figures" / "fonts"
FALLBACK = FONTS / "fallback"
FROM = {  # the publisher's file: ours, and the standards it is cut down to (Python's names of them)
    "NotoSansHebrew_400Regular.ttf": ("NotoSansHebrew.ttf", ()),  # npm @expo-google-fonts/noto-sans-hebrew, and so on
    "NotoSansArabic_400Regular.ttf": ("NotoSansArabic.ttf", ()),
    "NotoSansThai_400Regular.ttf": ("NotoSansThai.ttf", ()),
    "NotoSansDevanagari_400Regular.ttf": ("NotoSansDevanagari.ttf", ()),
    "NotoSansEthiopic_400Regular.ttf": ("NotoSansEthiopic.ttf", ()),
    "NotoEmoji_400Regular.ttf": ("NotoEmoji.ttf", ()),
    "NotoSansKR_400Regular.ttf": ("NotoSansKR.ttf", ("euc_kr",)),
    "DroidSansFallbackFull.ttf": ("DroidSansFallback.ttf", ("gbk", "big5", "shift_jis")),  # Debian fonts-droid-fallback
}


def main(folder: str) -> None:
    """Write the fonts."""
    FALLBACK.mkdir(exist_ok=True)
    for theirs, (ours, standards) in FROM.items():
        source = next(Path(folder).rglob(theirs))
        if standards:
            _cut(source, FALLBACK / ours, _letters(standards))
        else:
            (FALLBACK / ours).write_bytes(source.read_bytes())


def _letters(standards: tuple[str, ...]) -> list[int]:
    """The characters of the East that the standards list; of the Korean one, Hangul alone."""
    signs = [chr(code) for code in range(0x2E80, 0x10000) if not 0xD800 <= code < 0xE000]
    return [ord(sign) for sign in signs if any(_is_listed(sign, standard) for standard in standards)]


def _is_listed(sign: str, standard: str) -> bool:
    if standard == "euc_kr" and "HANGUL" not in unicodedata.name(sign, ""):
        return False
    try:
        return len(sign.encode(standard)) <= 2  # euc_kr spells a syllable that is not on its list in eight bytes
    except UnicodeEncodeError:
        return False


def _cut(source: Path, target: Path, letters: list[int]) -> None:
    options = subset.Options(hinting=False, drop_tables=["GSUB", "GPOS", "vhea", "vmtx", "BASE", "VORG"])
    options.name_IDs, options.recalc_timestamp, options.notdef_outline = ["*"], False, True
    font = TTFont(source, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    font.save(target)


if __name__ == "__main__":
    main(sys.argv[1])
