"""One long-lived HTTP client for a process, with a hard total time for each call. HTTP接続"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

import aiohttp

T = TypeVar("T")


class WireFault(Exception):
    """The other side did not give a usable HTTP answer. 通信障害"""


class Wire:
    """A shared aiohttp session on an event loop of its own, used by blocking callers. 共有HTTPクライアント

    A new session costs 45 ms (a TLS context); a shared one makes a token cost 3 ms. The loop runs in a daemon thread
    that starts at the first call, and again after a fork. Thread-safe. Redirects are refused and proxies of the
    environment ignored, so an answer can come only from the address that was asked.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: aiohttp.ClientSession | None = None
        self._process = 0

    def post(
        self, url: str, *, data: bytes, headers: Mapping[str, str], answer_type: str, seconds: float, limit: int
    ) -> bytes:
        """POST, return the body. 送信

        Raises `WireFault` on anything but status 200, the expected type and at most `limit` bytes within `seconds`.
        """
        return self._run(self._ask("POST", url, data, headers, answer_type, seconds, limit), seconds)

    def get(self, url: str, *, seconds: float, limit: int) -> bytes:
        """GET and return the body. Raises `WireFault`. 取得"""
        return self._run(self._ask("GET", url, None, {}, "", seconds, limit), seconds)

    def close(self) -> None:
        """Close the session and stop the thread; the next call starts them again. 終了"""
        with self._lock:
            loop, session, self._loop, self._session = self._loop, self._session, None, None
        if loop is None or self._process != os.getpid():
            return
        if session is not None:
            asyncio.run_coroutine_threadsafe(session.close(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)

    def _run(self, coroutine: Coroutine[Any, Any, T], seconds: float) -> T:
        future = asyncio.run_coroutine_threadsafe(coroutine, self._started())
        try:
            return future.result(seconds + 2)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            future.cancel()
            raise WireFault(f"{type(error).__name__}: {error}") from error

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None or self._process != os.getpid():
                self._loop, self._session, self._process = asyncio.new_event_loop(), None, os.getpid()
                threading.Thread(target=self._loop.run_forever, name="pades-wire", daemon=True).start()
            return self._loop

    async def _ask(
        self,
        method: str,
        url: str,
        data: bytes | None,
        headers: Mapping[str, str],
        answer_type: str,
        seconds: float,
        limit: int,
    ) -> bytes:
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False, auto_decompress=False)
        total = aiohttp.ClientTimeout(total=seconds)
        async with self._session.request(
            method, url, data=data, headers=headers, timeout=total, allow_redirects=False
        ) as answer:
            if answer.status != 200:
                raise WireFault(f"status {answer.status}")
            if answer_type and answer.content_type != answer_type:
                raise WireFault(f"content type {answer.content_type}")
            body = bytearray()
            async for chunk in answer.content.iter_chunked(65536):
                body += chunk
                if len(body) > limit:
                    raise WireFault("answer too long")
            return bytes(body)
