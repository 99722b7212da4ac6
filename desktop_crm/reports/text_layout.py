"""Breaking text into lines: Chinese by character with 禁則, Latin by word, very long words anywhere.

After the rules of Unicode Annex 14 and JIS X 4051 as far as a quotation needs them: closing marks
never begin a line, opening marks never end one, pairs of dashes and dots stay together.
"""

from __future__ import annotations

from collections.abc import Callable

NO_START = frozenset("、。，．,.：；:;？！?!）」』】》〉〕］｝)]}〗〙›»’”…‥—～·・‧々ー％%℃°′″‰")
NO_END = frozenset("（「『【《〈〔［｛([{〖〘‹«‘“＄￥$¥€£＃#＋±−№")
TWINS = frozenset("—…‥")  # drawn as pairs
_WORD_JOINTS = frozenset("-/_@\\|")  # a Latin word may be cut after these
_CJK_START = "\u2e80"  # everything from the radicals on is set by character
_WORD_JOINER = "\u00a0"
BLANKS = " \u3000"  # dropped where a line ends


def break_text(text: str, advance: Callable[[str], float], limit: float) -> list[str]:
    """The lines of ``text``, none wider than ``limit``; line ends in the text are kept.

    ``advance`` gives the width of one character in the unit of ``limit``. Blanks at a break are
    dropped. A single character wider than ``limit`` stands alone. There is always one line at least.
    """
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        lines.extend(_break_paragraph(paragraph.rstrip(BLANKS), advance, limit))
    return lines


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between the neighbours ``before`` and ``after``."""
    if before in BLANKS or after in BLANKS:
        return before in BLANKS and after not in BLANKS
    if not is_tidy(before, after) or _WORD_JOINER in (before, after):
        return False
    if before >= _CJK_START or after >= _CJK_START:
        return True
    return before in _WORD_JOINTS and after.isalpha()


def is_tidy(before: str, after: str) -> bool:
    """Whether a break between the two keeps 禁則."""
    return after not in NO_START and before not in NO_END and not (before == after and before in TWINS)


def _break_paragraph(text: str, advance: Callable[[str], float], limit: float) -> list[str]:
    lines: list[str] = []
    start = 0
    while True:
        end = _fitting_end(text, start, advance, limit)
        if end < len(text):
            end = _break_before(text, start, end)
        lines.append(text[start:end].rstrip(BLANKS))
        start = end
        while start < len(text) and text[start] in BLANKS:
            start += 1
        if start >= len(text):
            return lines


def _fitting_end(text: str, start: int, advance: Callable[[str], float], limit: float) -> int:
    """The first position that no longer fits on a line begun at ``start``; one character always does.

    Blanks at the end of a line take no room, so they may hang over it.
    """
    used = 0.0
    for position in range(start, len(text)):
        used += advance(text[position])
        if used > limit + 1e-6 and position > start and text[position] not in BLANKS:
            return position
    return len(text)


def _break_before(text: str, start: int, end: int) -> int:
    """The best break at or before ``end``: an allowed one, else within a word but tidy, else ``end``."""
    places = range(end, start, -1)
    for place in places:
        if may_break(text[place - 1], text[place]) and text[start:place].strip(BLANKS):
            return place
    for place in places:
        if is_tidy(text[place - 1], text[place]) and text[place - 1] not in BLANKS:
            return place
    return end
