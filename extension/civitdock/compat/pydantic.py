"""One way to write pydantic models that works on 1.10 and on 2.x (`stack.md` section 4).

Rules for models that build on this: every optional field is `Optional[X] = None` or `X | None = None` with its
default written out; no unions beside None; what arrives in several forms goes through `before`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pydantic
from pydantic import BaseModel, Field, ValidationError

__all__ = [
    "PYDANTIC_V2",
    "BaseModel",
    "CamelModel",
    "ClosedModel",
    "Field",
    "SnakeModel",
    "ValidationError",
    "before",
    "to_camel",
]

#: The interface in use; asked by feature, because the host decides which pydantic there is.
PYDANTIC_V2 = hasattr(BaseModel, "model_validate")

_Self = TypeVar("_Self", bound="SnakeModel")


def to_camel(name: str) -> str:
    """`trained_words` becomes `trainedWords`."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


class SnakeModel(BaseModel):
    """A model whose keys on the wire are its field names. Unknown keys are ignored."""

    if PYDANTIC_V2:
        model_config = {
            "extra": "ignore",
            "populate_by_name": True,
            "protected_namespaces": (),
            "coerce_numbers_to_str": True,
        }
    else:

        class Config:
            extra = "ignore"
            allow_population_by_field_name = True

    @classmethod
    def load(cls: type[_Self], data: object) -> _Self:
        """Build from a decoded JSON object; raises `ValidationError`."""
        if PYDANTIC_V2:
            return cls.model_validate(data)
        return cls.parse_obj(data)

    def to_dict(self, **options: Any) -> dict[str, Any]:
        """Plain values, keys by field name unless `by_alias=True`; takes pydantic's own options."""
        if PYDANTIC_V2:
            return self.model_dump(**options)
        return self.dict(**options)

    def to_json(self, **options: Any) -> str:
        """JSON text; takes pydantic's own options."""
        if PYDANTIC_V2:
            return self.model_dump_json(**options)
        return self.json(**options)

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """The names of all fields, in order."""
        fields: Any = cls.model_fields if PYDANTIC_V2 else cls.__fields__
        return tuple(fields)


class CamelModel(SnakeModel):
    """A model whose keys on the wire are camelCase."""

    if PYDANTIC_V2:
        model_config = {"alias_generator": to_camel}
    else:

        class Config:
            alias_generator = to_camel


class ClosedModel(SnakeModel):
    """A model that refuses unknown keys and takes no number for a text: what callers send to our routes."""

    if PYDANTIC_V2:
        model_config = {"extra": "forbid", "coerce_numbers_to_str": False}
    else:

        class Config:
            extra = "forbid"


def before(*fields: str) -> Callable[[Callable[[Any, Any], Any]], Any]:
    """Decorate `def name(cls, value)` that sees the raw value of these fields ahead of pydantic's own check."""

    def decorate(function: Callable[[Any, Any], Any]) -> Any:
        if PYDANTIC_V2:
            return pydantic.field_validator(*fields, mode="before")(classmethod(function))  # type: ignore[arg-type]
        return pydantic.validator(*fields, pre=True, allow_reuse=True)(function)  # type: ignore[arg-type]

    return decorate
