"""`lf.track`: a function whose calls are runs, or a loop whose iterations are steps."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar, cast, overload

from lightflow_jlab.contract.limits import check_key
from lightflow_jlab.errors import InvalidTypeError
from lightflow_jlab.tracking.fluent import start_run
from lightflow_jlab.tracking.progress import Progress
from lightflow_jlab.tracking.run import ActiveRun
from lightflow_jlab.tracking.variables import metrics_among, params_among

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
RESULT = "result"


@overload
def track(target: Callable[P, R], /) -> Callable[P, R]: ...


@overload
def track(target: Iterable[T], /, *, label: str = "", total: int | None = None) -> Progress[T]: ...


@overload
def track(
    *,
    run_name: str | None = None,
    experiment_name: str | None = None,
    tags: Mapping[str, Any] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def track(
    target: Any = None,
    /,
    *,
    run_name: str | None = None,
    experiment_name: str | None = None,
    tags: Mapping[str, Any] | None = None,
    label: str = "",
    total: int | None = None,
) -> Any:
    """Make a run of each call of a function, or a step of each iteration of a loop.

    `@lf.track` records a call's arguments as params and the numbers that it returns as metrics.
    `for x in lf.track(xs)` shows a progress bar, sets the step of what is logged in the loop, and
    records the iterations per second.

    Parameters
    ----------
    target
        A function, coroutine function, or anything that can be iterated.
    run_name
        By default the function's name.
    label
        What the bar shows, and the prefix of its metric.
    total
        The number of iterations, where it can't be asked of `target`.
    """
    if target is None:
        return lambda function: _tracked(function, run_name, experiment_name, tags)
    if isinstance(target, Iterable):
        if label:
            check_key("metric", label)
        return Progress(target, label, total)
    return _tracked(target, run_name, experiment_name, tags)


def _tracked(
    function: Callable[P, R],
    run_name: str | None,
    experiment_name: str | None,
    tags: Mapping[str, Any] | None,
) -> Callable[P, R]:
    if not callable(function) or isinstance(function, type):
        raise InvalidTypeError(
            f"lf.track was given {function!r:.60}. Expected a function, as in @lf.track, or "
            "something to iterate over, as in `for x in lf.track(xs)`."
        )
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise InvalidTypeError(
            f"{function.__name__} is a generator: its call ends before its work begins. Track what "
            "consumes it, or use `with lf.start_run():` inside."
        )
    signature = inspect.signature(function)
    name = run_name or getattr(function, "__name__", "function")

    def start(args: Any, kwargs: Any) -> ActiveRun:
        run = start_run(run_name=name, experiment_name=experiment_name, tags=tags)
        bound = signature.bind_partial(*args, **kwargs)
        bound.apply_defaults()
        run.log_params(params_among(_arguments(signature, bound.arguments)), origin="auto")
        return run

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaited(*args: P.args, **kwargs: P.kwargs) -> Any:
            signature.bind(*args, **kwargs)
            with start(args, kwargs) as run:
                result = await function(*args, **kwargs)
                _record_result(run, result)
                return result

        return cast("Callable[P, R]", awaited)

    @functools.wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        signature.bind(*args, **kwargs)
        with start(args, kwargs) as run:
            result = function(*args, **kwargs)
            _record_result(run, result)
            return result

    return called


def _arguments(signature: inspect.Signature, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments by name; those of `**kwargs` by their own names."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
            found.update(value)
        elif name not in ("self", "cls"):
            found[name] = value
    return found


def _record_result(run: ActiveRun, result: object) -> None:
    if run.info.status != "RUNNING":
        return
    values = result if isinstance(result, Mapping) else {RESULT: result}
    named = {str(key): value for key, value in values.items()}
    logged = run.metric_keys
    metrics = {key: value for key, value in metrics_among(named).items() if key not in logged}
    run.log_metrics(metrics, origin="auto")
