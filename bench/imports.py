"""How long a CSV of many firms takes, and what a page waits meanwhile.

    .venv/bin/python -m bench.imports [--firms 100000] [--pages 0.5]

A fresh `warifu up` on SQLite: pages, worker, trial authority. The file is handed in and confirmed as the page does it;
the worker compares and applies it. Meanwhile somebody opens the list of firms every half second.
"""

import argparse
import io
import threading
import time
from datetime import UTC, datetime

from bench import world

FIELDS = "商号又は名称,所在地,契約締結権限者の役職,契約締結権限者の氏名,メールアドレス"


def main() -> None:
    parser = argparse.ArgumentParser(description="import of firms")
    parser.add_argument("--firms", type=int, default=100_000)
    parser.add_argument("--pages", type=float, default=0.5, help="seconds between two pages")
    options = parser.parse_args()
    with world.started() as running:
        world.point_django_at(running.data)
        measure(running, options.firms, options.pages)


def sheet(firms: int) -> bytes:
    """A file of this many new firms in UTF-8."""
    target = io.StringIO()
    target.write(f"{FIELDS}\r\n")
    for number in range(firms):
        who = f"代表取締役,工藤 {number},firm{number}@example.jp"
        target.write(f"第{number}架空建設株式会社,岩手県盛岡市架空町{number}番地,{who}\r\n")
    return target.getvalue().encode("utf-8-sig")


def measure(running: world.World, firms: int, pause: float) -> None:
    """Hand in, confirm, wait; print seconds of each part and percentiles of the page."""
    from warifu.access import models as access_models
    from warifu.access import queries as access
    from warifu.integrations import actions, models
    from warifu.integrations.layouts import LAYOUTS

    account = access_models.Account.objects.get(mail="oikawa@morioka.example.jp")
    person = access.person_of(account, ip=None, at=datetime.now(UTC))
    if person is None:
        raise SystemExit("the cast is not there")
    content = sheet(firms)
    stop, waits = threading.Event(), list[float]()
    reader = threading.Thread(target=look, args=(running, stop, waits, pause))
    reader.start()
    try:
        began = time.perf_counter()
        made = actions.hand_in(
            kind=LAYOUTS["counterparties"], name="firms.csv", content=content, by=person, at=datetime.now(UTC)
        )
        handed = time.perf_counter()
        wait(made, models.State.CHECKED)
        checked = time.perf_counter()
        actions.confirm(import_id=made.pk, without_wrong=False, all_or_nothing=False, by=person, at=datetime.now(UTC))
        wait(made, models.State.FINISHED)
        done = time.perf_counter()
    finally:
        stop.set()
        reader.join()
    print(f"{firms} firms, {len(content) / 1e6:.1f} MB")
    print(f"handed in {handed - began:.1f} s, compared {checked - handed:.1f} s, applied {done - checked:.1f} s")
    middle, high = world.quantile(waits, 0.5), world.quantile(waits, 0.95)
    print(f"page meanwhile: {len(waits)} looks, median {middle:.0f} ms, p95 {high:.0f} ms, max {max(waits):.0f} ms")
    print(
        f"figure firms={firms} seconds={done - began:.1f} compared={checked - handed:.1f} applied={done - checked:.1f}"
        f" page_p95_ms={high:.0f}"
    )


def wait(made: object, state: str) -> None:
    """Until the import is in this state; fails when it ended otherwise."""
    from warifu.integrations import models

    while True:
        found = models.Import.objects.defer("content").get(pk=made.pk)  # type: ignore[attr-defined]  # an Import
        if found.state == state:
            if found.refused or found.wrong:
                raise SystemExit(f"{found.wrong} wrong, {found.refused} refused")
            return
        if found.finished_at is not None:
            raise SystemExit(f"ended as {found.state}")
        print(f"  {found.state}: {found.checked} compared, {found.done} applied", flush=True)
        time.sleep(5)


def look(running: world.World, stop: threading.Event, waits: list[float], pause: float) -> None:
    """Open the list of firms again and again, as somebody who has signed in."""
    import re
    import urllib.parse
    import urllib.request
    from http.cookiejar import CookieJar

    address = f"http://127.0.0.1:{running.port}"
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"{address}/signin/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    given = {
        "csrfmiddlewaretoken": token[1] if token else "",
        "username": "sato@morioka.example.jp",
        "password": running.password,
    }
    opener.open(f"{address}/signin/", urllib.parse.urlencode(given).encode()).read()
    while not stop.is_set():
        began = time.perf_counter()
        reply = opener.open(f"{address}/counterparties/")
        if "/signin/" in reply.url:
            raise SystemExit("not signed in")
        reply.read()
        waits.append((time.perf_counter() - began) * 1000)
        stop.wait(pause)


if __name__ == "__main__":
    main()
