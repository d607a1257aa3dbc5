# sys.monitoring: tool ids, callbacks, the names of events. (No event is reported.)
import sys

monitoring = sys.monitoring


def show(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


print(monitoring.events)
print(monitoring.DEBUGGER_ID, monitoring.COVERAGE_ID, monitoring.PROFILER_ID, monitoring.OPTIMIZER_ID)
print(type(monitoring.DISABLE), monitoring.DISABLE is not monitoring.MISSING, monitoring.__name__)
for action in (
    lambda: monitoring.use_tool_id(0, "x"), lambda: monitoring.use_tool_id(0, "x"), lambda: monitoring.get_tool(0),
    lambda: monitoring.get_tool(1), lambda: monitoring.get_tool(7), lambda: monitoring.use_tool_id(8, "a"),
    lambda: monitoring.get_events(0), lambda: monitoring.register_callback(0, 1, print),
    lambda: monitoring.register_callback(0, 1, None), lambda: monitoring.register_callback(0, 3, None),
    lambda: monitoring.set_events(0, 0), lambda: monitoring.set_events(0, 1 << 30),
    lambda: monitoring.set_local_events(0, show.__code__, 0), lambda: monitoring.get_local_events(0, show.__code__),
    lambda: monitoring.restart_events(), lambda: monitoring.free_tool_id(0), lambda: monitoring.free_tool_id(0),
    lambda: monitoring.clear_tool_id(0), lambda: monitoring.get_tool(0), lambda: monitoring.set_events(0, 0),
):
    show(action)
import bdb
import doctest


def doubled(number):
    """
    >>> doubled(2)
    4
    >>> doubled("a")
    'aa'
    >>> doubled(None)
    Traceback (most recent call last):
        ...
    TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
    """
    return number * 2


results = doctest.testmod()
print(results)
