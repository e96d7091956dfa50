"""The house style, and the only use of matplotlib: fonts, colors, canvases, and bytes that never vary.

Nothing here uses pyplot or changes the reader's own settings: a chart is drawn inside :func:`house_style`, on a
figure of its own. The fonts are included, because otherwise three laptops would give three reports.

A name may be in Chinese, Arabic, or Devanagari, and a cell may hold any character that a program left there. A
typesetter that finds no glyph fails on the whole page, so every text is checked first.
"""

from __future__ import annotations

import io
import re
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, ClassVar

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.image import imread
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.textpath import TextToPath
from matplotlib.ticker import FuncFormatter

from callanalytics.lazy import regex

# ---- characters that the fonts can show --------------------------------------------------------------


FOLDER = Path(__file__).resolve().parent
FONTS, SETTINGS = FOLDER / "fonts", FOLDER / "house.mplstyle"
FAMILY = "Source Sans 3"
FALLBACK = (  # searched in this order; the first font with a character shows it
    "Noto Sans Hebrew",
    "Noto Sans Arabic",
    "Noto Sans Thai",
    "Noto Sans Devanagari",
    "Noto Sans Ethiopic",
    "Noto Sans KR",
    "Droid Sans Fallback",
    "Noto Emoji",
)
FAMILIES = (FAMILY, *FALLBACK)
JOINER = "\u200c"  # between Persian letters that must not join; kept if the font has it
_PLAIN = regex(r"[\n -~\u00a0-\u00ac\u00ae-\u024f\u2010-\u2015\u2018-\u201e\u2022\u2026\u2212]*")
_CONTROLS = regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_SELECTORS = regex(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def printable(text: str) -> str:
    """The text without characters that no page may hold: controls are removed, half a surrogate pair is named.

    >>> printable("a\\x1b[31m\\tb\\r\\nc"), printable("\\ud800")
    ('a[31m\\tb\\nc', '[U+D800]')
    """
    return _CONTROLS.sub(_symbol_in_words, text)


def _symbol_in_words(found: re.Match) -> str:
    sign = found[0]
    if sign in "\u2028\u2029":
        return "\n"
    return "" if unicodedata.category(sign) == "Cc" else _code_point_name(sign)


def showable(text: str) -> str:
    """The text in characters that the shipped fonts can show.

    Other characters are replaced by simpler ones or named: ``[U+13000]``. Marks stay on a letter only if one font has
    both. Invisible characters are removed.

    >>> showable("王伟 22-014"), showable("\\U0001d7d8"), showable("\\U00013000"), showable("a\\u200b\\x1bb")
    ('王伟 22-014', '0', '[U+13000]', 'ab')
    """
    if _PLAIN.fullmatch(text):
        return text
    composed = unicodedata.normalize("NFC", printable(text).replace("\t", " "))
    # Each character with the marks that follow it; invisible characters are left out
    clusters: list[str] = []
    for sign in _SELECTORS.sub("", composed):
        kind = unicodedata.category(sign)
        if kind[0] == "M" or sign == JOINER:
            # A mark at the start of a text is put on a space
            clusters[-1:] = ["".join(clusters[-1:] or " ") + sign]
        elif kind != "Cf":
            clusters.append(sign)
    return "".join(_drawable(cluster) for cluster in clusters)


def is_plain(text: str) -> bool:
    """Whether the house font has every character of a text."""
    return text.isascii() or _letters()[0].issuperset(map(ord, set(text) - {"\n"}))


@cache
def _drawable(cluster: str) -> str:
    if cluster == "\n" or _font_of(cluster[0]).issuperset(map(ord, cluster)):
        return cluster
    if len(cluster) > 1:
        return _drawable(cluster[0]) + "".join(_code_point_name(sign) for sign in cluster[1:] if sign != JOINER)
    kind = unicodedata.category(cluster)
    if kind[0] == "Z":
        return " "
    simpler = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", cluster))
    return simpler if all(ord(sign) in _font_of(sign) for sign in simpler) else _code_point_name(cluster)


def _font_of(sign: str) -> frozenset[int]:
    """The characters of the first font that has this one; empty if no font has it."""
    return next((letters for letters in _letters() if ord(sign) in letters), frozenset())


def _code_point_name(sign: str) -> str:
    return f"[U+{ord(sign):04X}]"


@cache
def _letters() -> tuple[frozenset[int], ...]:
    """The characters of each shipped font, in the order of `FAMILIES`."""
    fonts = [FT2Font(str(path)) for path in FONTS.rglob("*.ttf")]
    found = {font.family_name: frozenset(font.get_charmap()) for font in fonts}  # all weights have the same characters
    return tuple(found[family] for family in FAMILIES)


# ---- colors, sizes, and canvases ----------------------------------------------------------------------

INK, SOFT, FAINT, PAPER = "#1b1f24", "#57606a", "#d0d7de", "#ffffff"
# Colors of Okabe and Ito. Words are always in ink: of these colors, only the blue is readable as text on white.
BLUE, VERMILION, ORANGE, SKY, GREEN = "#0072B2", "#D55E00", "#E69F00", "#56B4E9", "#009E73"
GRAY, PEACH, PALE, SHADE = "#b9c4ce", "#fbe9dd", "#cfe3f0", "#eef1f4"  # other values; late; a range; opening hours
HATCH = "////"

WIDE, HALF = 6.7, 3.2  # inches: the text width of a Letter page, and of one of its two columns
STRIP = 1.4  # inches: width of the strip next to a number
SMALL = 8.0  # points: the smallest letters in a chart
_NO_STAMP = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}}

# Cut at .60, every cell gives dark text a contrast of 5:1 or better, and prints with little toner.
_SHADES = LinearSegmentedColormap.from_list("shades", mpl.colormaps["Blues"]([x / 100 for x in range(3, 61)]))


@cache
def _register_fonts() -> None:
    manager = font_manager.fontManager
    for path in sorted(FONTS.rglob("*.ttf")):
        manager.addfont(path)
    regular = [font for font in manager.ttflist if font.name in FALLBACK]
    manager.ttflist += [replace(font, weight=weight) for font in regular for weight in (600, 700)]  # lacks bold


@contextmanager
def house_style(**changes) -> Iterator[None]:
    """Draw inside this context (or decorate a function with it); the reader's own settings stay as they were."""
    before = dict.copy(mpl.rcParams)  # as they are: matplotlib's own context reads each through its checks
    del before["backend"]  # no context restores it
    try:
        dict.update(mpl.rcParams, _settings())  # checked once: a report sets them two hundred times
        mpl.rcParams.update(changes)  # type: ignore[arg-type]
        yield
    finally:
        dict.update(mpl.rcParams, before)


@cache
def _settings() -> dict:
    """Each setting of a drawing, as matplotlib stores it."""
    _register_fonts()
    settings = mpl.rcParamsDefault.copy()  # a matplotlibrc on one laptop must not change the committee's page
    settings.update(mpl.rc_params_from_file(SETTINGS, use_default_template=False))
    settings["font.family"] = [*FAMILIES, "DejaVu Sans"]
    return {name: value for name, value in settings.items() if name != "backend"}  # no context restores the backend


class _Figure(Figure):
    """A figure that shares its renderer with all others, because the renderer remembers the words it has measured."""

    def _get_renderer(self) -> RendererAgg:
        return _renderer(self.dpi)


class _Measuring(RendererAgg):
    """Measures words, and looks up the heights of a font once: matplotlib does at every word it lays out."""

    def _get_font_height_metrics(self, prop: FontProperties) -> tuple[float, float, float]:
        return _font_heights(prop.copy(), self.dpi)


class _Svg(RendererSVG):
    """Writes letters as shapes. Each word is measured and laid out once for all drawings: most are in a wide and a
    narrow one."""

    def __init__(self, *size_and_file, **rest) -> None:
        super().__init__(*size_and_file, **rest)
        self._text2path = _LETTERS

    def _get_font_height_metrics(self, prop: FontProperties) -> tuple[float, float, float]:
        return _font_heights(prop.copy(), 72)


class _Letters(TextToPath):
    """Words as shapes of letters, kept by font and word."""

    shapes: ClassVar[dict[str, tuple]] = {}

    @lru_cache(4096)  # noqa: B019 - only `_LETTERS` is ever made
    def get_text_width_height_descent(self, s, prop, ismath):
        return super().get_text_width_height_descent(s, prop, ismath)

    @lru_cache(4096)  # noqa: B019
    def _laid_out(self, font: FT2Font, word: str, **how) -> tuple[list, list]:
        letters, new, lines = super().get_glyphs_with_font(font, word, self.shapes, True, **how)
        self.shapes.update(new)
        return letters, lines

    def get_glyphs_with_font(self, font, s, glyph_map=None, return_new_glyphs_only=False, **how):
        letters, lines = self._laid_out(font, s, **how)
        return letters, {name: self.shapes[name] for name, *_ in letters if name not in glyph_map}, lines


_LETTERS = _Letters()


@lru_cache(1024)
def _font_heights(prop: FontProperties, dpi: float) -> tuple[float, float, float]:
    """Ascent, descent, and gap between lines of a font, by its own tables."""
    font = font_manager.get_font(font_manager.fontManager._find_fonts_by_props(prop))
    head: Any = font.get_sfnt_table("head")
    own: Any = font.get_sfnt_table("OS/2")  # every shipped font has one
    scale = 1 / head["unitsPerEm"] * prop.get_size_in_points() * dpi / 72
    return own["sTypoAscender"] * scale, -own["sTypoDescender"] * scale, own["sTypoLineGap"] * scale


@cache
def _renderer(dpi: float) -> RendererAgg:
    return _Measuring(1, 1, dpi)


def canvas(width: float = WIDE, height: float = 2.6, rows: int = 1, columns: int = 1, **grid):
    """A figure of `width` x `height` inches, and its axes (one, or an array of ``rows`` x ``columns``)."""
    engine = ConstrainedLayoutEngine(w_pad=0.07, h_pad=0.03)
    figure = _Figure(figsize=(width, height), layout=engine, facecolor=PAPER)
    return figure, figure.subplots(rows, columns, **grid)


def freeze_layout(figure) -> None:
    """Lay the figure out once: a layout that runs at every drawing drifts, and the bytes change with it."""
    with house_style():
        _make_showable(figure)
        engine = figure.get_layout_engine()
        if engine and figure.axes:
            engine.execute(figure)  # without drawing
        figure.set_layout_engine(None)  # not "none": that leaves a layout, for which savefig draws everything twice


def _make_showable(figure) -> None:
    """Replace every word of a figure by characters that the fonts have."""
    written, texts = [], figure.findobj(Text)
    for words in texts:
        words.set_text(showable(words.get_text()))
        written.append(words.get_text())
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        labels = axis.get_major_formatter()
        if isinstance(labels, FuncFormatter):  # a formatter that names ticks writes them again at every drawing
            labels.func = partial(lambda label, *values: showable(label(*values)), labels.func)
            written += [labels(tick, n) for n, tick in enumerate(axis.get_majorticklocs())]
    if all(map(is_plain, written)):
        for words in texts:  # matplotlib looks up every given family each time it measures a word
            words.set_fontfamily(FAMILY)


def svg(figure, *, live_text: bool = False) -> bytes:
    """The figure as SVG: letters as shapes, or as text (`live_text`) for a page that includes the font."""
    written, dpi = io.StringIO(), figure.dpi
    with house_style(**{"svg.fonttype": "none" if live_text else "path"}):
        try:
            figure.dpi = 72  # an SVG is measured in points
            points = 72 * figure.get_size_inches()
            renderer = _Svg(*points, written, image_dpi=mpl.rcParams["savefig.dpi"], metadata=_NO_STAMP["svg"])
            figure.draw(renderer)
            renderer.finalize()
        finally:
            figure.dpi = dpi
    return written.getvalue().encode()


def png(figure, dpi: int = 200) -> bytes:
    """The figure as PNG."""
    return _bytes(figure, "png", **{"savefig.dpi": dpi})


def put_on(axes: Axes, figure) -> None:
    """Show the figure on axes of another figure, with enough pixels for print."""
    axes.imshow(imread(io.BytesIO(png(figure, 300)), format="png"))
    axes.set_axis_off()


def pdf(figure) -> bytes:
    """The figure as PDF."""
    return _bytes(figure, "pdf")


Words = Sequence[tuple[str, dict]]  # texts with their styles
EDGE, LETTER, LINE = 0.12, 0.45, 1.42  # inches of paper around a picture; a letter's width and a line's height in ems


@contextmanager
def captioned(figure: Figure, width: float, words: Words = (), beneath: Words = ()) -> Iterator[Figure]:
    """The drawing laid out again at `width` inches, with words above and beneath; restored afterwards.

    Words come with their style: ``fontsize``, ``color``, ``fontweight``. A narrower drawing keeps its height.
    """
    before, height = map(float, figure.get_size_inches())
    positions = [axes.get_position(original=True) for axes in figure.axes]
    above, below = ([(_wrapped_to_width(text, width, look["fontsize"]), look) for text, look in part if text]
                    for part in (words, beneath))  # fmt: skip
    foot, total = _height(below), height + _height(above) + _height(below)
    written = []
    with house_style():
        try:
            figure.set_size_inches(width, total)
            inside = (0, foot / total, 1, height / total)
            figure.set_layout_engine(ConstrainedLayoutEngine(w_pad=0.07, h_pad=0.03, rect=inside))
            for part, y in ((above, total - EDGE / 2), (below, foot - EDGE / 2)):
                for text, look in part:
                    written.append(figure.text(EDGE / width, y / total, text, va="top", linespacing=1.0, **look))
                    y -= _height([(text, look)]) - EDGE / 2
            freeze_layout(figure)
            yield figure
        finally:
            figure.set_layout_engine(None)
            figure.set_size_inches(before, height)
            for drawn in written:
                drawn.remove()
            for axes, position in zip(figure.axes, positions, strict=True):
                axes.set_position(position)
                axes.set_in_layout(True)  # an axes with a set position is left out of the next layout


def narrowest(figure, widths) -> float:
    """The first width at which no words of the drawing overlap or cross its edge; otherwise the last width."""
    *narrow, last = widths
    for width in narrow:
        with captioned(figure, width) as drawn:
            if not collides(drawn):
                return width
    return last


_CORE = (0.95, 0.8)  # the part of a word's width and height that no other word may touch


def collides(figure) -> bool:
    """Whether words overlap, or cross the edge of the figure or of the cell or bar they are in."""
    with house_style():
        shown = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
        boxes = [text.get_window_extent() for text in shown]
        cells = [cell.get_window_extent() for axes in figure.axes for cell in axes.patches]
    right = figure.bbox.width
    if any(box.x0 < -1 or box.x1 > right + 1 for box in boxes):
        return True
    middles = [((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, box.width) for box in boxes]
    if any(cell.contains(x, y) and cell.width < width for x, y, width in middles for cell in cells):
        return True
    inner = [each.shrunk(*_CORE) for each in boxes]
    return any(one.overlaps(other) for n, one in enumerate(inner) for other in inner[:n])


def overfills(figure, width: float) -> bool:
    """Whether the words along an axis are too long for `width` inches, so that they must collide in any layout."""
    room = width * figure.dpi + 2
    with house_style():
        lengths = [[words.get_window_extent().width for words in axes.get_xticklabels()] for axes in figure.axes]
    return any(_CORE[0] * sum(each) > room for each in lengths)


def _wrapped_to_width(text: str, width: float, size: float) -> str:
    return textwrap.fill(text, int((width - 2 * EDGE) * 72 / (size * LETTER)))


def _height(part: list[tuple[str, dict]]) -> float:
    """Inches that lines of words take, with the paper around them; 0 without words."""
    lines = sum((text.count("\n") + 1) * look["fontsize"] * LINE / 72 + EDGE / 2 for text, look in part)
    return lines + EDGE / 2 if part and len(part) > 1 else lines


def strip(positions: dict[str, float]) -> bytes:
    """The strip of a large number as PNG: every way to count (pale), the interval (dark), the figure's ends (ticks)."""
    figure, axes = _strip_without_axis(0.12, (0, 1))
    box(axes, 0, 0.15, 1, 0.7, facecolor=SHADE)
    for first, last, color in (("least", "widest", PALE), ("low", "high", "#7db3d8")):
        box(axes, positions[first], 0.15, max(positions[last] - positions[first], 0.008), 0.7, facecolor=color)
    box(axes, positions["value"], 0.42, positions["most"] - positions["value"], 0.16, facecolor=INK)
    for end in ("value", "most"):
        box(axes, min(positions[end], 0.99), 0, 0.01, 1, facecolor=INK)
    return png(figure)


def dots(now, before, elsewhere) -> Figure:
    """A figure's place on a line: a filled dot now, a hollow dot before, a tick elsewhere; lines join the two ends."""
    figure, axes = _strip_without_axis(0.16, (-0.05, 1.05))
    axes.plot((0, 1), (0.5, 0.5), color=FAINT, linewidth=1.2)
    if before:
        axes.plot(before, (0.5, 0.5), marker="o", color=BLUE, markerfacecolor=PAPER, markersize=6.5, linewidth=1.6)
    axes.plot(now, (0.5, 0.5), marker="o", color=BLUE, markersize=7, linewidth=1.6)
    if elsewhere:
        axes.plot(elsewhere, (0.5, 0.5), marker="|", color=INK, markersize=11, markeredgewidth=1.6, linewidth=1.6)
    return figure


def _strip_without_axis(height: float, ends: tuple[float, float]) -> tuple[Figure, Axes]:
    """A strip of `height` inches between two ends, without an axis."""
    figure = Figure(figsize=(STRIP, height), facecolor=PAPER)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(*ends)
    axes.set_ylim(0, 1)
    return figure, axes


def _bytes(figure, kind, **changes):
    buffer = io.BytesIO()
    with house_style(**changes):
        figure.savefig(buffer, format=kind, metadata=_NO_STAMP[kind])
    return buffer.getvalue()


# ---- shapes the charts share ------------------------------------------------------------------------------


def shade(value: float, low: float, high: float) -> tuple:
    """The tint of `value` on a scale from `low` (lightest) to `high`."""
    return _SHADES(Normalize(low, max(high, low + 1e-9), clip=True)(value))


def box(axes, x: float, y: float, width: float, height: float, **look) -> None:
    """Draw a rectangle with its lower left corner at `x`, `y`."""
    axes.add_patch(Rectangle((x, y), width, height, **look))


def padding() -> dict:
    """A white background for words on a hatch."""
    return {"facecolor": PAPER, "edgecolor": "none", "boxstyle": "square,pad=0.15"}


def scale_up(axes, top: float) -> None:
    """Set a vertical scale from 0 with room above `top`, and whole-numbered ticks within it."""
    step = next(s * 10**e for e in range(6) for s in (1, 2, 5) if top / (s * 10**e) <= 6)
    axes.set_ylim(0, top * 1.16)
    axes.set_yticks(range(0, int(top * 1.16) + 1, step))


def hide_frame(axes) -> None:
    """Remove spines, ticks, and grid, for maps and bars that carry their own words."""
    axes.grid(False)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def bars_alone(axes) -> None:
    """Remove everything but the line at 0, for bars that carry their own numbers."""
    hide_frame(axes)
    axes.set_yticks([])
    axes.axhline(0, color=INK, linewidth=1.0)


def percents(axis, parts: int) -> None:
    """Label an axis of shares from 0% to 100%, in so many equal parts."""
    axis.set_ticks([i / parts for i in range(parts + 1)], [f"{i / parts:.0%}" for i in range(parts + 1)])


def label(axes, words: str, point: tuple[float, float], off: tuple[float, float], **look) -> None:
    """Write small words next to a point, `off` points away from it."""
    axes.annotate(words, point, off, **{"textcoords": "offset points", "fontsize": SMALL} | look)


def whisker(
    axes, x: float, low: float, high: float, *, color: str = INK, across: bool = False, linewidth=1.3, zorder=3
) -> None:
    """Draw an interval as a line, vertical or (`across`) horizontal at height `x`."""
    ends = ([low, high], [x, x]) if across else ([x, x], [low, high])
    axes.plot(*ends, color=color, linewidth=linewidth, solid_capstyle="butt", zorder=zorder)


def bar(axes, x: float, low: float, high: float, *, across: bool = False) -> None:
    """Draw a range as a thick line, vertical or (`across`) horizontal at height `x`."""
    whisker(axes, x, low, high, color=BLUE, across=across, linewidth=5.5, zorder=4)


def dot(axes, x: float, y: float, *, color: str = BLUE, is_open: bool = False, marker: str = "o") -> None:
    """Draw a point: filled, or open if the number of cases is small."""
    axes.plot([x], [y], marker, zorder=4, clip_on=False, **_dot(color, is_open))


def _dot(color: str, is_open: bool) -> dict:
    face = PAPER if is_open else color
    return {"markersize": 5.5, "color": color, "markerfacecolor": face, "markeredgewidth": 1.3}


def legend(axes, looks: dict[str, dict]) -> None:
    """Draw the key of the areas above the drawing at the right, clear of the bars."""
    boxes = [Rectangle((0, 0), 1, 1, **({"edgecolor": "none", "linewidth": 0.8} | look)) for look in looks.values()]
    _key(axes, boxes, looks, len(looks), handlelength=1.4, handleheight=0.9)


def marks(axes, looks: dict[str, dict], columns: int) -> None:
    """Draw the key of the points (``color``, ``is_open``) above the drawing at the right."""
    points = [Line2D([], [], marker="o", linestyle="none", **_dot(**look)) for look in looks.values()]
    _key(axes, points, looks, columns, handlelength=1.0, handletextpad=0.4, labelspacing=0.2)


def lines(axes, names: Sequence[str], colors, dashes) -> None:
    """Draw the key of several lines above the drawing at the right."""
    drawn = [Line2D([], [], color=colors[i], linestyle=dashes[i]) for i in range(len(names))]
    _key(axes, drawn, names, min(len(names), 3), handlelength=2.6)


def _key(axes, drawn, names, columns: int, **spacing: float) -> None:
    axes.legend(drawn, list(names), loc="lower right", bbox_to_anchor=(1, 1), ncols=columns, borderaxespad=0.1,
                columnspacing=1.2, **spacing)  # fmt: skip
