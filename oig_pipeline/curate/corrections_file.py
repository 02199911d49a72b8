"""The corrections file as plain values.

Belongs here: opening `corrections.yml` and reading its YAML, within bounds. Does not: what a correction is (see
`correct.py`).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from oig_pipeline.errors import CannotRun

LARGEST = 16 * 2**20
"""Most bytes of a corrections file."""
MAX_REPEATED = 10_000
"""Most values that aliases may repeat."""
_NULLS = ("", "~", "null", "Null", "NULL")


def read(file: Path) -> tuple[yaml.Node | None, Any]:
    """Return the nodes of a file, which know their lines, and what they hold; None for both where there is no file.

    Raises:
        CannotRun: the file is no regular file, is too large, or does not parse.
    """
    if not file.exists() and not file.is_symlink():
        return None, None
    if (
        not file.is_file() and not file.is_dir()
    ):  # what is no file may never end, and without corrections a build is another
        raise CannotRun(f"{file}: not a regular file, or a link that leads nowhere; put the corrections there")
    try:
        if file.stat().st_size > LARGEST:
            raise CannotRun(f"{file}: larger than {LARGEST // 2**20} MiB; correct the source instead")
        node = _nodes(file.read_text(encoding="utf-8"))
        content = None if node is None else _Contents(file).of(node)
    except UnicodeDecodeError:
        raise CannotRun(f"{file}: not a UTF-8 file; save it as UTF-8") from None
    except OSError as error:
        raise CannotRun(f"{file}: the file cannot be read: {error.strerror}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not YAML"
        raise CannotRun(f"{file}, line {mark.line + 1 if mark else 1}: {problem}; mend the YAML") from None
    except RecursionError:
        raise CannotRun(f"{file}: nested too deeply, or an alias contains itself; write the correction out") from None
    return node, content


@lru_cache(maxsize=4)  # a run reads the file three times, and parsing is a tenth of a small check
def _nodes(text: str) -> yaml.Node | None:
    return yaml.compose(text, Loader=yaml.SafeLoader)


class _Contents:
    """What the nodes of a file hold, scalars as they are written: `20187`, `007` and `2021-02-30` are texts."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._nodes: set[int] = set()
        self._repeated = 0

    def of(self, node: yaml.Node) -> Any:
        """Return what a node holds.

        Raises:
            CannotRun: a key stands twice, or aliases repeat more than anybody writes.
        """
        # Aliases of aliases make of some lines more than fits in memory.
        self._repeated += id(node) in self._nodes
        self._nodes.add(id(node))
        if self._repeated > MAX_REPEATED:
            line = node.start_mark.line + 1
            raise CannotRun(f"{self._file}, line {line}: aliases repeat this too often; write the corrections out")
        if isinstance(node, yaml.SequenceNode):
            return [self.of(entry) for entry in node.value]
        if isinstance(node, yaml.ScalarNode):
            return None if node.style is None and node.value in _NULLS else node.value
        content: dict[Any, Any] = {}
        for key, value in node.value:
            place = f"{self._file}, line {key.start_mark.line + 1}"
            if not isinstance(key, yaml.ScalarNode):
                raise CannotRun(f"{place}: a key is a plain text")
            if key.value in content:
                raise CannotRun(f"{place}: the key {key.value} stands twice; keep one")
            content[str(key.value)] = self.of(value)
        return content
