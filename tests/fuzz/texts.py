"""Seeded nets as JSON, links, and what the kernel lab is sent."""

import base64
import json
import random
import zlib
from typing import Any

from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.kernel_lab.settings import DEFAULTS, LINK_FIELDS
from tests.fuzz.damage import NASTY, damaged_json, damaged_text, varied_json


def net_text(seed: int) -> str:
    """A file that claims to be a net."""
    dice = random.Random(seed)
    fields = json.loads(PRESETS[dice.choice(list(PRESETS))].architecture.to_json())
    match dice.randrange(8):
        case 0:
            for _ in range(dice.choice([1, 3, 50, 3000])):
                fields["layers"] = [
                    {"kind": dice.choice(["repeat", "residual"]), "layers": fields["layers"], "times": 99}
                ]
            return _nested_text(fields)
        case 1:
            return damaged_text(dice, json.dumps(fields))
        case 2 | 3:
            return json.dumps(damaged_json(dice, fields, changes=dice.choice([1, 2, 6])))
        case _:
            return json.dumps(varied_json(dice, fields, changes=dice.choice([1, 2, 4])))


def link(seed: int) -> str:
    """What stands in a link in place of a net."""
    dice = random.Random(seed)
    fields = json.loads(PRESETS[dice.choice(list(PRESETS))].architecture.to_json())
    text = _packed(json.dumps(varied_json(dice, fields, changes=dice.choice([0, 1, 3]))).encode())
    match dice.randrange(5):
        case 0:
            text = _packed(dice.choice([b"[", b" ", b'{"layers":', b"9"]) * dice.choice([10, 10**5, 10**7]))
        case 1:
            text = damaged_text(dice, text)
    return text


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=")


def lab_query(seed: int) -> dict[str, str]:
    """The query string of the kernel lab."""
    dice = random.Random(seed)
    names = dice.sample(list(LINK_FIELDS), dice.randint(1, 5))
    return {name: damaged_text(dice, LINK_FIELDS[name].write(DEFAULTS)) for name in names}


def lab_values(seed: int) -> Any:
    """What the browser sends of the kernel lab, as plain values; its cells also serve as a grid."""
    dice = random.Random(seed)
    values = damaged_json(dice, DEFAULTS.model_dump(mode="json"), changes=dice.choice([1, 3, 10]))
    return values if dice.random() < 0.9 else dice.choice(NASTY)


def _nested_text(fields: dict[str, Any]) -> str:
    try:
        return json.dumps(fields)
    except RecursionError:
        return '{"layers":' + "[" * 3000
