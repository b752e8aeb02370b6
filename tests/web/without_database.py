"""A process whose database cannot be opened asks for addresses and tells what came.

`python -m tests.web.without_database COOKIE PATH…`; settings come from the environment, an answer is one line of JSON.
"""

import json
import sys

import django


def main() -> None:
    django.setup()
    from django.test import Client

    from tests.house import pagecheck

    session, *paths = sys.argv[1:]
    client = Client(raise_request_exception=False)
    client.cookies["warifu"] = session
    for path in paths:
        reply = client.get(path)
        page = reply.content.decode()
        print(json.dumps({"status": reply.status_code, "page": page, "problems": pagecheck.check_page(page, path)}))


if __name__ == "__main__":
    main()
