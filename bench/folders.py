"""What folders cost the pages of the archive: thousands of them, rights of groups, some confidential.

    .venv/bin/python -m bench.folders [--agreements 100000] [--folders 5000] [--departments 500] [--rounds 40]

The same pages are asked as somebody of the whole body, of a branch and of one department, first without any folder,
then with all records filed. The last line is for machines.
"""

import argparse
from itertools import pairwise
from typing import TYPE_CHECKING

from bench import planting, walls, world

if TYPE_CHECKING:
    from warifu.archive import models as archive_models
    from warifu.directory import models as directory_models

WIDTH = 10
"""Folders in each folder: 5,000 stand four deep."""
OPENED, SHUT = 40, 20


def main() -> None:
    parser = argparse.ArgumentParser(description="cost of folders")
    parser.add_argument("--agreements", type=int, default=100_000)
    parser.add_argument("--folders", type=int, default=5_000)
    parser.add_argument("--departments", type=int, default=500)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with world.started() as running:
        world.point_django_at(running.data)
        print("filling …", flush=True)
        numbers = planting.Numbers(options.departments, options.people, 500, options.agreements)
        planted = planting.plant(numbers)
        walls.hold_roles(planted)
        pages = {"records": "/records/", "records, words": walls.PAGES["records, words"]}
        before = measure(running, pages, options.rounds)
        top = plant(planted, options.folders)
        after = measure(running, pages | {"a folder": f"/records/?folder={top}", "home": "/"}, options.rounds)
    for (who, page), times in after.items():
        earlier = before.get((who, page))
        told = f"  without folders {world.quantile(earlier, 0.95):7.1f}" if earlier else ""
        print(f"{page:16} {who:12} p50 {world.quantile(times, 0.5):7.1f}  p95 {world.quantile(times, 0.95):7.1f}{told}")
    worst = max(after, key=lambda key: world.quantile(after[key], 0.95))
    print(
        f"figure records={len(planted.records)} folders={options.folders} "
        f"worst={worst[1].replace(' ', '_')}_as_{worst[0]} worst_p95_ms={world.quantile(after[worst], 0.95):.1f}"
    )


def plant(planted: planting.Planted, number: int) -> int:
    """So many folders in a tree, each with records; returns one at the top."""
    from django.db import connection

    from tests import city
    from warifu.archive import models
    from warifu.directory import models as directory

    body = city.morioka()
    made: list[models.Folder] = []
    level: list[models.Folder | None] = [None]
    while len(made) < number:
        rows = [_folder(models.Folder, body, above, place) for above in level for place in range(WIDTH)]
        level = list(models.Folder.objects.bulk_create(rows[: number - len(made)], batch_size=500))
        made += [one for one in level if one is not None]
    group = directory.Group.objects.create(municipality=body, name="計測")
    group.members.set(
        directory.StaffMember.objects.filter(mail__in=[f"{one}@morioka.example.jp" for one in walls.HELD.values()])
    )
    step = max(1, len(made) // OPENED)
    models.FolderRight.objects.bulk_create(models.FolderRight(folder=one, group=group) for one in made[WIDTH::step])
    shut = [one.pk for one in made[-SHUT:]]
    models.Folder.objects.filter(pk__in=shut).update(confidential=True)
    keys = list(models.Record.objects.filter(municipality=body).values_list("pk", flat=True))
    bounds = [round(place * len(keys) / len(made)) for place in range(len(made) + 1)]
    for one, (first, last) in zip(made, pairwise(bounds), strict=True):
        models.Record.objects.filter(pk__in=keys[first:last]).update(folder=one)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return made[0].pk


def _folder(
    kind: "type[archive_models.Folder]",
    body: "directory_models.Municipality",
    above: "archive_models.Folder | None",
    place: int,
) -> "archive_models.Folder":
    name = f"フォルダ{place}"
    path, depth = (f"{above.path}/{name}", above.depth + 1) if above else (name, 1)
    return kind(municipality=body, parent=above, name=name, path=path, depth=depth)


def measure(running: world.World, pages: dict[str, str], rounds: int) -> dict[tuple[str, str], list[float]]:
    """Times of every page as everybody, turn by turn."""
    times = walls.measure(running, pages, rounds, None)
    return {(who, page): found for (who, page, _), found in times.items()}


if __name__ == "__main__":
    main()
