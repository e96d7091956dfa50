"""Apply rules to the cells of a table. Each distinct text is read once, however many rows have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from callanalytics.formats import Rule, When, find, fold
from callanalytics.formats.layout import SEARCHED, Test, taken_of
from callanalytics.lazy import regex
from callanalytics.values.parsers import NOTHING, PARSERS, SENTINELS, Unreadable
from callanalytics.values.phones import ORDINARY

EMPTY = -1  # the number of an empty cell
# The same few operations run many times over a million rows. Arithmetic and np.take cost a tenth of choosing row by row
# (np.where, a mask as an index), because a processor cannot predict such branches.


def of_each(answers, codes: np.ndarray, kind) -> np.ndarray:
    """The answer for each row, taken by number from a list whose last item is the answer for an empty cell.

    >>> of_each(["in", "out", ""], np.array([1, -1, 0]), object).tolist()
    ['out', '', 'in']
    """
    return np.take(np.asarray(answers, kind), codes, mode="wrap")  # -1 wraps around to the last


def _used_codes(codes: np.ndarray, n: int) -> np.ndarray:
    """Mask of the numbers 0 to n - 1 that at least one row has.

    >>> _used_codes(np.array([2, -1, 2]), 3).tolist()
    [False, False, True]
    """
    # The extra last item is for -1, the number of an empty cell.
    is_there = np.zeros(n + 1, bool)
    is_there[codes.astype(np.intp)] = True
    return is_there[:n]


def _codes_of_rows(codes: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The numbers in the rows of a mask; every other row is empty.

    >>> _codes_of_rows(np.array([3, 0, -1]), np.array([True, False, True])).tolist()
    [3, -1, -1]
    """
    return (codes - EMPTY) * rows + EMPTY


def _filled(codes: np.ndarray, number: int) -> np.ndarray:
    """The numbers, with `number` in place of each empty cell.

    >>> _filled(np.array([3, -1]), 9).tolist()
    [3, 9]
    """
    return codes + (codes == EMPTY) * codes.dtype.type(number - EMPTY)


def codes_of(indices: pa.Array) -> np.ndarray:
    """The codes of an Arrow dictionary column, -1 for null.

    >>> codes_of(pa.array(["a", None, "b"]).dictionary_encode().indices).tolist()
    [0, -1, 1]
    """
    filled_indices = indices.fill_null(EMPTY) if indices.null_count else indices
    return filled_indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)


def rows_where(holds: Callable[[str], object], column: Texts | Reading) -> np.ndarray:
    """Mask of the rows whose text passes a test; an empty cell does not."""
    return of_each([*map(bool, map(holds, column.texts)), False], column.codes, bool)


@dataclass(frozen=True, eq=False)
class Texts:
    """A column of cells: the distinct texts, and for each row the number of its text (-1 = empty).

    A million rows may have as many texts, so Python strings are made only when ``texts`` is used.
    """

    codes: np.ndarray
    words: pa.Array
    name: str = ""  # the column, as the file names it

    @cached_property
    def texts(self) -> list[str]:
        """The distinct texts."""
        return self.words.to_pylist()

    def of_rows(self, rows: np.ndarray) -> Texts:
        """The column with only the cells in the rows of a mask; every other cell is empty."""
        codes = _codes_of_rows(self.codes, rows)
        # Texts found only in other rows are dropped, so that ``texts`` covers these rows alone.
        return Texts(codes, self.words, self.name).of_texts(_used_codes(codes, len(self.words)))

    def of_texts(self, kept: np.ndarray) -> Texts:
        """The column with only the texts of a mask; every other cell is empty."""
        if kept.all():
            return self
        number = np.append(np.where(kept, np.cumsum(kept) - 1, EMPTY), EMPTY)
        return Texts(of_each(number, self.codes, np.int32), self.words.filter(pa.array(kept)), self.name)

    def with_one_for(self, alike: np.ndarray) -> Texts:
        """The column with one text in place of all texts of a mask, which are all read the same way."""
        number = np.arange(len(alike) + 1, dtype=np.int32)
        # The appended True is found if the mask is empty; then `first` marks nothing.
        number[:-1][alike] = first = np.argmax(np.append(alike, True))
        kept = ~alike
        kept[first : first + 1] = True
        return Texts(of_each(number, self.codes, np.int32), self.words, self.name).of_texts(kept)

    def fitting(self, test: Test) -> np.ndarray:
        """Mask of the texts that fit a test.

        >>> Texts(np.array([0, 1, -1]), pa.array(["201", "2028382200"])).fitting(Test("~[0-9]{2,6}")).tolist()
        [True, False]
        """
        if len(self.words) <= MAX_TEXTS_ONE_BY_ONE:
            return np.array([test.fits(text) for text in self.texts], bool)
        found = _asked_at_once(test, self.words)
        own = [test.fits(text) for text in self.words.filter(found.is_null()).to_pylist()]
        return pc.replace_with_mask(found, found.is_null(), pa.array(own, pa.bool_())).to_numpy(zero_copy_only=False)

    def column(self) -> pa.Array:
        """The text of each row; null for an empty cell."""
        return self.words.take(pa.array(self.codes, mask=self.codes == EMPTY))

    def text_of(self, row: int) -> str | None:
        """The text in a row; None if the cell is empty."""
        code = self.codes[row]
        return None if code == EMPTY else self.texts[code]


MAX_TEXTS_ONE_BY_ONE = 1_000  # up to this many, testing texts one by one is as fast
_PYTHONS_OWN = regex(r"\{,|\[:|\(\?[^:]|[^ -~]")  # syntax that Arrow may read differently


def _asked_at_once(test: Test, words: pa.Array) -> pa.BooleanArray:
    """Texts that a pattern fits, by Arrow's search; null where Python may differ, as in letters beyond ASCII."""
    nothing_found = pa.nulls(len(words), pa.bool_())
    if not test.text.startswith("~") or _PYTHONS_OWN.search(test.text):
        return nothing_found
    try:
        found = pc.match_substring_regex(words, f"^(?:{test.text[1:]})$", ignore_case=True)
    except pa.ArrowInvalid:  # Arrow lacks some of Python's syntax
        return nothing_found
    is_plain = pc.and_(pc.ascii_is_printable(words), pc.less_equal(pc.binary_length(words), SEARCHED))
    return pc.if_else(is_plain, found, pa.scalar(None, pa.bool_()))


# In small letters, capitals, and as Null; last, what is empty in any table.
_WORDS_FOR_NOTHING = pa.array([*{cased for word in NOTHING for cased in (word, word.upper(), word.title())}, ""])


class Cells:
    """The rows of one table, column by column. In an export, words for nothing are empty cells."""

    def __init__(self, header, columns: pa.Table, *, is_workbook: bool = False, is_export: bool = False):
        self.header, self.columns, self.n = tuple(header), columns, columns.num_rows
        self.is_workbook = is_workbook  # its times were typed into cells, not written by a machine
        self.is_export = is_export
        self._encoded: dict[str, Texts] = {}
        self._names = frozenset(self.header)

    def rows(self, chosen: np.ndarray) -> Cells:
        """Only the rows at these indexes, which are in order."""
        # Indexes are in order and distinct, so if there are as many as rows, they are all the rows.
        return self if len(chosen) == self.n else self.over(self.columns.take(pa.array(chosen)))

    def over(self, columns: pa.Table, header=None) -> Cells:
        """Cells of the same kind over other rows, or with more columns under a new `header`."""
        return Cells(header or self.header, columns, is_workbook=self.is_workbook, is_export=self.is_export)

    def with_column(self, name: str, column: pa.Array) -> Cells:
        """The same rows with one more column, which replaces the first column of the same name."""
        if name in self.columns.column_names:  # in place: if two columns share a name, a format means the first
            columns = self.columns.set_column(self.columns.column_names.index(name), name, column)
        else:
            columns = self.columns.append_column(name, column)
        cells = self.over(columns, columns.column_names)
        cells._encoded = {known: encoded for known, encoded in self._encoded.items() if known != name}
        return cells

    def name_of(self, column) -> str | None:
        """The header name that a format's column means in this table; None if the table lacks it."""
        exact = column[0]  # an exact match avoids a search through thousands of columns
        return exact if exact in self._names else find(column, self.header)

    def texts(self, column) -> Texts:
        """One column; if the table lacks it, every cell is empty."""
        name = self.name_of(column)
        if name is None:
            return _no_texts(self.n, column[0])
        if name not in self._encoded:
            encoded = self.columns.column(name).combine_chunks().dictionary_encode()
            texts = Texts(codes_of(encoded.indices), encoded.dictionary, name)
            nothing = pc.is_in(texts.words, value_set=_WORDS_FOR_NOTHING[0 if self.is_export else -1 :])
            self._encoded[name] = texts.of_texts(pc.invert(nothing).to_numpy(zero_copy_only=False))
        return self._encoded[name]

    def joined(self, columns) -> Texts:
        """Several columns joined into one by a space; empty where all of them are."""
        present = [column for column in columns if self.name_of(column) is not None] or list(columns[:1])
        together = self.texts(present[0])
        for column in present[1:]:
            together = _joined_texts(together, self.texts(column))
        return together

    def group_codes(self, columns) -> np.ndarray:
        """A number for each row, the same for the same cells in several columns; -1 where all of them are empty.

        A further column is read only in the rows that are the same so far: of a million calls, few begin together.
        """
        number, is_empty, rows = np.zeros(self.n, np.int64), np.ones(self.n, bool), np.arange(self.n)
        for column in columns:
            if len(rows) and self.name_of(column) is not None:
                codes = self._codes_in(column, rows)
                is_empty[rows] &= codes == EMPTY
                pairs = number[rows] * (int(codes.max(initial=EMPTY)) + 2) + codes + 1
                _, same, count = np.unique(pairs, return_inverse=True, return_counts=True)
                number[rows] = number.max(initial=0) + 1 + same.reshape(-1)
                rows = rows[count[same.reshape(-1)] > 1]
        return np.where(is_empty, EMPTY, number)

    def _codes_in(self, column, rows: np.ndarray) -> np.ndarray:
        """The numbers of a column's texts in some rows. A column as it was read stays so, for its reader."""
        whole = self.unencoded((column,))
        if whole is None:
            return self.texts(column).codes[rows]
        some = whole if len(rows) == self.n else whole.take(pa.array(rows))
        return codes_of(some.dictionary_encode().indices)

    def unencoded(self, columns) -> pa.Array | None:
        """The one column that these mean, as it was read; None if there are several or it is already encoded."""
        present = [name for column in columns if (name := self.name_of(column)) is not None]
        if len(present) != 1 or present[0] in self._encoded:
            return None
        return self.columns.column(present[0]).combine_chunks()

    def heading_of(self, columns) -> str:
        """The file's name of the first of several joined columns that the table has."""
        named = (name for column in columns if (name := self.name_of(column)) is not None)
        return next(named, columns[0][0] if columns else "")

    def fits(self, when: When) -> np.ndarray:
        """Mask of the rows on which a condition holds."""
        mask = np.ones(self.n, bool)
        for column, tests in when.tests:
            cells = self.texts(column)
            fitting = np.array([*map(cells.fitting, tests)]).any(axis=0)
            empty = any(test.fits(None) for test in tests)
            mask &= of_each(np.append(fitting, empty), cells.codes, bool)
        return mask

    def is_empty(self, but=()) -> np.ndarray:
        """Mask of the rows without a filled cell, ignoring the columns `but`."""
        ignored = {self.name_of(column) for column in but}
        mask = np.ones(self.n, bool)
        for name in self.header:
            if name not in ignored:
                mask &= self.texts((name,)).codes == EMPTY
        return mask


def _no_texts(n: int, name: str = "") -> Texts:
    return Texts(np.full(n, EMPTY, np.int32), pa.array([], pa.string()), name)


def _joined_texts(left: Texts, right: Texts) -> Texts:
    width = len(right.texts) + 1
    # Two numbers combined into one; each is raised by 1, so that an empty cell is 0.
    pairs = (left.codes.astype(np.int64) + 1) * width + (right.codes + 1)
    distinct, codes = np.unique(pairs, return_inverse=True)
    texts = []
    for pair in distinct.tolist():
        a, b = divmod(pair, width)
        texts.append(" ".join(t for t in (left.texts[a - 1] if a else "", right.texts[b - 1] if b else "") if t))
    codes = codes.reshape(-1).astype(np.int32)
    if texts and texts[0] == "":  # pair 0 sorts first: both empty
        texts, codes = texts[1:], codes - 1
    return Texts(codes, pa.array(texts, pa.string()), left.name)


@dataclass
class Reading:
    """The result of a rule: the distinct values, and for each row the number of its value (-1 = none).

    ``problems`` holds, by number, the values that could not be read; ``texts`` holds their source texts. ``columns``
    holds, by number, the column of a text if it is not ``name``.
    """

    codes: np.ndarray
    values: list
    texts: list[str]
    name: str
    problems: dict[int, Unreadable] = field(default_factory=dict)
    columns: dict[int, str] = field(default_factory=dict)

    @property
    def is_there(self) -> np.ndarray:
        return self.codes != EMPTY

    @property
    def is_bad(self) -> np.ndarray:
        if not self.problems:
            return np.zeros(len(self.codes), bool)
        bad = np.zeros(len(self.values) + 1, bool)
        bad[list(self.problems)] = True
        return of_each(bad, self.codes, bool)

    def column_of(self, code: int) -> str:
        """The column that holds the text of a number."""
        return self.columns.get(code, self.name)

    def array(self, kind: pa.DataType) -> pa.Array:
        """The values as an Arrow column; null where there is none or it could not be read."""
        return pa.array([*self.values, None], kind).take(pa.array(_filled(self.codes, len(self.values))))

    def words(self) -> pa.DictionaryArray:
        """Text values as a dictionary column, each value kept once."""
        return numbered_words(self.values, self.codes)

    def filled(self, value) -> Reading:
        """The same reading with `value` where there is none or it could not be read."""
        values = [*self.values, value]
        last = len(values) - 1
        indices = [last if each is None else index for index, each in enumerate(values[:-1])] + [last]
        return Reading(of_each(indices, self.codes, np.int32), values, [*self.texts, ""], self.name)

    def objects(self, missing=None) -> np.ndarray:
        """The values as Python objects."""
        values = np.empty(len(self.values) + 1, object)
        values[:-1] = self.values
        values[-1] = missing
        return values[self.codes]

    def numbers(self, number_of: Callable, kind: str, missing) -> np.ndarray:
        """`number_of` each row's value, as a numpy array; `missing` where there is none."""
        numbers = [missing if value is None else number_of(value) for value in self.values]
        return of_each([*numbers, missing], self.codes, kind)

    def converted(self, into: Callable) -> Reading:
        """The same reading with each value converted by `into`; a value that `into` refuses becomes a problem."""
        values, problems = list(self.values), dict(self.problems)
        for code, value in enumerate(values):
            if value is not None:
                try:
                    values[code] = into(value)
                except Unreadable as problem:
                    values[code], problems[code] = None, problem.kept()
        return replace(self, values=values, problems=problems)

    def without_problems(self) -> Reading:
        """The same reading, with no value where it could not be read."""
        codes = _codes_of_rows(self.codes, ~self.is_bad) if self.problems else self.codes
        return Reading(codes, self.values, self.texts, self.name)

    def where_value(self, is_wanted: Callable) -> Reading:
        """The same reading with only the wanted values, each kept once."""
        code_of = {value: number for number, value in enumerate(dict.fromkeys(filter(is_wanted, self.values)))}
        codes = of_each([*(code_of.get(value, EMPTY) for value in self.values), EMPTY], self.codes, np.int32)
        return Reading(codes, list(code_of), list(code_of), self.name)

    def in_rows(self, rows: np.ndarray) -> Reading:
        """The same reading with values only in the rows of a mask."""
        return replace(self, codes=_codes_of_rows(self.codes, rows))

    def is_in(self, *values) -> np.ndarray:
        """Mask of the rows that have one of these values."""
        return self.numbers(lambda value: value in values, "?", False)


def numbered_words(words: list, numbers: np.ndarray) -> pa.DictionaryArray:
    """A dictionary column of words by their numbers, -1 for none.

    Its dictionary has each distinct word that a row uses, once, and no other, because a dictionary is stored whole.

    >>> column = numbered_words(["in", None, "in", "out"], np.array([0, 1, 2, -1]))
    >>> column.to_pylist(), column.dictionary.to_pylist()
    (['in', None, 'in', None], ['in'])
    """
    code_of: dict = {}
    for word, is_there in zip(words, _used_codes(numbers, len(words)).tolist(), strict=True):
        if is_there and word is not None:
            code_of.setdefault(word, len(code_of))
    codes = of_each([*(code_of.get(word, EMPTY) for word in words), EMPTY], numbers, np.int32)
    is_empty = codes == EMPTY
    indices = pa.array(codes, mask=is_empty if is_empty.any() else None)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(code_of), pa.string()))


def one_value(n: int, value) -> Reading:
    """A reading in which every row has this value."""
    return Reading(np.zeros(n, np.int32), [value], [str(value)], "")


def no_values(n: int, name: str = "") -> Reading:
    """A reading in which no row has a value."""
    return Reading(np.full(n, EMPTY, np.int32), [], [], name)


def read(
    rule: Rule | None, cells: Cells, rows: np.ndarray | None = None, among: Sequence[str] | None = None, **options
) -> Reading:
    """Apply a rule to every row, or to the `rows` of a mask. ``options`` go to the parser and override the rule.

    If ``among`` is given, most phone numbers not in it are left out.
    """
    if rule is None:
        return no_values(cells.n)
    return _read(rule, cells, np.ones(cells.n, bool) if rows is None else rows, options | {"among": among})


def _read(rule: Rule, cells: Cells, left: np.ndarray, options: dict) -> Reading:
    """Apply a rule to the rows `left`; its values on other rows have no meaning."""
    if not rule.cases:
        return _read_plain(rule, cells, left, options)
    parts = []
    for when, then in rule.cases:
        mask = cells.fits(when) & left
        left = left & ~mask
        parts.append((mask, _read(then, cells, mask, options)))
    return combined_parts([*parts, (left, _read_plain(rule, cells, left, options))], cells.n)


def combined_parts(parts: list[tuple[np.ndarray, Reading]], n: int) -> Reading:
    """Combine readings of parts: each row takes the value of its part."""
    # The column's name is that of a part with unread cells, if there is one.
    named = sorted((part for _, part in reversed(parts) if part.name), key=lambda part: not part.problems)
    whole = no_values(n, named[0].name if named else "")
    for mask, part in parts:
        if not part.values:
            continue
        first = len(whole.values)
        others = part.codes + np.int32(first)
        whole.codes = whole.codes + (others - whole.codes) * (mask & part.is_there)
        whole.values += part.values
        whole.texts += part.texts
        whole.problems |= {code + first: problem for code, problem in part.problems.items()}
        whole.columns |= {code + first: part.column_of(code) for code in part.problems}
    return whole


def _read_plain(rule: Rule, cells: Cells, rows: np.ndarray, options: dict) -> Reading:
    if rule.value is not None:
        return one_value(cells.n, rule.value)
    texts = cells.joined(rule.columns) if rule.columns else _no_texts(cells.n)
    texts = texts if rows.all() else texts.of_rows(rows)
    if rule.parse == "caller" and not rule.take:
        texts = texts.with_one_for(_ordinary_numbers(texts.words, [*SENTINELS, *map(fold, rule.blank)]))
    elif rule.parse == "number" and options["among"] is not None and rule.default is None:
        texts = texts.of_texts(~_others_numbers(texts.words, options["among"]))
    answers = list(map(_reader(rule, options), texts.texts))
    problems = {code: answer for code, answer in enumerate(answers) if isinstance(answer, Unreadable)}
    nothing = [code for code, answer in enumerate(answers) if answer is None]
    values = [None if code in problems else answer for code, answer in enumerate(answers)]
    codes = texts.codes
    if nothing:
        code_of = np.arange(len(values) + 1, dtype=np.int32)
        # As an index, -1 is the last item: the one for an empty cell.
        code_of[[*nothing, EMPTY]] = EMPTY
        codes = of_each(code_of, codes, np.int32)
    if rule.default is None:
        return Reading(codes, values, texts.texts, texts.name, problems)
    values = [rule.default if code in problems else value for code, value in enumerate(values)]
    return Reading(_filled(codes, len(values)), [*values, rule.default], [*texts.texts, ""], texts.name)


def _ordinary_numbers(texts: pa.Array, words: Sequence[str]) -> np.ndarray:
    """Mask of the texts that are phone numbers in an ordinary format and none of these words."""
    is_ordinary = pc.match_substring_regex(texts, f"^{ORDINARY.pattern}$")
    return pc.and_not(is_ordinary, pc.is_in(texts, value_set=pa.array(words))).to_numpy(zero_copy_only=False)


def _others_numbers(texts: pa.Array, numbers: Sequence[str]) -> np.ndarray:
    """Mask of the texts that are numbers but none of ``numbers``: they lack the last four digits of each of those."""
    is_number = pc.match_substring_regex(texts, rf"^(?:{ORDINARY.pattern}|\+?\d+)$")
    # The last four digits alone decide; if a few other parties' numbers share them, that does no harm.
    has_end = pc.match_substring_regex(texts, "|".join({number[-4:] for number in numbers}))
    return pc.and_not(is_number, has_end).to_numpy(zero_copy_only=False)


def _reader(rule: Rule, options: dict) -> Callable:
    """A function that reads one text by a rule. It returns a value, None if blank, or the problem."""
    own = {key: value for key in ("unit", "clock", "patterns", "words", "listed") if (value := getattr(rule, key))}
    parse = PARSERS[rule.parse].with_options(**own | options)
    blank = {fold(word) for word in rule.blank}

    def read(text: str):
        wanted = taken_of(text, rule.take) if rule.take else text
        if not wanted or (blank and fold(wanted) in blank):
            return None
        try:
            return parse(wanted)
        except Unreadable as problem:
            return problem.kept()

    return read
