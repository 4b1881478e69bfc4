"""Templates in one language: what they say is translated when they are compiled, not every time they are shown."""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from web.language import Language, speaker, translator

PAGES = Path(__file__).parent.parent / "templates" / "pages"
SAYING = {"_": "translated", "said": "said"}  # how templates call it → the filter that does it
SPECIAL = re.compile("[&<>'\"]").search  # what `escape` replaces


def escaped(value: object) -> str:
    """What `escape` gives, without making a Markup of it: most texts are to be written as they are, at once."""
    if type(value) is str:
        return escape(value) if SPECIAL(value) else value
    return value if type(value) is Markup else escape(value)


class Writer(CodeGenerator):
    """Makes Python of a template; values are written by `escaped`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        """What stands before a value."""
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class Spoken(Environment):
    """The templates of the pages in one language; every value is escaped, a missing one is an error."""

    code_generator_class = Writer
    escaped = staticmethod(escaped)

    def __init__(self, language: Language) -> None:
        super().__init__(
            loader=FileSystemLoader(PAGES),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.translated = translator(language)
        self.filters |= {"translated": self.translated, "said": speaker(language)}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The template with its sentences in our language."""
        translated: nodes.Template = Translating(self).visit(super()._parse(source, name, filename))
        return translated


class Translating(NodeTransformer):
    """Puts the translation where a template says `_("…")`; where it says `_(words)`, a filter, which is less work.

    Likewise "" where a template says `"…" if condition` and no more: else nothing is made and written out each time.
    """

    def __init__(self, spoken: Spoken) -> None:
        self.spoken = spoken

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:  # noqa: N802 - Jinja calls it by the node's name
        """One of two values, or nothing."""
        self.generic_visit(node)
        if node.expr2 is None:
            node.expr2 = nodes.Const("", lineno=node.lineno)
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - as above
        """A call, unless it asks for a translation."""
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name in SAYING):
            return node
        (sentence,) = node.args
        if node.node.name == "_" and isinstance(sentence, nodes.Const):
            return nodes.Const(self.spoken.translated(sentence.value), lineno=node.lineno)
        return nodes.Filter(sentence, SAYING[node.node.name], [], [], None, None, lineno=node.lineno)
