import asyncio
import threading
import time

from alerts.bell import FeedBell


def test_a_ring_from_another_thread_wakes_every_waiter_of_the_loop() -> None:
    bell = FeedBell()

    async def scenario() -> list[bool]:
        waiting = [asyncio.create_task(bell.wait(10)) for _ in range(50)]
        await asyncio.sleep(0)
        threading.Thread(target=bell.ring).start()
        return await asyncio.gather(*waiting)

    assert asyncio.run(scenario()) == [True] * 50


def test_without_a_ring_the_wait_ends_in_time() -> None:
    async def scenario() -> bool:
        return await FeedBell().wait(0.02)

    assert asyncio.run(scenario()) is False


def test_a_ring_between_the_look_and_the_wait_is_not_lost() -> None:
    bell = FeedBell()

    async def scenario() -> bool:
        seen = bell.count
        bell.ring()
        return await bell.wait(10, after=seen)

    began = time.monotonic()
    assert asyncio.run(scenario()) is True
    assert time.monotonic() - began < 5


def test_no_wake_up_is_lost_between_a_writer_and_a_reader() -> None:
    """A reader that trusts the bell alone (a lost ring would cost it 10 s) sees all that a thread writes."""
    bell = FeedBell()
    feed: list[int] = []

    def write() -> None:
        for number in range(2000):
            feed.append(number)
            bell.ring()

    async def read() -> int:
        read_so_far = 0
        while read_so_far < 2000:
            seen = bell.count
            if len(feed) > read_so_far:
                read_so_far = len(feed)
                continue
            assert await bell.wait(10, after=seen)
        return read_so_far

    writer = threading.Thread(target=write)
    writer.start()
    assert asyncio.run(read()) == 2000
    writer.join()


def test_a_thread_waits_for_a_ring() -> None:
    bell = FeedBell()
    seen = bell.count
    assert bell.wait_in_thread(0.01, after=seen) is False
    threading.Thread(target=bell.ring).start()
    assert bell.wait_in_thread(10, after=seen) is True


def test_a_listener_hears_each_ring() -> None:
    bell = FeedBell()
    heard: list[int] = []
    bell.listen(lambda: heard.append(1))
    bell.ring()
    bell.ring()
    assert len(heard) == 2


def test_a_loop_that_was_closed_meanwhile_disturbs_nobody() -> None:
    bell = FeedBell()
    loop = asyncio.new_event_loop()
    task = loop.create_task(bell.wait(10))
    loop.run_until_complete(asyncio.sleep(0))
    task.cancel()
    loop.close()
    bell.ring()
    assert bell.count == 1
