"""Labeled blocks of a page as HTML, of today's site and of the older one.

Belongs here: which elements are labels, by their words, and which elements hold the values of each; and the blocks that
only the class of their field names. Does not: what the values mean. The class names of the older site, and of pages of
one recommendation, are not known: there, a label is any small element whose words are those of a label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice

from selectolax.lexbor import LexborNode

from oig_pipeline.sources.oversight_gov.html_nodes import HtmlPage, classes_of, is_address, is_small
from oig_pipeline.sources.oversight_gov.page_labels import DESCRIPTION, DOCUMENT, SEVERAL, TITLE_FULL
from oig_pipeline.sources.oversight_gov.passages import LabeledBlock, Passage

FieldOf = Callable[[str], str | None]
_FIELD_NAMES = {
    "field-report-date-issued": "issue_date",
    "field-report-submitting-oig": "submitting_oig",
    "field-report-number": "report_number",
    "field-report-type": "report_type",
    "field-report-agency-reviewed": "agencies",
    "field-report-components": "components",
    "field-report-number-of-recs": "recommendations",
    "field-report-agency-wide": "agency_wide",
    "field-net-questioned-costs": "questioned_costs",
    "field-net-funds-for-better-use": "funds_for_better_use",
    "field-report-link": "external_url",
    "field-report-location": "locations",
    "field-report-file": DOCUMENT,
    "field-title-full": TITLE_FULL,
    "body": DESCRIPTION,
}
"""Fields by the class of their block, `field--name-NAME`."""
_CLASS_PREFIX = "field--name-"
_SMALL = "div, span, dt, th, td, strong, b, h2, h3, h4, h5, h6, label, p, li"
_STATED = "a[href], [content], time[datetime]"
_ITEMS = ".field__item, .field-item"
_ITEM_CLASSES = frozenset(("field__item", "field-item", "field__items", "field-items"))
_LABEL_CLASSES = ".title, .field-label, .field__label"
_CLOSED_OFF = frozenset(("tr", "dl", "li", "table", "tbody"))
_LONGEST = 200
_MULTILINE = frozenset((DESCRIPTION, DOCUMENT, "text", "additional_information"))


class BlockFinder:
    """Finds the blocks within an element of a page."""

    def __init__(self, page: HtmlPage, root: LexborNode, field_of: FieldOf, *, by_name: bool) -> None:
        """Find the labels.

        Args:
            page: the page.
            root: the element.
            field_of: gives the field that a label names.
            by_name: whether the class of a block names a field of a report.
        """
        self._page, self._root, self._field_of, self._by_name = page, root, field_of, by_name
        self._labels: dict[int, LexborNode] = {}
        self._holders: Counter[int] = Counter()  # how many labels are in an element
        for node in root.css(_SMALL):
            if not self._is_label(node):
                continue
            above = list(_ancestors(node, root))
            if not _is_in_value(above) and not any(n.mem_id in self._labels for n in above):
                self._labels[node.mem_id] = node
                self._holders.update(n.mem_id for n in above)

    def blocks(self) -> tuple[LabeledBlock, ...]:
        """Return the blocks in the order of the page, those that only a class names included."""
        labeled = [self._labeled(node) for node in self._labels.values()]
        by_class = list(self._blocks_by_class()) if self._by_name or self._labels else []
        return tuple(sorted((*labeled, *by_class), key=lambda block: block.line))

    def _is_label(self, node: LexborNode) -> bool:
        if not is_small(node):
            return False
        words = self._page.words(node)
        return 0 < len(words) < _LONGEST and self._field_of(words) is not None

    def _labeled(self, label: LexborNode) -> LabeledBlock:
        words = self._page.words(label)
        field = self._field_of(words)
        nodes = list(self._values(label))
        stated = (p for node in nodes for p in self._passages(node, field, label) if p.text or p.link or p.content)
        is_single = field not in SEVERAL | _MULTILINE and not any(_is_item(n) for n in nodes)
        passages = tuple(islice(stated, 1)) if is_single else tuple(stated)
        return LabeledBlock(words, self._page.line_of(words, label), field, passages)

    def _values(self, label: LexborNode) -> Iterator[LexborNode]:
        """Yield the elements and texts behind a label, up to the next one."""
        nodes = list(self._until_label(label))
        if any(self._page.words(node) or (node.tag != "-text" and node.css_first(_STATED)) for node in nodes):
            yield from nodes
            return
        holder = label.parent
        if holder is None or self._holders[holder.mem_id] != 1 or holder.tag in _CLOSED_OFF:
            return
        if holder.mem_id == self._root.mem_id or any("field" in name for name in classes_of(holder)):
            return
        # The label has an element of its own: the value is in the next one.
        yield from (n for n in list(self._until_label(holder))[:3] if n.tag != "-text")

    def _until_label(self, node: LexborNode) -> Iterator[LexborNode]:
        for sibling in _siblings(node):
            if sibling.mem_id in self._labels or self._holders[sibling.mem_id]:
                return
            if sibling.is_element_node or sibling.is_text_node:
                yield sibling

    def _passages(self, node: LexborNode, field: str | None, label: LexborNode) -> Iterator[Passage]:
        page = self._page
        if node.tag == "-text":
            for words in page.word_lines(node):
                yield Passage(words.lstrip(": "), page.line_of(words, label))
            return
        items = _leaves(node, _ITEMS) or _leaves(node, "li") or _leaves(node, "td")
        for item in items or [node]:
            lines = page.word_lines(item)
            if field in SEVERAL and len(lines) > 1 and not is_address(item):
                yield from (page.passage(item, words) for words in lines)
            else:
                yield page.passage(item)

    def _blocks_by_class(self) -> Iterator[LabeledBlock]:
        """Yield the blocks whose label is unknown or lost."""
        for node in self._root.css("[class*=field]"):
            if not _is_block(node):
                continue
            above = list(_ancestors(node, self._root))
            if self._holders[node.mem_id] or any(n.mem_id in self._labels for n in above) or _is_in_value(above):
                continue
            if any(_is_block(n) for n in above):
                continue
            name = next(
                (c.removeprefix(_CLASS_PREFIX) for c in sorted(classes_of(node)) if c.startswith(_CLASS_PREFIX)), ""
            )
            field = _FIELD_NAMES.get(name) if self._by_name else None
            heading = node.css_first(_LABEL_CLASSES)
            label = self._page.words(heading) or name
            items = _leaves(node, _ITEMS)
            passages = [self._page.passage(item) for item in items or [node]]
            if not items and heading is not None:
                passages = [self._page.passage(n) for n in _siblings(heading) if n.tag != "-text"]
            passages = [p for p in passages if p.text or p.link or p.content]
            if label or passages:
                yield LabeledBlock(label, self._page.line(node), field, tuple(passages))


def _ancestors(node: LexborNode, root: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None and parent.mem_id != root.mem_id:
        yield parent
        parent = parent.parent
    yield root


def _siblings(node: LexborNode) -> Iterator[LexborNode]:
    sibling = node.next
    while sibling is not None:
        yield sibling
        sibling = sibling.next


def _is_in_value(above: list[LexborNode]) -> bool:
    """Return whether an element is part of a value, rather than a field within one."""
    for node in above:
        classes = classes_of(node)
        if classes & _ITEM_CLASSES:
            return True
        if _is_block(node):
            return False
    return False


def _is_block(node: LexborNode) -> bool:
    classes = classes_of(node)
    return "field" in classes or any(name.startswith(_CLASS_PREFIX) for name in classes)


def _is_item(node: LexborNode) -> bool:
    return node.tag != "-text" and bool(classes_of(node) & _ITEM_CLASSES or node.css_first(_ITEMS) is not None)


def _leaves(node: LexborNode, selector: str) -> list[LexborNode]:
    """Return the innermost elements of a selector in an element, itself included."""
    nodes = {n.mem_id: n for n in node.css(selector)}
    outer = {parent.mem_id for n in nodes.values() if n.mem_id != node.mem_id for parent in _ancestors(n, node)}
    return [n for key, n in nodes.items() if key not in outer]
