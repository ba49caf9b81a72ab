"""Names for runs that were given none."""

from __future__ import annotations

import secrets

_QUALITIES = (
    "amber brisk calm clear coral crisp deft eager fair fleet fond glad golden grand hardy keen "
    "lively lucid mellow merry mild neat nimble noble plucky polite proud quick quiet rapid ready "
    "royal rustic sage serene sharp silent silver sleek smooth snug solid spry steady still sunny "
    "swift tidy vivid warm wise witty zesty"
).split()
_BIRDS = (
    "avocet bittern bunting curlew dipper dove dunlin egret eider falcon finch fulmar gannet "
    "godwit goose grebe gull harrier heron hobby hoopoe ibis jay kestrel kite knot lapwing lark "
    "linnet martin merlin nightjar oriole osprey owl petrel pipit plover puffin quail raven robin "
    "rook ruff shrike siskin skua snipe sparrow starling stilt stork swallow swan swift tern "
    "thrush turnstone twite wagtail warbler wren"
).split()


def random_run_name() -> str:
    """Return a name such as `calm-heron-482`; not unique, the id is."""
    number = 100 + secrets.randbelow(900)
    return f"{secrets.choice(_QUALITIES)}-{secrets.choice(_BIRDS)}-{number}"
