"""Turns what pydantic finds into problems with a file, a line and words for an editor."""

from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from bot.business.problems import Loc, did_you_mean

Fault = tuple[Loc, str]

WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "string_type": "expected a text",
    "dict_type": "expected keys with values",
    "model_type": "expected keys with values",
    "tuple_type": "expected a list",
    "int_parsing": "expected a whole number",
    "int_type": "expected a whole number",
    "bool_parsing": "expected yes or no",
    "bool_type": "expected yes or no",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "needs at least {min_length}",
    "too_long": "may have at most {max_length}",
    "string_too_short": "is empty",
    "string_too_long": "has more than {max_length} characters",
}


def several(faults: Sequence[Fault]) -> PydanticCustomError:
    """One error that carries many faults, each with its way from the value that was being read."""
    return PydanticCustomError("several", "several faults", {"faults": tuple(faults)})


def faults_of(error: ValidationError, model: type[BaseModel]) -> Iterator[Fault]:
    """Every fault in `error`, with the way to it from the top of `model`."""
    for detail in error.errors(include_url=False):
        loc = tuple(part for part in detail["loc"] if part not in ("[key]", "<id>"))
        if detail["type"] == "too_short" and detail["input"]:
            continue  # pydantic counts only the items that were right; their own faults are in the list
        if detail["type"] == "several":
            yield from (((*loc, *way), message) for way, message in detail["ctx"]["faults"])
        else:
            yield loc, _say(detail, loc, model)


def _say(detail: ErrorDetails, loc: Loc, model: type[BaseModel]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return f"there is no such key{did_you_mean(str(loc[-1]), _keys_at(model, loc[:-1]))}"
    if kind == "missing":
        return WORDS[kind]
    if detail["input"] is None:
        return "is empty"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error" and not isinstance(detail["input"], str):
        return f"expected {context['expected']}"
    if kind == "literal_error":
        expected = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        return f"'{detail['input']}' is not known{did_you_mean(str(detail['input']), expected)}"
    template = WORDS.get(kind)
    return template.format_map(context) if template else detail["msg"]


def _keys_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """Name the keys that may stand at `loc`, so that a mistyped one can be recognised."""
    here: Any = model
    for part in loc:
        fields = _fields(here)
        here = _bare(fields[str(part)]) if fields else _bare(get_args(here)[-1 if isinstance(part, str) else 0])
    return [key for key in _fields(here) if not key.startswith("<")]


def _fields(here: Any) -> dict[str, Any]:
    if not (isinstance(here, type) and issubclass(here, BaseModel)):
        return {}
    return {field.alias or name: field.annotation for name, field in here.model_fields.items()}


def _bare(annotation: Any) -> Any:
    """Find the type behind `Annotated[…]` and `… | None`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return _bare(next(part for part in get_args(annotation) if part is not type(None)))
    return annotation
