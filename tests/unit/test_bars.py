"""What running downloads look like on a terminal and in a log."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from typing import TextIO

import pytest
from tqdm import tqdm

from civitdock.cli.bars import Bars, Display, Lines, display, total_bytes
from civitdock.domain.downloads import Download, State, Waiting, Wish
from civitdock.domain.sizes import size_text
from tests.support.clock import FakeClock

HOSTILE = "a\x1b[2J\nb\u202e" + "x" * 60 + ".safetensors"


def job(name: str, state: State = State.DOWNLOADING, done: int = 0, total: int | None = 2000) -> Download:
    return Download(id=name, wish=Wish(1), state=state, filename=name, bytes_done=done, bytes_total=total)


def test_a_bar_for_each_running_file_and_one_for_all(capsys: pytest.CaptureFixture[str]) -> None:
    shown = Bars(tqdm)
    shown.show([job("first", done=1000), job("second", State.QUEUED), job("third", State.DONE, 2000)])
    drawn = capsys.readouterr().err
    assert "1 of 3 files" in drawn
    assert "3.00k/6.00k" in drawn
    assert "first" in drawn
    assert "1.00k/2.00k" in drawn
    assert "second" not in drawn
    shown.show([job("first", State.DONE, 2000), job("second", State.VERIFYING, 2000), job("third", State.DONE, 2000)])
    drawn = capsys.readouterr().err
    assert "2 of 3 files" in drawn
    assert "verifying" in drawn
    shown.say("done: first", sys.stdout)
    shown.close()
    assert "done: first\n" in capsys.readouterr().out


def test_what_is_waited_for_stands_at_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    waits = replace(job("slow", State.QUEUED), waiting=Waiting("offline", "CivitAI cannot be reached."))
    for shown in (Bars(tqdm), Lines()):
        shown.show([waits])
        shown.show([waits])
        shown.close()
        assert "CivitAI cannot be reached." in capsys.readouterr().err


def test_a_log_says_that_an_answer_takes_long(capsys: pytest.CaptureFixture[str]) -> None:
    clock = FakeClock()
    shown = Lines(clock.monotonic)
    shown.show([job("slow", State.RESOLVING)])
    clock.advance(1)
    shown.show([job("slow", State.RESOLVING)])
    assert capsys.readouterr().err == ""
    clock.advance(2)
    for _ in range(2):
        shown.show([job("slow", State.RESOLVING)])
    assert capsys.readouterr().err == "slow: waiting for CivitAI's answer\n"
    shown.show([job("slow", done=1000)])
    clock.advance(10)
    shown.show([job("slow", State.RESOLVING)])
    assert "waiting" not in capsys.readouterr().err


@pytest.mark.parametrize("shown", [Bars(tqdm), Lines(), Display()])
def test_a_long_silence_is_told_before_there_is_a_job(
    shown: Display, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = threading.Event()

    def say(line: str, stream: TextIO) -> None:
        print(line, file=stream)
        told.set()

    monkeypatch.setattr(shown, "say", say)
    monkeypatch.setattr("civitdock.cli.bars._SILENCE", 60.0)
    with shown.asking("7"):
        pass
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("civitdock.cli.bars._SILENCE", 0.0)
    with shown.asking("7"):
        assert told.wait(10 if shown.visible else 0) is shown.visible
    assert capsys.readouterr().err == ("7: waiting for CivitAI's answer\n" if shown.visible else "")


def test_a_log_gets_each_quarter_and_each_reason_once(capsys: pytest.CaptureFixture[str]) -> None:
    shown = Lines()
    for done in (0, 100, 499, 500, 900, 1999, 2000):
        shown.show([job("a.safetensors", done=done)])
    assert capsys.readouterr().err.splitlines() == [
        "a.safetensors: 0 % of 2.0 kB",
        "a.safetensors: 25 % of 2.0 kB",
        "a.safetensors: 99 % of 2.0 kB",
    ]
    shown.show([job("b.safetensors", done=10, total=None)])
    assert capsys.readouterr().err == "b.safetensors: 10 B of an unknown size\n"


@pytest.mark.parametrize("shown", [Bars(tqdm), Lines()])
def test_names_cannot_steer_the_terminal(shown: Display, capsys: pytest.CaptureFixture[str]) -> None:
    shown.show([job(HOSTILE, done=1)])
    shown.say(f"done: {HOSTILE}", sys.stderr)
    shown.close()
    drawn = capsys.readouterr().err
    assert "\x1b[2J" not in drawn
    assert "\u202e" not in drawn


def test_the_sum_is_unknown_while_a_size_is() -> None:
    assert total_bytes([job("a"), job("b", total=None)]) is None
    assert total_bytes([job("a"), job("b", State.FAILED, 5, None)]) == 2005
    assert total_bytes([]) == 0


def test_nothing_is_drawn_where_nothing_should_be() -> None:
    assert type(display(visible=False)) is Display
    assert type(display(visible=True)) is Lines  # no terminal here


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (None, "size unknown"),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1000 B"),
        (1024, "1.0 kB"),
        (12_582_912, "12 MB"),
        (6_938_000_000, "6.5 GB"),
        (10**13, "9.1 TB"),
    ],
)
def test_sizes_for_people(size: int | None, text: str) -> None:
    assert size_text(size) == text
