"""Pages of docs/ about who may do what: roles by rights for the cities, routes by roles for developers 権限の文書."""

from pathlib import Path

from warifu.access.rights import FOR_DEPARTMENTS, OF_A_DEPARTMENT, RIGHTS, Right, Role
from warifu.web import needs

NOTE = "Made by bin/generate-docs; a test compares."
YES = "○"
ROUTES = Path("docs/development/access.md")
ROLES = Path("docs/manual/roles.md")
NAMED = "契約名義で合意する職員"


def roles() -> str:
    """The table of roles × rights, as a page of the manual."""
    head = ["権限", *(role.label for role in Role)]
    rows = [[right.label, *(YES if right in RIGHTS[role] else "" for role in Role)] for right in Right]
    return "\n".join(
        [
            "# 役割と権限",
            "",
            "職員にできることは、付与された役割で決まります。役割を付与するのは、その団体の全体管理者です。",
            "役割には、範囲（団体の全体、又はある部署とその下の部署）と期間を定めることができます。範囲を部署とした役割では、",
            f"「{'」「'.join(one.label for one in Right if one in OF_A_DEPARTMENT)}」の権限だけが、",
            "その部署、下の部署及びそれらの前身の部署の契約に及びます。",
            f"部署を範囲とすることができるのは、{'、'.join(one.label for one in Role if one in FOR_DEPARTMENTS)}です。",
            "団体の管理を行う役割（全体管理者、運用管理者）と、契約の内容を閲覧する役割は別です。管理だけを行う職員は、契約書を開けません。",
            "広域調整者が見るのは集計だけです。サービスの運用者は、どの団体の契約書、件名、当事者も見ることができません。",
            "契約名義での合意は、役割によらず、名義ごとに登録された職員が行います。",
            "自分の権限とその理由は、画面の「私の権限」で確かめられます。",
            "",
            "この表は、プログラムの中の一つの表（`warifu/access/rights.py`）から作られています。",
            "",
            *_table(head, rows),
            "",
        ]
    )


def routes() -> str:
    """The table of routes × roles."""
    head = ["route", "for", "names", *(role.label for role in Role), NAMED]
    rows = [_row(route, needs.of(route), bool(at.pattern.converters)) for route, at in needs.routes()]
    return "\n".join(
        [
            "# Who opens which address 経路と役割",
            "",
            f"{NOTE} The one table is `warifu/web/needs.py`; what a role gives is in `warifu/access/rights.py`.",
            f"{YES}: the address answers whoever has this role and no other. An empty place of a staff page is a 403",
            "that names the right and whom to ask. What is not the time for it is 409. Who is not signed in is asked",
            "to sign in, but for addresses of everybody and of invited counterparties.",
            "",
            "`names` is whose the thing is that an address names:",
            "",
            f"- {needs.Thing.OWN}: 404 for every other municipality, and beyond the departments of a grant;",
            f"- {needs.Thing.EACH}: the same number leads each municipality to its own;",
            f"- {needs.Thing.NOBODYS}: the layout of a file, a kind of provider; it answers all alike.",
            "",
            "`tests/web/test_matrix.py` knocks everywhere as each of them.",
            "",
            *_table(head, rows),
            "",
        ]
    )


def _row(route: str, need: needs.Need, has_place: bool) -> list[str]:
    role_cells = ["" for _ in Role]
    named = names = ""
    if need.visitor is needs.Visitor.STAFF:
        role_cells = [YES if not need.names_rights() or need.rights & RIGHTS[role] else "" for role in Role]
        named = YES if not need.names_rights() or need.consenters else ""
        names = need.names.value if has_place else ""
    return [f"`{route}`", need.visitor.value, names, *role_cells, named]


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows]]
