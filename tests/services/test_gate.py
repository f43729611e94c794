"""Turns pass few at a time and not while messages are taken in; a cry for help passes all the same."""

import asyncio

import pytest

from bot.services.gate import AT_ONCE, Gate


class Passer:
    """Somebody on the way through the gate, who stays inside until let out."""

    def __init__(self, gate: Gate, *, is_urgent: bool = False) -> None:
        self.inside = asyncio.Event()
        self.may_leave = asyncio.Event()
        self.task = asyncio.create_task(self._pass(gate, is_urgent=is_urgent))

    async def leave(self) -> None:
        self.may_leave.set()
        await self.task

    async def _pass(self, gate: Gate, *, is_urgent: bool) -> None:
        async with gate.passage(is_urgent=is_urgent):
            self.inside.set()
            await self.may_leave.wait()


async def filled(gate: Gate) -> list[Passer]:
    passers = [Passer(gate) for _ in range(AT_ONCE)]
    for passer in passers:
        await passer.inside.wait()
    return passers


async def breathe() -> None:
    """Let whatever can go on go on."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_no_more_than_two_turns_are_inside(gate: Gate) -> None:
    passers = await filled(gate)
    third = Passer(gate)
    await breathe()
    assert not third.inside.is_set()

    await passers[0].leave()
    await third.inside.wait()

    assert not passers[1].task.done()
    await passers[1].leave()
    await third.leave()


async def test_an_urgent_turn_passes_a_full_gate(gate: Gate) -> None:
    passers = await filled(gate)

    urgent = Passer(gate, is_urgent=True)
    await urgent.inside.wait()

    assert not any(passer.task.done() for passer in passers)
    for passer in [urgent, *passers]:
        await passer.leave()


async def test_an_urgent_turn_takes_nobodys_place(gate: Gate) -> None:
    urgent = Passer(gate, is_urgent=True)
    await urgent.inside.wait()

    passers = await filled(gate)

    assert not urgent.task.done()
    for passer in [urgent, *passers]:
        await passer.leave()


async def test_a_turn_that_breaks_gives_its_place_back(gate: Gate) -> None:
    for _ in range(AT_ONCE):
        with pytest.raises(RuntimeError):
            async with gate.passage():
                raise RuntimeError

    for passer in await filled(gate):
        await passer.leave()


async def test_it_is_quiet_only_after_everything_has_been_taken_in(gate: Gate) -> None:
    with gate.taking_in():
        with gate.taking_in():
            waiting = asyncio.create_task(gate.quiet())
            await breathe()
        await breathe()
        assert not waiting.done()

    await waiting


async def test_what_could_not_be_taken_in_holds_up_nobody(gate: Gate) -> None:
    with pytest.raises(RuntimeError), gate.taking_in():
        raise RuntimeError

    await gate.quiet()


async def test_whoever_came_first_goes_on_first(gate: Gate) -> None:
    gone: list[str] = []

    async def wait(name: str) -> None:
        await gate.quiet()
        gone.append(name)

    with gate.taking_in():
        waiting = [asyncio.create_task(wait(name)) for name in ("first", "second", "third")]
        await breathe()
    await asyncio.gather(*waiting)

    assert gone == ["first", "second", "third"]


async def test_taking_in_without_end_does_not_keep_everybody_waiting(gate: Gate) -> None:
    with gate.taking_in():
        await gate.quiet()

        assert gate._taking_in == 1


async def test_messages_are_taken_in_by_any_thread(gate: Gate) -> None:
    def take_in() -> None:
        for _ in range(200):
            with gate.taking_in():
                pass

    await asyncio.gather(*(asyncio.to_thread(take_in) for _ in range(4)))

    await gate.quiet()
    assert gate._taking_in == 0


@pytest.fixture
async def gate() -> Gate:
    return Gate()
