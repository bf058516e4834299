"""All that an error says or carries, also of the errors it came from."""

from redact.errors import RedactError


def everything_said(error):
    """Everything a log, a traceback or a debugger could get from this error and from those it is chained to."""
    said, seen = [], set()
    todo = [error]
    while todo:
        one = todo.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        said += [type(one).__name__, str(one), repr(one), repr(one.args), repr(vars(one))]
        said += map(str, getattr(one, "__notes__", ()))
        todo += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
    return "\n".join(said)


def error_of(function, *arguments):
    """Call a function, and give the error of ours that it raises; None when it raises none."""
    try:
        function(*arguments)
    except RedactError as error:
        return error
    return None
