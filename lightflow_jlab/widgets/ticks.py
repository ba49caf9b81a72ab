"""Round numbers along an axis."""

from __future__ import annotations

import math

_ROUND = (1, 2, 2.5, 5, 10)


def ticks(low: float, high: float, about: int) -> list[float]:
    """Return about as many round numbers as asked for, from `low` up to `high`, which is greater.

    >>> ticks(0.03, 0.97, 5)
    [0.2, 0.4, 0.6, 0.8]
    """
    rough = high / about - low / about
    if not math.isfinite(rough) or rough <= 0:
        return []
    power = 10.0 ** math.floor(math.log10(rough))
    distance = next(each * power for each in _ROUND if each * power >= rough * 0.999)
    first = math.ceil(low / distance)
    digits = max(0, 1 - math.floor(math.log10(distance)))
    count = math.floor(high / distance) - first + 1
    return [round((first + index) * distance, digits) for index in range(count)]


def tick_texts(values: list[float]) -> list[str]:
    """Return the ticks as short texts, in one style.

    >>> tick_texts([0.0, 0.25, 0.5])
    ['0.00', '0.25', '0.50']
    """
    if not values:
        return []
    greatest = max(abs(value) for value in values)
    if greatest >= 1e5 or 0 < greatest < 1e-3:
        return [f"{value:.3g}" for value in values]
    digits = next(
        digits
        for digits in range(8)
        if digits == 7 or all(math.isclose(value, round(value, digits)) for value in values)
    )
    return [f"{value:.{digits}f}" for value in values]
