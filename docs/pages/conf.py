"""Settings of the documentation site; `docs/website.py` puts the pages together and builds it."""

from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml

import callanalytics

project, author, copyright = "callanalytics", "the authors of callanalytics", "the authors of callanalytics"
version = release = callanalytics.__version__
extensions = ["numpydoc", "sphinx.ext.autodoc", "myst_parser"]
html_theme = "pydata_sphinx_theme"
html_title = "callanalytics"
html_show_sourcelink = html_copy_source = False
html_theme_options = {"show_prev_next": False, "navigation_with_keys": False, "secondary_sidebar_items": ["page-toc"]}
html_sidebars = {"*": []}  # a page at the top has no section to show beside it
html_static_path, html_css_files = ["_static"], ["site.css"]
html_math_renderer = "mathml"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
numpydoc_show_class_members = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say it in words
python_use_unqualified_type_names = True
suppress_warnings = ["myst.header"]  # a page of many measures may go from a title to a third level


def write_math(writer, node, as_block: bool) -> None:
    """A formula as MathML, which browsers draw by themselves: nothing is fetched."""
    try:
        writer.body.append(tex2mathml(node.astext(), as_block=as_block))
    except MathError as problem:
        raise ValueError(f"{node.astext()}: {problem}") from problem


def setup(app) -> None:
    def leave(writer, node):
        pass

    def inline(writer, node):
        write_math(writer, node, as_block=False)

    def block(writer, node):
        write_math(writer, node, as_block=True)

    app.add_html_math_renderer("mathml", (skipping(inline), leave), (skipping(block), leave))


def skipping(visit):
    """The formula's own words are written already when its children would be."""
    from docutils.nodes import SkipNode

    def visited(writer, node):
        visit(writer, node)
        raise SkipNode

    return visited
