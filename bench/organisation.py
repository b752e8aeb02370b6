"""Server time of the pages of the organisation with 5,000 departments and 10,000 people in one body.

    .venv/bin/python -m bench.organisation [--departments 5000] [--people 10000] [--rounds 20]

Starts a Warifu of its own, fills it, asks each page over HTTP and reads the time that the service itself says it needed
(Server-Timing). The last line is for machines.
"""

import argparse

from bench import pages, world

ADMINISTRATOR = "chida@morioka.example.jp"


def main() -> None:
    parser = argparse.ArgumentParser(description="page times of the organisation")
    parser.add_argument("--departments", type=int, default=5_000)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with world.started() as running:
        world.point_django_at(running.data)
        department, person = fill(options.departments, options.people)
        browser = pages.Browser(running.port)
        browser.sign_in(ADMINISTRATOR, running.password)
        times: dict[str, list[float]] = {}
        for name, path in asked(department, person).items():
            browser.ask(path)
            times[name] = [browser.ask(path) for _ in range(options.rounds)]
    print(f"\n{'page':<24}{'median ms':>12}{'p95 ms':>10}{'max ms':>10}")
    for name, values in times.items():
        middle, high = world.quantile(values, 0.5), world.quantile(values, 0.95)
        print(f"{name:<24}{middle:>12.1f}{high:>10.1f}{max(values):>10.1f}")
    worst = max(times, key=lambda name: world.quantile(times[name], 0.95))
    print(
        f"figure departments={options.departments} people={options.people} worst_page={worst} "
        f"worst_p95_ms={world.quantile(times[worst], 0.95):.1f}"
    )


def fill(departments: int, people: int) -> tuple[int, str]:
    """A tree of four levels, ten below each; a department of the second level, and one person."""
    from django.db import transaction

    from tests import city
    from warifu.directory import models

    body = city.morioka()
    with transaction.atomic():
        made: list[models.Department] = []
        for number in range(departments):
            parent = made[number // 10 - 1] if number >= 10 else None
            name = f"第{number}課"
            made.append(
                models.Department.objects.create(municipality=body, parent=parent, name=name, code=f"{number:05d}")
            )
        staff = [
            models.StaffMember(
                municipality=body,
                department=made[number % departments],
                name=f"職員 {number}",
                title="主事",
                mail=f"staff{number}@bench.example.jp",
                number=f"{number:06d}",
            )
            for number in range(people)
        ]
        models.StaffMember.objects.bulk_create(staff, batch_size=1000)
        posts = [models.Post(staff=one, department=one.department, title=one.title) for one in staff]
        models.Post.objects.bulk_create(posts, batch_size=1000)
    return made[min(12, departments - 1)].pk, str(staff[0].pk)


def asked(department: int, person: str) -> dict[str, str]:
    """Pages by what they are."""
    return {
        "tree": "/office/departments/",
        "tree_on_a_day": "/office/departments/?on=R9.4.1",
        "search_departments": "/office/departments/?q=%E7%AC%AC12",
        "department": f"/office/departments/{department}/",
        "change_department": f"/office/departments/{department}/change/",
        "end_department": f"/office/departments/{department}/end/",
        "people": "/office/people/",
        "people_page_150": "/office/people/?page=150",
        "search_people": "/office/people/?q=%E7%AC%AC12+%E8%81%B7%E5%93%A1",
        "people_by_role": "/office/people/?role=manager",
        "person": f"/office/people/{person}/",
        "new_person": "/office/people/new/",
        "leave": f"/office/people/{person}/leave/",
        "groups": "/office/groups/",
    }


if __name__ == "__main__":
    main()
