"""The cache by hand numbers, alone and with many threads at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from cnnviz.caching import KeyedCache
from tests.helpers import SECONDS

NUM_KEYS = 30


def _cache(max_bytes: int = 10) -> KeyedCache[str, bytes]:
    return KeyedCache(max_bytes, len)


def _loader(size: int, calls: list[int] | None = None) -> Callable[[], bytes]:
    def load() -> bytes:
        if calls is not None:
            calls.append(size)
        return bytes(size)

    return load


def test_a_key_is_loaded_once_and_then_kept() -> None:
    cache, calls = _cache(), []
    first = cache.get("a", _loader(4, calls))
    assert cache.get("a", _loader(4, calls)) is first
    assert calls == [4]
    assert cache.num_bytes == 4


def test_the_values_used_longest_ago_go_until_the_rest_fits() -> None:
    cache = _cache(10)
    for key, size in (("a", 3), ("b", 4), ("c", 3)):
        cache.get(key, _loader(size))
    assert (cache.keys(), cache.num_bytes) == (["a", "b", "c"], 10), "just as many as there may be"
    cache.get("a", _loader(3))
    assert cache.keys() == ["b", "c", "a"]
    cache.get("d", _loader(1))
    assert (cache.keys(), cache.num_bytes) == (["c", "a", "d"], 7), "b was used longest ago"
    cache.get("e", _loader(9))
    assert (cache.keys(), cache.num_bytes) == (["d", "e"], 10)


def test_a_value_larger_than_the_bound_is_kept_alone() -> None:
    cache, calls = _cache(10), []
    cache.get("a", _loader(3))
    cache.get("huge", _loader(50, calls))
    assert cache.keys() == ["huge"]
    cache.get("huge", _loader(50, calls))
    assert calls == [50]
    cache.get("a", _loader(3))
    assert (cache.keys(), cache.num_bytes) == (["a"], 3)


def test_an_error_is_passed_on_and_not_kept() -> None:
    cache = _cache()
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: bytes(1 // 0))
    assert (cache.keys(), cache.num_bytes, cache.num_locks) == ([], 0, 0)
    assert cache.get("a", _loader(2)) == bytes(2)


def test_what_is_cleared_is_loaded_again() -> None:
    cache, calls = _cache(), []
    cache.get("a", _loader(4, calls))
    cache.clear()
    assert (cache.keys(), cache.num_bytes) == ([], 0)
    cache.get("a", _loader(4, calls))
    assert calls == [4, 4]


def test_thirty_keys_load_at_the_same_time() -> None:
    cache = _cache(1000)
    all_there = threading.Barrier(NUM_KEYS, timeout=SECONDS)

    def load() -> bytes:
        all_there.wait()  # broken, unless all thirty loads are under way at once
        return bytes(1)

    with ThreadPoolExecutor(NUM_KEYS) as pool:
        list(pool.map(lambda number: cache.get(str(number), load), range(NUM_KEYS)))
    assert (len(cache.keys()), cache.num_bytes, cache.num_locks) == (NUM_KEYS, NUM_KEYS, 0)


def test_threads_that_ask_for_one_key_share_one_load() -> None:
    cache, calls = _cache(), []
    begun, go_on = threading.Event(), threading.Event()

    def load() -> bytes:
        calls.append(1)
        begun.set()
        assert go_on.wait(SECONDS)
        return bytes(5)

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(cache.get, "a", load) for _ in range(8)]
        assert begun.wait(SECONDS)
        assert cache.num_locks == 1, "one lock for all who wait"
        go_on.set()
        values = [one.result(SECONDS) for one in asked]
    assert calls == [1]
    assert all(value is values[0] for value in values)
    assert (cache.num_bytes, cache.num_locks) == (5, 0)


def test_a_slow_load_holds_up_only_its_own_key() -> None:
    cache = _cache()
    begun, go_on = threading.Event(), threading.Event()
    cache.get("held", _loader(1))

    def load() -> bytes:
        begun.set()
        assert go_on.wait(SECONDS)
        return bytes(1)

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(cache.get, "slow", load)
        assert begun.wait(SECONDS)
        assert cache.get("held", _loader(1)) == bytes(1)
        assert cache.get("new", _loader(2)) == bytes(2)
        assert not slow.done()
        go_on.set()
        assert slow.result(SECONDS) == bytes(1)


def test_who_waited_for_a_load_that_failed_loads_by_itself() -> None:
    cache = _cache()
    begun, go_on = threading.Event(), threading.Event()

    def fail() -> bytes:
        begun.set()
        assert go_on.wait(SECONDS)
        raise OSError("gone")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.get, "a", fail)
        assert begun.wait(SECONDS)
        second = pool.submit(cache.get, "a", _loader(3))
        go_on.set()
        with pytest.raises(OSError, match="gone"):
            first.result(SECONDS)
        assert second.result(SECONDS) == bytes(3)
    assert (cache.keys(), cache.num_locks) == (["a"], 0)
