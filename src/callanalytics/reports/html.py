"""The report as one HTML file that opens by double-click, works offline, and makes no network requests.

Charts are inlined; a content security policy in the page forbids any other source. All text from a log is escaped.
"""

from __future__ import annotations

import io
import re
from base64 import b64encode
from collections.abc import Mapping
from html import escape
from pathlib import Path

from callanalytics import wording
from callanalytics.figures import style
from callanalytics.figures.chart import Chart
from callanalytics.reports import document as doc
from callanalytics.reports import tables

STYLE = Path(__file__).resolve().parent / "report.css"
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
PAGE = STYLE.with_name("report.html")


def page(report: doc.Document) -> str:
    """The report as a complete HTML document."""
    parts = {"policy": POLICY, "title": escape(report.title), "style": STYLE.read_text("utf-8")}
    return filled(PAGE, parts | {"body": _body(report, contents=True)})


def filled(template: Path, parts: Mapping[str, str]) -> str:
    """Fill a template: each part replaces its placeholder."""
    text = template.read_text("utf-8")
    for name, part in parts.items():
        # Replace only the first match, so that a part's content is never taken for a placeholder
        text = text.replace(f"<!--{name}-->", part, 1)
    return text


def fragment(report: doc.Document) -> str:
    """The report as an HTML fragment for a notebook; its style class is doubled to override JupyterLab's styles."""
    style = STYLE.read_text("utf-8").replace(".callanalytics ", ".callanalytics.callanalytics ")
    return f'<style>{style}</style><div class="callanalytics">{_body(report)}</div>'


def _body(report, *, contents=False):
    links, parts = [], []
    for it in (*report.blocks, *report.further):
        part = block(it)
        if isinstance(it, doc.Heading | doc.Finding) and it.level == 1:  # opens a section, so the contents link to it
            anchor, words = f"s{len(links) + 1}", it.text if isinstance(it, doc.Heading) else it.heading
            links.append(f'<li><a href="#{anchor}">{escape(words)}</a></li>')
            part = part.replace("<h2>", f'<h2 id="{anchor}">', 1)
        parts.append(part)
    header = f'<header><h1>{escape(report.title)}</h1><p class="scope">{escape(report.scope)}</p></header>'
    listed = f'<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ul>{"".join(links)}</ul></nav>'
    return "\n".join(
        [
            f'<aside class="marking" aria-label="Marking">{escape(report.marking)}</aside>' if report.marking else "",
            _front_page(report.front) if report.front else header,
            listed if contents else "",
            '<main id="main">' + "\n".join(parts) + "</main>",
            f'<footer class="small">{escape(f"{report.seen_on} Store {report.fingerprint}.")}</footer>',
        ]
    )


def _front_page(page: doc.FrontPage):
    """Page one, above the contents; on a narrow screen its columns are stacked."""
    wide, narrow = (
        "".join(block(c) for c in page.charts if (c.width > doc.NARROW) == is_wide) for is_wide in (True, False)
    )
    items = "".join(f"<li>{escape(ask)}</li>" for ask in page.asks)
    asks = f'<div class="asks"><p><strong>We ask {escape(page.agency)} to</strong></p><ol>{items}</ol></div>'
    key = f'<p class="small">{escape(page.key)}</p>' if page.key else ""
    return (
        f'<header class="front"><p class="sender">{escape(page.sender)}</p><h1>{escape(page.headline)}</h1>'
        f'<p class="scope">{escape(page.scope)}</p>{side_by_side(page.numbers)}'
        f"{key}{wide}"
        f'<div class="pair">{narrow}</div>'
        f"{''.join(f'<p>{escape(note)}</p>' for note in page.notes)}"
        f"{asks if page.asks else ''}</header>"
    )


def side_by_side(numbers) -> str:
    """Large numbers side by side."""
    cells = (
        f'<div><p class="value{" adverse" if n.is_adverse else ""}">{escape(n.value)}</p>'
        f'<p class="words">{escape(n.words)}</p>{_strip(n.bar)}{_marks(n.marks)}'
        f'<p class="small">{escape(n.note)}</p></div>'
        for n in numbers
    )
    return f'<div class="numbers">{"".join(cells)}</div>'


def block(it: doc.Block) -> str:
    """A block as HTML."""
    match it:
        case doc.Heading(text, level):
            return f"<h{level + 1}>{escape(text)}</h{level + 1}>"
        case doc.Text(text, lead):
            opening = f"<strong>{escape(lead)}</strong> " if lead else ""
            return f"<p>{opening}{escape(text)}</p>"
        case doc.Note(lines):
            return f'<ul class="note">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ul>'
        case doc.Numbers(title, numbers, note):
            beneath = f'<p class="small">{escape(note)}</p>' if note else ""
            return f"<h3>{escape(title)}</h3>{side_by_side(numbers)}{beneath}"
        case doc.Terms(title, pairs):
            terms = "".join(f"<dt>{escape(word)}</dt><dd>{escape(meaning)}</dd>" for word, meaning in pairs)
            return f"<h4>{escape(title)}</h4><dl>{terms}</dl>"
        case doc.Finding():
            return _finding(it)
        case doc.AgendaItem():
            return _agenda_item(it)
        case doc.TableBlock():
            return _table_block(it)
        case Chart():
            return _chart(it)
        case doc.PageBreak():
            # For printing the page from the browser
            return '<div class="break"></div>'
        case _:
            raise TypeError(f"HTML has no form for {type(it).__name__}")


def _finding(it: doc.Finding) -> str:
    tag = f' <span class="tag">{escape(it.favors)}</span>' if it.favors else ""
    sure = f"<p><strong>{escape(wording.capital(it.sure))}</strong>{tag}</p>" if it.sure else ""
    detail, note = (
        f"<p{kind}>{escape(text)}</p>" if text else "" for kind, text in (("", it.detail), (' class="small"', it.note))
    )
    beside = f'<p class="small">{escape(it.otherwise_how)}</p>' if it.otherwise else ""
    strip = f'<div class="beside">{_bar(it.bar)}{beside}</div>' if it.bar or beside else ""
    level = it.level + 1
    return f'<h{level}>{escape(it.heading)}</h{level}><div class="finding"><div>{sure}{detail}{note}</div>{strip}</div>'


def _strip(bar: doc.Bar | None):
    """The strip of a large number; hidden from screen readers, because the words next to it say the same."""
    if bar is None:
        return ""
    x = {name: 100 * position for name, position in bar.places.items()}

    def band(first, last, fill):
        # A band of no width would be invisible
        return _rect(x[first], 2, f"{max(x[last] - x[first], 0.8):.1f}", 8, fill)

    # Keep a tick at either end inside the drawing
    ticks = "".join(_rect(min(max(x[end] - 0.5, 0), 99), 0, 1, 12, style.INK) for end in ("value", "most"))
    joined = _rect(x["value"], 5.2, f"{x['most'] - x['value']:.1f}", 1.6, style.INK)
    return (
        '<svg class="strip" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect x="0" y="2" width="100" height="8" fill="#eef1f4"/>'
        f"{band('least', 'widest', '#cfe3f0')}{band('low', 'high', '#7db3d8')}{joined}{ticks}</svg>"
    )


def _rect(x: float, y: float, width: float | str, height: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>'


def _marks(marks: doc.Marks | None):
    """The marks of a large number; the note below gives the figures they compare."""
    if marks is None:
        return ""
    # Inline, because the page must not make network requests
    drawn = b64encode(style.svg(style.dots(**vars(marks)))).decode("ascii")
    return f'<img alt="The figure beside those of the note" class="marks" src="data:image/svg+xml;base64,{drawn}">'


def _bar(bar: doc.Bar | None):
    """The interval on its scale; hidden from screen readers, because the sentence gives it."""
    if bar is None:
        return ""
    x = {name: 192 * position for name, position in bar.places.items()}

    def strip(first, last, y, height, fill):
        start, end = x[first], max(x[last], x[first] + 1)
        return _rect(start, y, f"{end - start:.1f}", height, fill)

    ends = [_rect(min(max(x[end] - 1.5, 0), 189), 3, 3, 18, style.INK) for end in ("value", "most")]
    return (
        '<svg class="bar" viewBox="0 0 192 40" aria-hidden="true" focusable="false">'
        '<rect x="0" y="11.5" width="192" height="1" fill="#d0d7de"/>'
        f"{strip('least', 'widest', 6, 12, '#cfe3f0')}{strip('low', 'high', 8, 8, '#0072b2')}"
        f"{strip('value', 'most', 11, 2, style.INK) if x['most'] > x['value'] else ''}{''.join(ends)}"
        f'<text x="0" y="34" font-size="11" fill="#57606a">{escape(bar.start_label)}</text>'
        f'<text x="192" y="34" font-size="11" fill="#57606a" text-anchor="end">{escape(bar.end_label)}</text></svg>'
    )


def _agenda_item(it: doc.AgendaItem) -> str:
    questions = "".join(f"<li>{escape(q)}</li>" for q in it.questions)
    statement, logged, asked, ask = map(escape, it.titles)
    return (
        f'<section><h3>{it.number}. {escape(it.heading)}</h3><div class="agenda">'
        f"<div><h4>{statement}</h4><p>{escape(it.statement)}</p>"
        f'<p class="small">{escape(it.source)}</p></div>'
        f"<div><h4>{logged}</h4><p>{escape(it.logged)}</p></div>"
        f"<div><h4>{asked}</h4><ol>{questions}</ol></div>"
        f"<div><h4>{ask}</h4><p>{escape(it.ask)}</p></div>"
        f'<div class="response small">{escape(it.response)}</div></div></section>'
    )


def _table_block(it: doc.TableBlock) -> str:
    if not it.rows:
        return f"<p><strong>{escape(it.title)}.</strong> {escape(it.note)}</p>"
    note = f'<span class="note">{escape(it.note)}</span>' if it.note else ""
    caption = f"<caption><strong>{escape(it.title)}</strong>{note}</caption>" if it.title else ""
    return _scrolling(_table(it.head, it.rows, caption, it.numeric))


def _scrolling(content: str) -> str:
    """Wrap content that may be wider than a phone, so that it scrolls and the page does not."""
    # Focusable, so that the arrow keys can scroll it
    return f'<div class="scroll" tabindex="0">{content}</div>'


def _table(head, rows, caption, numeric=True):
    top = "".join(f'<th scope="col">{escape(h)}</th>' for h in head)
    body = "".join(
        f"<tr>{_row_name(row[0])}{''.join(f'<td>{escape(cell)}</td>' for cell in row[1:])}</tr>" for row in rows
    )
    kind = f' class="numeric{" narrow" if len(head) == 2 else ""}"' if numeric else ""
    return f"<table{kind}>{caption}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _row_name(words: str) -> str:
    """The cell that names a row; without a name it is not a header, because a screen reader would announce an empty
    one."""
    return f'<th scope="row">{escape(words)}</th>' if words else "<td></td>"


def _chart(it: Chart) -> str:
    narrow = it.for_phone()
    image = it.image(narrow) if narrow or it.width <= doc.NARROW else _scrolling(it.image())
    subtitle = f'<p class="small">{escape(it.subtitle)}</p>' if it.subtitle else ""
    return (
        f'<figure><p class="title">{escape(it.title)}</p>{subtitle}{image}<figcaption>{escape(it.caption)}</figcaption>'
        f"{_numbers(it)}</figure>"
    )


def _numbers(chart):
    """The numbers behind a chart, collapsed, for screen readers and for checking; also as a CSV file to save."""
    head = tuple(str(c) for c in chart.data.columns)
    table = _table(head, chart.rows(), f"<caption>{escape(chart.title)}</caption>")
    written = io.BytesIO()
    tables.write_csv(chart.data, written)
    content = b64encode(written.getvalue()).decode("ascii")
    return (
        f"<details><summary>Numbers behind the chart</summary>{_scrolling(table)}</details>"
        f'<p class="small"><a download="{_file_name(chart.title)}.csv" href="data:text/csv;charset=utf-8;base64,'
        f'{content}">CSV<span class="unseen"> of {escape(chart.title)}</span></a></p>'
    )


def _file_name(title: str) -> str:
    """
    >>> _file_name("Waits are shortest 8–10 a.m. Eastern: 31 minutes")
    'waits-are-shortest-8-10-a-m-eastern-31-minutes'
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60]
