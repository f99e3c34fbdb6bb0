"""Tokens to a tree: a Pratt parser. A formula is one expression; its first fault of grammar is reported."""

from decimal import Decimal

from hengjian.formula.names import written
from hengjian.formula.node import Call, Keyword, Name, Node, Number, Operation, Text, depth
from hengjian.formula.operators import INFIX, PREFIX, Operator
from hengjian.formula.printer import write
from hengjian.formula.tokens import Fault, Token, scan
from hengjian.model.issue import Issue, Place

#: How deep a formula may nest, so that no walk over a tree runs out of stack.
DEEPEST = 100
_LIST = "texts in double quotes stand here, with commas between them"
_TOO_DEEP = "declare the inner parts as indicators; long sums are written sum(a, b, …)"


def parse(text: str, place: Place) -> tuple[Node | None, list[Issue]]:
    """The tree of a formula whose first character stands at `place`, or None and its faults. Never raises."""
    tokens, faults = scan(text)
    node: Node | None = None
    if not faults:
        try:
            node = _Parser(text, tokens).formula()
        except _Stop as stop:
            node, faults = None, [stop.fault]
    return node, [Issue(place=spot(text, place, at), message=message, hint=hint) for at, message, hint in faults]


def spot(text: str, place: Place, offset: int) -> Place:
    """Where the character at `offset` stands. Further lines of a formula are indented as its first one is."""
    before = text[:offset]
    line, start = before.count("\n"), before.rfind("\n") + 1
    return Place(file=place.file, line=place.line + line, column=place.column + offset - start)


class _Stop(Exception):
    """Ends parsing at the first fault."""

    def __init__(self, offset: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.fault = Fault(offset, message, hint)


class _Parser:
    """Reads one list of tokens from left to right."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.level = 0

    def formula(self) -> Node:
        if self.tokens[0].kind == "end":
            raise _Stop(0, "the formula is empty", "write an expression, as in total_liabilities / total_assets")
        node = self.expression(0)
        token = self.tokens[self.at]
        if token.kind != "end":
            raise self.unexpected(token)
        if len(self.tokens) > DEEPEST and depth(node) > DEEPEST:
            raise _Stop(0, f"the formula nests deeper than {DEEPEST} levels", _TOO_DEEP)
        return node

    def expression(self, binding: int) -> Node:
        """What stands here and binds tighter than `binding`."""
        self.level += 1
        if self.level > DEEPEST:
            raise _Stop(self.tokens[self.at].span[0], f"the formula nests deeper than {DEEPEST} levels", _TOO_DEEP)
        left = self.operand(binding)
        while True:
            token = self.tokens[self.at]
            operator = INFIX.get(token.text) if token.kind == "sign" else None
            if operator is None or operator.binding <= binding:
                break
            self.at += 1
            operands = self.choices(token) if operator.op == "one_of" else (self.expression(operator.binding),)
            left = Operation(operator.op, (left, *operands), token.span, (_start(left), self.end()))
            if not operator.chains:
                self.refuse_chain(operator, left)
        self.level -= 1
        return left

    def refuse_chain(self, operator: Operator, left: Operation) -> None:
        token = self.tokens[self.at]
        again = INFIX.get(token.text) if token.kind == "sign" else None
        if again is not None and again.binding == operator.binding:
            first, middle = write(left), write(left.operands[1])
            hint = f"write {first} and {middle} {again.sign} …"
            raise _Stop(token.span[0], f"comparisons do not chain: {first} {again.sign} …", hint)

    def operand(self, binding: int) -> Node:
        token = self.tokens[self.at]
        self.at += 1
        match token.kind:
            case "number":
                return self.number(token)
            case "name" if self.is_sign("("):
                return self.call(token)
            case "name" | "quoted":
                return Name(token.text, token.span)
            case "text":
                return Text(token.text, token.span)
            case "sign" if token.text == "(":
                return self.parenthesis(token)
            case "sign" if token.text in PREFIX:
                return self.prefixed(PREFIX[token.text], token, binding)
        raise self.unexpected(token)

    def number(self, token: Token) -> Node:
        value = Decimal(token.text)
        if not self.is_sign("%"):
            return Number(value, False, token.span)
        self.at += 1
        return Number(value, True, (token.span[0], self.end()))

    def parenthesis(self, opening: Token) -> Node:
        node = self.expression(0)
        if not self.is_sign(")"):
            raise self.unclosed(opening)
        self.at += 1
        return node

    def choices(self, sign: Token) -> tuple[Node, ...]:
        """The texts that stand in parentheses after `in`."""
        opening = self.tokens[self.at]
        if not self.is_sign("("):
            raise _Stop(sign.span[0], "'in' needs a list of texts", 'write it as in industry in ("coal", "power")')
        self.at += 1
        found: list[Node] = []
        while True:
            token = self.tokens[self.at]
            if token.kind != "text":
                raise self.unclosed(opening, _LIST)
            found.append(Text(token.text, token.span))
            self.at += 1
            if self.is_sign(")"):
                self.at += 1
                return tuple(found)
            if not self.is_sign(","):
                raise self.unclosed(opening, _LIST)
            self.at += 1

    def prefixed(self, operator: Operator, token: Token, binding: int) -> Node:
        if operator.binding < binding:
            hint = "put it in parentheses, as in a = (not b)"
            raise _Stop(token.span[0], f"'{operator.sign}' cannot stand behind a tighter operator", hint)
        inner = self.expression(operator.binding - 1)
        return Operation(operator.op, (inner,), token.span, (token.span[0], self.end()))

    def call(self, name: Token) -> Node:
        opening = self.tokens[self.at]
        self.at += 1
        arguments: list[Node] = []
        keywords: list[Keyword] = []
        while not (self.is_sign(")") and not arguments and not keywords):
            token = self.tokens[self.at]
            if token.kind == "name" and self.is_sign(":", ahead=1):
                self.at += 2
                keywords.append(Keyword(token.text, (self.expression(0),), token.span))
            elif keywords:  # one more value of the last option; whether it takes several, the functions table says
                last = keywords.pop()
                keywords.append(Keyword(last.name, (*last.values, self.expression(0)), last.span))
            else:
                arguments.append(self.expression(0))
            if self.is_sign(")"):
                break
            if not self.is_sign(","):
                raise self.unclosed(opening)
            self.at += 1
        self.at += 1
        return Call(name.text, tuple(arguments), tuple(keywords), name.span, (name.span[0], self.end()))

    def is_sign(self, sign: str, ahead: int = 0) -> bool:
        at = self.at + ahead
        token = self.tokens[at] if at < len(self.tokens) else self.tokens[-1]
        return token.text == sign and token.kind == "sign"

    def end(self) -> int:
        """Where the last token read ends."""
        return self.tokens[self.at - 1].span[1]

    def unclosed(self, opening: Token, advice: str = "") -> _Stop:
        token = self.tokens[self.at]
        if token.kind == "end":
            return _Stop(opening.span[0], "the parenthesis is not closed", "close it with )")
        return self.unexpected(token, advice)

    def unexpected(self, token: Token, advice: str = "") -> _Stop:
        at = token.span[0]
        if token.kind == "end":
            before = self.tokens[-2].text
            return _Stop(at, "the formula ends too early", f"something must follow {before!r}")
        shown = self.text[slice(*token.span)]
        return _Stop(at, f"unexpected {shown!r}", advice or self.advice(token))

    def advice(self, token: Token) -> str:
        """How to mend an unexpected token."""
        index = self.tokens.index(token)
        before = self.tokens[index - 1] if index else None
        is_operand = token.kind in ("number", "name", "quoted", "text") or token.text in ("(", "not")
        follows = before is not None and (
            before.kind in ("number", "name", "quoted", "text") or before.text in (")", "%")
        )
        match token.text:
            case _ if token.kind == "name" and token.text.lower() in ("and", "or", "not", "in"):
                return f"write {token.text.lower()} in small letters"
            case "且" | "并且":
                return "write and"
            case "或" | "或者":
                return "write or"
            case "(" if before is not None and before.kind == "quoted":
                return f"{written(before.text)} in backquotes is a name; functions are written without backquotes"
            case _ if is_operand and follows:
                return "an operator such as +, -, *, / must stand between the two"
            case "%":
                return "% follows a number, as in 12%"
            case ")":
                return "there is no parenthesis to close here" if follows else "an operand is missing before )"
            case ":":
                return "options stand inside a call, as in f(x, name: value)"
            case "," if follows:
                return "commas stand between the arguments of a function, as in max(a, b)"
            case _:
                return "a number, a name, a function or a parenthesis must stand here"


def _start(node: Node) -> int:
    return node.span[0]
