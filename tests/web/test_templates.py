"""What our templates make of values: escaped like Jinja's own, whatever they are; nothing where there is nothing."""

from decimal import Decimal
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError
from markupsafe import Markup, escape

from rules.vocabulary import State
from web.language import Language
from web.templates import Spoken, escaped


class Dangerous(str):
    """A text of a kind of its own."""

    __slots__ = ()


class Safe:
    def __repr__(self) -> str:
        return "Safe()"

    def __html__(self) -> str:
        return "<b>an toàn</b>"


VALUES: tuple[Any, ...] = (
    "", "Nông Thị Mẫu", "<script>", "a & b", "nhà 'Ấm'", 'nói "vâng"', ">", Markup("<i>x</i>"), Dangerous("<x>"),
    Safe(), State.DRAFT, 5, Decimal("1.50"), None, ["<li>"],
)  # fmt: skip
TEMPLATE = """
{% set kept %}[{{ x }}]{% endset %}
{% macro cell(y, title='') %}<td title="{{ title }}">{{ y }}</td>{% endmacro %}
{{ x }}|{{ kept }}|{{ cell(x, title=x) }}|{{ x ~ "<" }}|{{ x | string | upper }}
{% for z in [x] %}{{ loop.index }}{{ z }}{% endfor %}
"""


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_every_value_is_escaped_as_jinja_would(value: Any) -> None:  # noqa: ANN401 - any value
    assert escaped(value) == escape(value)
    plain = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    ours = Spoken(Language.VIETNAMESE)
    assert ours.from_string(TEMPLATE).render(x=value) == plain.from_string(TEMPLATE).render(x=value)


def test_what_a_template_says_only_if_something_holds_is_nothing_otherwise() -> None:
    template = Spoken(Language.VIETNAMESE).from_string("""<p{{ " lang='vi'" if x }}>{{ ("a" if x) ~ "b" }}</p>""")
    assert [template.render(x=x) for x in (True, False)] == ["<p lang=&#39;vi&#39;>ab</p>", "<p>b</p>"]


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        Spoken(Language.VIETNAMESE).from_string("{{ x }}").render()
