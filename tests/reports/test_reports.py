"""The report: it says what the results say, names no one, opens offline, and a screen reader can read it."""

import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import pikepdf
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import built_reports
from callanalytics import CallLogError, figures, measures, outputs
from callanalytics.measures.waits import rules as published_rules
from callanalytics.reports import AUDIENCES, comparisons, findings, liaison, pdf, report, writers
from callanalytics.reports.document import (
    AgendaItem,
    Bar,
    Finding,
    Heading,
    Note,
    PageBreak,
    TableBlock,
    Terms,
    Text,
)
from callanalytics.reports.results import Results
from callanalytics.reports.writers import Report
from exhaustive import some
from report_log import log
from roots import ROOT

NASTY = (
    "<script>alert(1)</script> & \"quoted\" 'it' #eval(1) $x$ *b* _i_ `c` @ref [link](http://evil.example) \\ // %s {0}"
)


@pytest.fixture(scope="module")
def built(brief):
    return brief


@pytest.fixture(scope="module")
def tiny():
    """The report of a handful of calls."""
    return built_reports.built(liaison, log(40))


@pytest.fixture(scope="module")
def empty():
    """The report of a log in which nothing was logged."""
    return built_reports.built(liaison, log(0))


@pytest.fixture(scope="module")
def page(built):
    return built.html()


@pytest.fixture(scope="module")
def printed(built):
    return pikepdf.open(io.BytesIO(built.pdf()))


def small(*blocks):
    return Report("A report", "Of nothing much.", date(2022, 6, 30), "5f" * 32, blocks)


class Tags(HTMLParser):
    """Every tag with its attributes, and the text outside style."""

    VOID = frozenset({"meta", "img", "rect", "br", "source"})

    def __init__(self, text):
        super().__init__()
        self.found, self.open, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.found if name == tag]


@pytest.fixture(scope="module")
def tags(page):
    return Tags(page)


def all_blocks(built):
    """The blocks of paper, and those that only a screen shows."""
    return (*(built.front.charts if built.front else ()), *built.blocks, *built.further)


def words_of(built):
    """Every word a report says, chart texts and all."""
    given = [built.title, built.scope, str(built.front)]
    for block in all_blocks(built):
        for value in vars(block).values() if not hasattr(block, "figure") else (block.title, block.alt, block.caption):
            given.append(str(value))
    return " ".join(given)


# ---- the HTML page --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_page_is_whole_and_names_its_language_and_title(tags, built):
    assert not tags.open
    assert tags.all("html")[0]["lang"] == "en-US"
    assert len(tags.all("h1")) == 1
    assert f"<title>{built.title}</title>" in built.html()


CSV = "data:text/csv;charset=utf-8;base64,"  # the numbers behind a chart, in the page itself


def test_the_page_refers_to_nothing_outside_itself(tags, page):
    for tag, attrs in tags.found:
        for name in ("src", "href", "action", "data", "poster", "srcset", "style"):
            target = attrs.get(name)
            held = ("data:image/svg+xml;base64,", "#", *([CSV] if "download" in attrs else []))
            assert target is None or target.startswith(held), (tag, name, target)
    assert not {"script", "iframe", "link", "object", "form"} & {tag for tag, _ in tags.found}
    assert "@import" not in page
    assert "url(" not in page


def test_a_content_policy_forbids_any_request(tags):
    policy = next(m["content"] for m in tags.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "http" not in policy.replace("http-equiv", "")


def test_every_drawing_has_alt_text_and_stands_in_a_figure_with_a_caption(tags, built):
    images = tags.all("img")
    assert len(images) == len(built.screen_charts) == len(tags.all("figcaption")) > 8
    assert all(len(image["alt"]) > 30 for image in images)


def test_every_header_cell_says_what_it_heads(tags):
    assert {th.get("scope") for th in tags.all("th")} == {"col", "row"}


def test_headings_skip_no_level(tags):
    levels = [int(tag[1]) for tag, _ in tags.found if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_links_inside_the_page_lead_somewhere(tags):
    ids = [attrs["id"] for _, attrs in tags.found if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = {a["href"] for a in tags.all("a")}
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert all(link.startswith(("#", CSV)) for link in links)


def test_the_numbers_behind_each_drawing_are_in_the_page(tags, built):
    assert len(tags.all("details")) == len(built.screen_charts)
    assert all("tabindex" in attrs for tag, attrs in tags.found if attrs.get("class") == "scroll")


# ---- the PDF --------------------------------------------------------------------------------------------------


def structure(pdf_file):
    """Every element of the structure tree."""
    found = []

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                walk(node.K)

    walk(pdf_file.Root.StructTreeRoot.K)
    return found


def test_the_pdf_says_that_it_is_pdf_ua_with_language_and_title(printed, built):
    assert str(printed.Root.Lang) == "en-US"
    assert printed.Root.MarkInfo.Marked
    assert printed.Root.ViewerPreferences.DisplayDocTitle
    with printed.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
        assert about["dc:title"] == built.title


def test_every_figure_of_the_pdf_has_alt_text(printed, built):
    alts = [str(node.Alt) for node in structure(printed) if node.S == "/Figure"]
    assert sorted(alts) == sorted(chart.alt for chart in built.charts)


def test_every_table_of_the_pdf_has_a_header_for_each_column_and_each_row(printed, built):
    nodes = structure(printed)
    tables = [block for block in built.blocks if isinstance(block, TableBlock)]
    assert len([node for node in nodes if node.S == "/Table"]) == len(tables)
    assert len([node for node in nodes if node.S == "/THead"]) == len(tables)
    heads = [str(node.A[0].Scope) for node in nodes if node.S == "/TH"]
    assert heads.count("/Column") == sum(len(table.head) for table in tables)
    assert heads.count("/Row") == sum(len(table.rows) for table in tables)
    assert not [node for node in nodes if node.S == "/TD" and "/Headers" in node.A[0]]  # else these would be its only
    assert not printed.check_pdf_syntax()


def test_the_pdf_is_letter_size_in_the_shipped_font_alone(printed):
    assert {tuple(float(v) for v in p.MediaBox) for p in printed.pages} == {(0, 0, 612, 792)}
    fonts = {str(o.BaseFont) for o in printed.objects
             if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font" and "/BaseFont" in o}  # fmt: skip
    assert fonts
    assert all("SourceSans3" in name for name in fonts)


def test_the_pdf_leads_nowhere_outside(printed):
    assert b"/URI" not in b"".join(o.unparse() for o in printed.objects if isinstance(o, pikepdf.Dictionary))


def test_page_one_and_the_asks_are_two_pages(built):
    end = next(i for i, b in enumerate(built.blocks) if isinstance(b, PageBreak))
    brief = replace(built, blocks=built.blocks[:end], further=())
    assert len(pikepdf.open(io.BytesIO(brief.pdf())).pages) == 2


def test_the_page_for_the_room_has_the_four_rules_its_readers_know(built):
    (table,) = [b for b in built.blocks if isinstance(b, TableBlock) and b.title.startswith("The same calls")]
    assert [row[0] for row in table.rows] == [words for *_, words in comparisons.RULES_ON_PAPER]
    assert all(why.endswith(".") for *_, why in table.rows)
    place, earlier = next(
        (n, b) for n, b in enumerate(built.blocks) if isinstance(b, Text) and b.lead == "Published before."
    )
    assert built.blocks[place - 2] == built.findings[0]  # under the wait that it is held against
    assert "1 min 9 s" in earlier.text
    assert "44,000 calls a day" in earlier.text
    assert earlier.text.count("(") >= 2  # each with its definition and source


def test_the_screen_names_every_rule_and_why_it_differs(built):
    tables = {b.title: b for b in built.further if isinstance(b, TableBlock)}
    rows = [row for title in comparisons.RULE_FIGURES.values() for row in tables[title].rows]
    rules = {rule.rule for rule in published_rules()}
    assert {rule for rule, _, _ in rows} == rules | {"Ours"}
    assert all(why.endswith(".") for _, _, why in rows)
    assert tables[comparisons.RULE_FIGURES["abandonment"]].rows[0][0] == "Ours"


def test_the_cost_of_calling_is_hours_on_hold_and_no_price_of_ours(built, facts):
    table = next(b for b in built.blocks if isinstance(b, TableBlock) and b.title == "What the calling cost")
    held = Results(facts).row("hours_on_hold", "held")
    assert table.rows[0][1] == f"{held['value'] / 3600:,.0f} ({held['n']:,} calls)"
    assert "$" not in str(table)


def test_where_nothing_was_logged_no_rule_is_applied(empty):
    assert not {b.title for b in all_blocks(empty) if isinstance(b, TableBlock)} & set(
        comparisons.RULE_FIGURES.values()
    )


def test_pages_can_be_looked_at():
    (png,) = pdf.pages(small(Heading("One")))
    assert png.startswith(b"\x89PNG")


# ---- both -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_log_gives_the_same_bytes(facts, built, page):
    again = liaison.build(facts)
    assert again.html() == page
    assert again.pdf() == built.pdf()


@pytest.mark.slow
def test_whatever_stands_in_a_log_is_printed_as_it_is():
    result = measures.first_attempt_hit_rate(log(40).promises)
    chart = figures.shares({NASTY: result}, title=NASTY, note=NASTY)
    blocks = (
        Heading(NASTY),
        Text(NASTY, NASTY),
        Note((NASTY,)),
        Finding(NASTY, 1, NASTY, NASTY, NASTY, Bar(1, 0, 2, 0, 2, NASTY, NASTY), NASTY, NASTY, NASTY),
        PageBreak(),
        AgendaItem(1, NASTY, NASTY, NASTY, NASTY, (NASTY,), NASTY),
        TableBlock(NASTY, (NASTY, NASTY), ((NASTY, NASTY),), NASTY, numeric=True),
        Terms(NASTY, ((NASTY, NASTY),)),
        chart,
    )
    nasty = Report(NASTY, NASTY, date(2022, 6, 30), "5f" * 32, blocks)
    shown = Tags(nasty.html())
    assert "script" not in {tag for tag, _ in shown.found}
    assert "".join(shown.words).count(NASTY) >= 18
    with pikepdf.open(io.BytesIO(nasty.pdf())) as read, read.open_metadata() as about:
        assert about["dc:title"] == NASTY


def test_a_report_knows_only_its_own_blocks():
    with pytest.raises(TypeError):
        small("a bare string").html()
    with pytest.raises(TypeError):
        small("a bare string").pdf()


def test_a_heading_may_not_skip_a_level():
    with pytest.raises(ValueError, match="level 3 follows one of level 1"):
        small(Heading("One"), Terms("x", (("a", "b"),)))


@pytest.mark.slow
def test_a_notebook_shows_the_report_without_a_page_around_it(built):
    shown = built._repr_html_()
    assert shown.startswith("<style>")
    assert "<html" not in shown
    assert built.findings[0].heading in shown


# ---- what the liaison report says ------------------------------------------------------------------------------


def test_no_office_no_file_no_number_of_ours_is_named(built, page, facts):
    for office in facts.offices.to_arrow()["name"].to_pylist():
        assert office not in page
    assert "Smith" not in page
    digits = re.findall(r"\d{3}-\d{3}-\d{4}", "".join(Tags(page).words))
    assert set(digits) == {"800-375-5283"}
    assert "+1212" not in page


def test_words_for_the_agency_accuse_no_one(built):
    text = words_of(built).lower()
    for never in ("broken promise", "never called", "failed to", "ignored"):
        assert never not in text
    assert "uscis's stated time" in text
    assert "no contact recorded" in text


@pytest.fixture(params=some({name: name for name in ("built", "tiny", "empty")}, ["built", "empty"]))
def any_report(request):
    return request.getfixturevalue(request.param)


def test_every_finding_has_an_interval_or_says_that_it_cannot_tell(any_report):
    for finding in any_report.findings:
        result = f"{finding.text} {finding.sure} {finding.detail}"
        assert re.search(r"95% interval|n = \d|\b[oO]f \d+\b|No unanswered|\d+ weeks; a search needs \d+", result), (
            result
        )


def test_a_finding_says_the_results_number(built, facts):
    calls = facts.agency_calls.to_arrow().filter(_contact_center(facts))
    median = measures.standardized_wait(measures.wait(calls, "hour", as_of=facts.as_of), "dial")
    assert f"{median.value / 60:.0f} minutes or more" in built.findings[0].text
    assert f"{median.n:,} calls" in built.findings[0].text


def _contact_center(facts):
    return pc.equal(facts.agency_calls.to_arrow()["line"], "contact_center")


def test_missed_and_silent_stand_in_findings_of_their_own(built):
    missed = next(f for f in built.findings if "went unanswered" in f.text)
    silent = next(f for f in built.findings if "No contact from USCIS" in f.text)
    assert missed is not silent
    assert "Counted separately from missed callbacks" in silent.detail


def test_requests_under_several_stated_times_stand_apart_with_two_bounds(built):
    (apart,) = [f for f in built.findings if "reported separately" in f.text]
    assert "in time by the strictest" in apart.detail
    assert "by the most lenient" in apart.detail


@pytest.mark.slow
def test_what_is_kept_well_is_said_in_the_agencys_favor():
    facts = log(2000)
    promises = facts.promises.to_arrow().to_pandas()
    for reading in ("strict", "default", "lenient"):
        promises[f"is_kept_certain_{reading}"] = promises[f"is_kept_{reading}"] = promises[f"is_due_{reading}"]
    kept = replace(
        facts, promises=replace(facts.promises, arrow=pa.Table.from_pandas(promises, facts.promises.arrow.schema))
    )
    tags = {
        f.text.split(" requests")[0].split()[-1]: f.favors
        for f in findings.by_name(Results(kept)).values()
        if "in time on" in f.text
    }
    assert tags["urgent"] == tags["regular"] == findings.TAG


def test_every_agenda_item_has_a_dated_statement_numbers_questions_and_an_ask(built):
    items = [b for b in built.blocks if isinstance(b, AgendaItem)]
    assert len(items) == 3
    for item in items:
        assert re.search(r"20\d\d-\d\d-\d\d", item.source)
        assert "“" in item.statement
        assert "95% interval" in item.logged
        assert len(item.questions) == 3
        assert item.ask


def test_every_measure_used_has_its_definition_on_the_screen_and_none_on_paper(built):
    cards = {b.title for b in built.further if isinstance(b, Terms)}
    assert not [b for b in built.blocks if isinstance(b, Terms)]  # paper has none
    for name in ("Wait", "Promise kept rate", "Missed callbacks", "Log completeness"):
        assert any(title.startswith(f"{name} (version") for title in cards)


def test_the_rows_read_add_up_in_the_annex(built):
    table = next(b for b in built.blocks if isinstance(b, TableBlock) and b.title == "Files")
    for row in table.rows:
        _, rows, *parts = (int(cell.replace(",", "")) for cell in row[1:])
        assert rows == sum(parts)


def test_the_caveats_of_a_pooled_report_are_all_there(built):
    text = words_of(built)
    musts = (
        "Not a random sample",
        "largest office has",
        "Kaplan–Meier",
        "multiples of five minutes",
        "not yet due",
        "about 1 in 20 will show one",
        "not proof that the policy caused it",
        "minimum sample",
        "callanalytics 0.",
        "5f5f5f",
    )
    for must in musts:
        assert must in text, must


def test_a_log_with_nothing_in_it_makes_a_report_that_says_so(empty, tmp_path):
    assert "No call to USCIS is in the log" in empty.scope
    assert empty.front.headline == "No call to USCIS is logged yet"
    assert empty.front.numbers[0].words == "logged, too few for a median"
    written = report("liaison", log(0), tmp_path, built=empty)
    assert [p.name for p in written] == ["liaison.html", "liaison.pdf"]


# ---- writing --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_report_is_written_in_the_forms_asked_for(facts, built, tmp_path):
    (path,) = report("liaison", facts, tmp_path / "new" / "folder", to=("html",), built=built)
    assert path == tmp_path / "new" / "folder" / "liaison.html"
    assert path.read_text("utf-8") == built.html()


def test_another_audience_is_refused_with_those_there_are(facts, tmp_path):
    with pytest.raises(CallLogError) as refused:
        report("agency", facts, tmp_path)
    assert all(audience in str(refused.value) for audience in AUDIENCES)
    with pytest.raises(CallLogError, match="odt"):
        report("liaison", facts, tmp_path, to=("odt",))


def test_a_pdf_open_in_a_viewer_gives_a_sentence_not_a_traceback(tmp_path, monkeypatch):
    def locked(draft, path):
        raise PermissionError(13, "The process cannot access the file", str(path))

    monkeypatch.setattr(outputs.os, "replace", locked)
    with pytest.raises(CallLogError) as refused:
        writers.write(small(Heading("One")), tmp_path / "liaison.pdf")
    assert "liaison.pdf cannot be written" in str(refused.value)
    assert "close it" in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_a_file_in_the_folders_place_gives_a_sentence(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(CallLogError, match="cannot be written"):
        writers.write(small(Heading("One")), tmp_path / "out" / "liaison.html")


def test_only_one_module_opens_each_of_the_two_libraries():
    package = ROOT / "src" / "callanalytics"
    for library, door in (("matplotlib", "figures/style.py"), ("typst", "reports/pdf.py")):
        users = [p.relative_to(package).as_posix() for p in package.rglob("*.py")
                 if re.search(rf"^\s*(import|from) {library}\b", p.read_text("utf-8"), re.MULTILINE)]  # fmt: skip
        assert users == [door]
