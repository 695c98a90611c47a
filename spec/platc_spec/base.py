"""The base of every model of the language, and the types of fields."""

import re
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Annotated, Any, Literal, cast

from msgspec import Struct
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from platc_spec.cron import parse_cron
from platc_spec.durations import duration_text, parse_duration
from platc_spec.quantities import bytes_text, millicores_text, parse_bytes, parse_millicores
from platc_spec.secret_references import PATTERN, is_reference


class Refers(Struct, frozen=True):
    """Marks a type whose values refer to another declaration in ``platform.yaml``.

    The checks of references follow this mark in every kind of service.
    """

    to: Literal["service", "dependency", "database", "secret", "environment"]
    """The type of the target; ``environment`` marks variables in which ``${secret/key}`` names a
    secret."""
    kinds: tuple[str, ...] = ()
    """The allowed kinds of the named service; empty for any."""
    reached: bool = False
    """The pod connects to the named service: it must have a port."""
    recipe: str = ""
    """How ``platc seal --generate`` makes the value of the named secret: a password or a key that
    only the platform uses. Empty if platc knows no value that works."""
    issuer: str = ""
    """The issuer of the named secret's value, if nobody else can make it."""
    renewal: str = ""
    """The steps that a new value of the named secret needs beside a restart of its pods."""


class Shared:
    """Annotations of a type whose schema is made for its first field and shared with all others.

    Pydantic makes the schema of each field again, which takes most of the start-up time. The type
    must not contain models: a schema with a model belongs to the model that it was made for.
    """

    def __init__(self, *annotations: object) -> None:
        self.annotations = annotations
        self._schema: CoreSchema | None = None

    def __get_pydantic_core_schema__(
        self,
        source: Any,  # noqa: ANN401 - any type
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        """Return the schema, with a copy of the parts that Pydantic changes for a field."""
        if self._schema is None:
            whole = Annotated[(source, *self.annotations)] if self.annotations else source
            self._schema = handler.generate_schema(whole)
        shared = {**self._schema, "metadata": dict(self._schema.get("metadata", {}))}
        return cast("CoreSchema", shared)


class Lazily:
    """Annotates a field whose model is rarely stated.

    The model is imported, and its schema is built, for the first value: both take time at every
    start.
    """

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    @property
    def model(self) -> type[BaseModel]:
        """The model."""
        model: type[BaseModel] = getattr(import_module(self._module), self._name)
        return model

    def __get_pydantic_core_schema__(
        self,
        source: object,
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        """Return a schema that takes the model's own when there is a value."""

        def read(value: object, info: core_schema.ValidationInfo) -> BaseModel:
            return self.model.model_validate(value, context=info.context)

        def written(value: BaseModel) -> dict[str, Any]:
            return value.model_dump(mode="json", by_alias=True, exclude_none=True)

        return core_schema.with_info_plain_validator_function(
            read, serialization=core_schema.plain_serializer_function_ser_schema(written)
        )

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return a mark: ``platc_compiler.language.json_schema`` puts a reference in its place."""
        return {"lazily": self.model.__name__}


class Model(BaseModel):
    """A part of ``platform.yaml``: immutable, and without unknown keys.

    The docstring below a field is its description in the JSON Schema. Reading it needs the source
    of each class, so only ``platc_compiler.language.json_schema`` does so, and not every start.
    """

    model_config = ConfigDict(
        extra="forbid",
        defer_build=True,
        frozen=True,
        strict=False,
        validate_default=False,
        hide_input_in_errors=True,
        protected_namespaces=(),
    )


def _text(value: object) -> object:
    # YAML reads 1.10 as the number 1.1, and 22:30 as a string: a version or an image tag that has
    # lost a digit is never silently accepted.
    if isinstance(value, bool) or value is None or isinstance(value, (list, dict)):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        raise ValueError("a number with a point may lose a digit: put it in quotes")  # noqa: TRY004
    return value


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        # Pydantic reports a ValueError as an error of the value; a TypeError would crash.
        raise ValueError(f"a duration needs a unit, such as {value}s or {value}m")  # noqa: TRY004
    return parse_duration(value) if isinstance(value, str) else value


_SHORTEST = timedelta(seconds=1)


def _a_second_at_least(length: timedelta) -> timedelta:
    if length < _SHORTEST:
        raise ValueError(f"{duration_text(length)} is too short: write 1s or longer")
    return length


def _none_or_a_second(length: timedelta) -> timedelta:
    return length if not length else _a_second_at_least(length)


def _quantity(parse: Callable[[str | float], int]) -> BeforeValidator:
    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            # As above: a TypeError would be a crash.
            raise ValueError("write a quantity such as 512Mi or 250m")  # noqa: TRY004
        return parse(value)

    return BeforeValidator(check)


def _quoted(kind: str, example: str) -> Any:  # noqa: ANN401
    return WithJsonSchema({"type": ["string", "number"], "x-type": kind, "examples": [example]})


_LABEL = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
_IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]*$"


def matches(pattern: str, wanted: str) -> AfterValidator:
    """Return a validator of texts; ``wanted`` says in words what the pattern allows."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(f"{value!r} is not allowed here: {wanted}")
        return value

    return AfterValidator(check)


Memory = Annotated[
    int,
    Shared(
        _quantity(parse_bytes),
        PlainSerializer(bytes_text, return_type=str),
        _quoted("bytes, as a quantity of Kubernetes", "512Mi"),
    ),
]
"""An amount of memory or storage, in bytes, written as a Kubernetes quantity."""

Cpu = Annotated[
    int,
    Shared(
        _quantity(parse_millicores),
        PlainSerializer(millicores_text, return_type=str),
        _quoted("cores, as a quantity of Kubernetes", "250m"),
    ),
]
"""An amount of CPU, in millicores, written as a Kubernetes quantity."""


def _length_of_time(check: Callable[[timedelta], timedelta]) -> Shared:
    return Shared(
        BeforeValidator(_duration),
        AfterValidator(check),
        PlainSerializer(duration_text, return_type=str),
        WithJsonSchema(
            {
                "type": "string",
                "x-type": "duration",
                "pattern": r"^(\d+(ms|s|m|h|d|w|y))+$",
                "examples": ["5m"],
            }
        ),
    )


Duration = Annotated[timedelta, _length_of_time(_a_second_at_least)]
"""A length of time of a second or more, written ``30s``, ``5m``, ``2h``, ``15d``."""

Delay = Annotated[timedelta, _length_of_time(_none_or_a_second)]
"""A length of time for which something waits; ``0s`` where it does not wait."""


_SHORTEST_LATENCY = timedelta(milliseconds=1)


def _a_millisecond_at_least(length: timedelta) -> timedelta:
    if length < _SHORTEST_LATENCY:
        raise ValueError("write 1ms or longer")
    return length


Latency = Annotated[timedelta, _length_of_time(_a_millisecond_at_least)]
"""How long an answer takes: ``300ms``, ``1s500ms``."""

Text = Annotated[
    str, Shared(BeforeValidator(_text), WithJsonSchema({"type": ["string", "integer"]}))
]
"""A string; a whole number is read as its digits, a fraction must be quoted."""

_VERSION = r"^[0-9A-Za-z][0-9A-Za-z._+-]*$"
Version = Annotated[
    str,
    Shared(
        BeforeValidator(_text),
        Field(pattern=_VERSION, max_length=64),
        WithJsonSchema(
            {
                "type": ["string", "integer"],
                "pattern": _VERSION,
                "maxLength": 64,
                "examples": ["3.3.2"],
            }
        ),
    ),
]
"""A version of a component, in its project's notation; 1.10 must be quoted."""

HttpPath = Annotated[str, Field(pattern=r"^/[^\s\x00-\x1f]*$", max_length=1024)]
"""The path of a URL, without scheme and host."""

ServerUrl = Annotated[
    str,
    Field(
        pattern=r"^https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?$", max_length=256
    ),
]
"""The URL under which a server is reached: no user, no query, nothing that a shell would read."""

Name = Annotated[
    str,
    Shared(
        Field(max_length=63, json_schema_extra={"pattern": _LABEL}),
        matches(
            _LABEL,
            "lower-case letters, digits and '-', beginning and ending with one of the former",
        ),
    ),
]
"""A name that Kubernetes accepts for an object: an RFC 1123 label of at most 63 characters."""

ServiceName = Annotated[
    str,
    Shared(
        Field(max_length=40, json_schema_extra={"pattern": r"^[a-z]([-a-z0-9]*[a-z0-9])?$"}),
        matches(
            r"^[a-z]([-a-z0-9]*[a-z0-9])?$",
            "lower-case letters, digits and '-', beginning with a letter",
        ),
    ),
    Refers("service"),
]
"""A service's name: an RFC 1035 label, short enough for the suffixes of its objects."""

PortName = Annotated[
    str,
    Shared(
        Field(max_length=15, json_schema_extra={"pattern": _LABEL}),
        matches(_LABEL, "at most 15 lower-case letters, digits and '-'"),
    ),
]
"""A port's name, at most 15 characters (IANA service name, which Kubernetes requires)."""

Identifier = Annotated[
    str,
    Shared(
        Field(max_length=120, json_schema_extra={"pattern": _IDENTIFIER}),
        matches(_IDENTIFIER, "letters, digits and '_', not beginning with a digit"),
    ),
]
"""A name of a metric, a pipeline, a task, a database or an alert."""

SecretName = Annotated[
    str,
    Shared(
        Field(max_length=63, json_schema_extra={"pattern": _LABEL}),
        matches(_LABEL, "lower-case letters, digits and '-'"),
    ),
]
SecretKeyName = Annotated[
    str,
    Shared(
        Field(max_length=253, json_schema_extra={"pattern": r"^[-._a-zA-Z0-9]+$"}),
        matches(r"^[-._a-zA-Z0-9]+$", "letters, digits, '-', '_' and '.'"),
    ),
]


def _secret_ref(value: str) -> str:
    if not is_reference(value):
        raise PydanticCustomError("secret_reference", "write secret/key, declared under secrets:")
    return value


SecretRef = Annotated[
    str,
    Shared(
        Field(
            json_schema_extra={"pattern": PATTERN},
            examples=["slack/webhook_url"],
        ),
        AfterValidator(_secret_ref),
    ),
    Refers("secret"),
]
"""A key of a declared secret, written ``secret/key``."""

OwnPassword = Annotated[SecretRef, Refers("secret", recipe="password")]
"""A password that only the platform uses: the program accepts any value of the secret."""

PortNumber = Annotated[int, Shared(Field(ge=1, le=65535, strict=True))]
"""A TCP or UDP port."""


Env = Annotated[
    dict[
        Annotated[str, matches(r"^[A-Za-z_][A-Za-z0-9_.-]*$", "a name of an environment variable")],
        Text,
    ],
    Shared(),
    Refers("environment"),
]
"""Environment variables by name; the value of ``${secret/key}`` comes from a declared secret, that
of ``${pod.ip}`` from the pod."""


_QUALIFIED = (
    r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
    r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"
)
_LABEL_VALUE = r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$"
_IMAGE = r"^[A-Za-z0-9][\w.-]*(:\d+)?(/[\w.-]+)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$"

QualifiedName = Annotated[
    str,
    Shared(
        Field(max_length=317, json_schema_extra={"pattern": _QUALIFIED}),
        matches(_QUALIFIED, "write a name such as example.com/team, as Kubernetes takes it"),
    ),
]
"""A key of a label or an annotation: a name of at most 63 characters, with a domain before it."""

LabelValue = Annotated[
    str,
    Shared(
        BeforeValidator(_text),
        matches(_LABEL_VALUE, "at most 63 letters, digits, '-', '_' and '.'"),
        WithJsonSchema({"type": ["string", "integer"], "pattern": _LABEL_VALUE}),
    ),
]
"""A valid value of a label in Kubernetes."""

Labels = Annotated[dict[QualifiedName, LabelValue], Shared()]
"""Labels of Kubernetes objects."""

Image = Annotated[
    str,
    Shared(
        Field(json_schema_extra={"pattern": _IMAGE}, examples=["example.com/shop/web:1.4.2"]),
        matches(_IMAGE, "write an image such as example.com/shop/web:1.4.2"),
    ),
]
"""An image of a container, with its tag or digest."""


def _cron(value: str) -> str:
    parse_cron(value)
    return value


Cron = Annotated[
    str,
    Shared(
        AfterValidator(_cron),
        Field(examples=["0 3 * * *"], json_schema_extra={"x-type": "cron schedule, in UTC"}),
    ),
]
"""A schedule of five cron fields, or ``@daily`` and the like, in UTC."""

_ZONE = r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$"


def _zone(value: str) -> str:
    """Refuse an unknown zone; a machine without the database of time zones refuses none."""
    if value == "Etc/UTC":
        return value
    from zoneinfo import available_timezones

    known = available_timezones()
    if known and value not in known:
        raise ValueError(f"{value!r} is no time zone: write a name such as Europe/Berlin")
    return value


TimeZone = Annotated[
    str,
    Shared(
        Field(max_length=64, json_schema_extra={"pattern": _ZONE}, examples=["Europe/Berlin"]),
        matches(_ZONE, "write a name such as Europe/Berlin"),
        AfterValidator(_zone),
    ),
]
"""A name of the IANA time zone database."""

Config = Annotated[dict[str, Any], Shared()]
"""A component's own configuration in its own syntax, merged over what platc generates."""


class Amounts(Model):
    """An amount of each compute resource."""

    cpu: Cpu | None = None
    """CPU, such as ``250m``."""
    memory: Memory | None = None
    """Memory, such as ``512Mi``."""
    ephemeral_storage: Memory | None = None
    """Local disk for logs and emptyDirs, such as ``1Gi``."""


_EXTENDED = (
    r"^(?!([^/]*\.)?kubernetes\.io/|requests\.)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*"
    r"[a-z0-9])?)*/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"
)

Extended = Annotated[
    dict[
        Annotated[str, matches(_EXTENDED, "write a name such as nvidia.com/gpu")],
        Annotated[int, Field(ge=1, le=1_000_000, strict=True)],
    ],
    Shared(),
]
"""Whole numbers of extended resources by name, such as ``nvidia.com/gpu``: devices that a plugin of
the node offers."""


class Resources(Model):
    """The requests and limits of a container, as in Kubernetes."""

    requests: Amounts = Amounts()
    """The amount that the scheduler reserves for it."""
    limits: Amounts = Amounts()
    """The most that it may use; a container that exceeds its memory limit is killed (OOM)."""
    extended: Extended = {}
    """Devices and the like that it takes, by name. ``{ nvidia.com/gpu: 1 }`` is a request and a
    limit, which are the same for these; a pool of ``cluster.nodes`` must have them."""
