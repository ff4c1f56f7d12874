"""What the environment sets: every variable that cnnviz reads, in one class. Read at each use."""

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from cnnviz.errors import InvalidConfig

MOST = 10**18  # a limit above this is a slip of the keyboard
FOLDER_EXPECTED = "the path of a folder, such as /data or ~/data; after ~ only the name of a user of this machine"


def _expand(folder: Path) -> Path:
    """Put the user's own folder for "~", and that of another user for "~name"."""
    try:
        return folder.expanduser()
    except RuntimeError as error:  # pydantic lets it through
        raise ValueError("no such user") from error


_ADDRESS = re.compile(r"((tcp|tls|wss?)://)?([^\s/:@\[\]]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})")
ADDRESS_EXPECTED = "the address of a Dask scheduler with its port, such as tcp://192.168.1.5:8786"


def _address(text: str) -> str:
    """Refuse what is no address, over which Dask would stumble in many ways."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or not 1 <= int(found[4]) <= 65535:
        raise ValueError("no address")
    return text.strip()


Address = Annotated[str, AfterValidator(_address)]
Folder = Annotated[Path, AfterValidator(_expand)]


def _limit(value: object) -> int | None:
    """Read "5000000", "5e6" or nothing."""
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    number = float(text)
    if not 1 <= number < MOST:
        raise ValueError("out of range")
    return int(number)


Limit = Annotated[int | None, BeforeValidator(_limit)]


class Settings(BaseSettings):
    """The settings of this installation; each field's description is its line in the README.

    A field is read from `CNNVIZ_` and its name in capitals, unless it names another variable. An empty variable counts
    as one that is not set.
    """

    model_config = SettingsConfigDict(env_prefix="CNNVIZ_", env_ignore_empty=True, frozen=True, extra="ignore")

    home: Folder = Field(default_factory=lambda: Path.home() / ".cnnviz", description="folder of runs and nets")
    database_url: str | None = Field(
        None, description="URL of the run store's database, such as `postgresql://user:password@host/name`"
    )
    scheduler: Address | None = Field(
        None,
        validation_alias=AliasChoices("CNNVIZ_SCHEDULER", "DASK_DISTRIBUTED__SCHEDULER_ADDRESS"),
        description="address of a Dask scheduler, to train on other machines",
    )
    tls_ca: str | None = Field(
        None, description="for a `tls://` scheduler: PEM file of the authority that signs for all"
    )
    tls_cert: str | None = Field(None, description="for a `tls://` scheduler: PEM file of this server's certificate")
    tls_key: str | None = Field(None, description="for a `tls://` scheduler: PEM file of its key")
    max_epochs: Limit = Field(None, description="epochs of one training")
    max_seconds: Limit = Field(None, description="seconds of one training")
    max_params: Limit = Field(None, description="parameters of one net")
    max_macs: Limit = Field(None, description="multiply-accumulates of one net for one image")
    max_memory: Limit = Field(None, description="bytes for one training step of one net")
    max_worker_memory: Limit = Field(
        None, description="bytes of a worker: one that takes more is started anew, and its training goes on"
    )
    operator: str | None = Field(
        None, description="a secret: whoever types it at the end of the Runs page may see and end all runs"
    )
    max_upload_bytes: Limit = Field(
        500_000_000, description="bytes that the uploads and own nets of one visitor may take together"
    )
    max_upload_days: Limit = Field(30, description="days for which an upload is kept that no run uses")
    frame_ancestors: str = Field(
        "'self'", description="sites that may show the app in a frame, as a content security policy names them"
    )
    images: Folder | None = Field(
        None, description="a folder whose folders and zips of images all visitors may train on"
    )
    keras_home: Folder = Field(
        default_factory=lambda: Path.home() / ".keras",
        validation_alias="KERAS_HOME",
        description="where Keras keeps downloaded data sets",
    )
    cifar10: str = Field("cifar10", description="a folder or zip of CIFAR-10's images, for the bench `accuracy`")


LIMITS = tuple(name for name in Settings.model_fields if name.startswith("max_"))
PLACES = tuple(name for name in Settings.model_fields if name not in LIMITS)


def _key(name: str) -> str:
    """What a value of a field is given by: its own name, or the variable that it names."""
    alias = Settings.model_fields[name].validation_alias
    return str(alias.choices[0] if isinstance(alias, AliasChoices) else alias or name)


OURS = ("CNNVIZ_", "DASK_", "KERAS_HOME", "HOME", "USERPROFILE")
"""How the names of all variables begin that settings follow from."""


def read_settings(*names: str) -> Settings:
    """Read settings.

    Parameters
    ----------
    names : str
        Fields to read, all if none is given. The others hold nothing of use: a wrong variable stops only those who
        ask for it.

    Returns
    -------
    Settings
        As the environment is now.

    Raises
    ------
    InvalidConfig
        A limit (CNNVIZ_MAX_...) is no number of 1 or more, or a folder begins with "~name" and there is no such user.
    """
    return _read(names, tuple((name, value) for name, value in os.environ.items() if name.startswith(OURS)))


@lru_cache(maxsize=64)
def _read(names: tuple[str, ...], environment: tuple[tuple[str, str | None], ...]) -> Settings:  # noqa: ARG001
    """Read settings, again only when the environment is another one: it takes as long as the rest of a small page."""
    left_out: dict[str, Any] = {
        _key(name): Path() if field.default_factory else field.default
        for name, field in Settings.model_fields.items()
        if names and name not in names
    }
    try:
        return Settings(**left_out)
    except ValidationError as error:
        wrong = error.errors()[0]
        key = str(wrong["loc"][0])
        expected = "a number of 1 or more, such as 20 or 5e6" if key in LIMITS else FOLDER_EXPECTED
        if "SCHEDULER" in key:
            expected = ADDRESS_EXPECTED
        variable = f"CNNVIZ_{key.upper()}" if key in Settings.model_fields else key
        raise InvalidConfig(
            f"{variable} must be {expected}. Correct or remove it. Received: {str(wrong['input'])[:40]}"
        ) from None


def read_places(*names: str) -> Settings:
    """Read the settings of these names, or all but the limits: for whoever only asks where something lies.

    Raises InvalidConfig for a folder of an unknown user.
    """
    return read_settings(*(names or PLACES))
