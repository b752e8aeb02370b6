"""What an agreement must have before it may be submitted 起案の確認."""

from warifu.japan import characters

from . import models, recipient, standing
from .errors import Missing

OWN_APPROVAL = "起案した職員や承認を依頼する職員を、承認者にすることはできません。別の承認者を選んでください。"


def missing_from(agreement: models.Agreement, *, documents: int, refused: int, seals_current: bool) -> list[Missing]:
    """Everything that is still absent or contradictory, in the order of the form 入力の不足.

    `documents` is the number of accepted files, `refused` of files that still wait for a decision;
    `seals_current` says whether the places of visible seals are as chosen (`seals.are_current`).
    """
    found: list[Missing] = []

    def need(condition: object, place: str, message: str) -> None:
        if not condition:
            found.append(Missing(place, message))

    need(documents, "files", "契約書のPDFがありません。1つ以上登録してください。")
    need(not refused, "files", "使用できないファイルが残っています。別のファイルを選ぶか、この契約から外してください。")
    need(agreement.title, "contents", "件名が入力されていません。決裁と同じ件名を入力してください。")
    need(agreement.number, "contents", "契約番号が入力されていません。契約番号を入力してください。")
    need(
        characters.search_key(f"{agreement.title}{agreement.number}") or not (agreement.title and agreement.number),
        "contents",
        "件名と契約番号が記号だけのため、後から探せません。文字か数字を入れてください。",
    )
    need(agreement.kind, "contents", "文書の種類が選ばれていません。契約書の種類を選んでください。")
    need(agreement.authority, "contents", "契約名義が選ばれていません。市長など、契約の名義を選んでください。")
    need(
        agreement.amount is not None or agreement.no_total,
        "contents",
        "契約金額が入力されていません。税込の金額を入力するか、総額を定めない契約であることを選んでください。",
    )
    need(
        agreement.amount is None or not agreement.no_total,
        "contents",
        "総額を定めない契約に印があり、金額も入力されています。どちらか一方にしてください。",
    )
    need(
        standing.in_force(agreement),
        "contents",
        "契約日が、契約名義の有効期間の外です。契約日を確かめるか、契約日に有効な名義を選んでください。",
    )
    need(
        agreement.authority is None or agreement.authority.consenters.exists(),
        "contents",
        "この契約名義で合意できる職員が登録されていません。運用管理者に登録を依頼するか、別の名義を選んでください。",
    )
    need(agreement.decision_number, "contents", "決裁番号が入力されていません。決裁文書の番号を入力してください。")
    need(agreement.contract_on, "contents", "契約日が入力されていません。契約書に書かれている日を入力してください。")
    need(
        agreement.term_from and agreement.term_to,
        "contents",
        "履行期間が入力されていません。始まりと終わりの日を入力してください。",
    )
    if agreement.term_from and agreement.term_to:
        need(
            agreement.term_from <= agreement.term_to,
            "contents",
            "履行期間の終わりが始まりより前になっています。日付を確かめてください。",
        )
    need(agreement.counterparty, "parties", "相手方が選ばれていません。取引先の一覧から選んでください。")
    for sentence in recipient.problems(agreement):
        need(None, "parties", sentence)
    if agreement.municipality.approval_required:
        need(agreement.approver, "parties", "承認者が選ばれていません。承認者を選んでください。")
    need(
        agreement.counterparty is None or characters.search_key(agreement.counterparty.name),
        "parties",
        "取引先の商号が記号だけのため、後から探せません。取引先の登録を訂正してください。",
    )
    need(
        seals_current or not documents,
        "seals",
        "署名欄の位置が決まっていないか、決めたあとに契約書や当事者が変わりました。署名欄の画面で位置を確かめてください。",
    )
    if agreement.approver_id is not None:
        named = agreement.authority.approvers.all() if agreement.authority else []
        need(
            not named or agreement.approver_id in {one.pk for one in named},
            "parties",
            "選んだ承認者は、この契約名義の承認者に指定されていません。承認者を選び直してください。",
        )
        need(
            agreement.approver_id not in {agreement.drafted_by_id, agreement.officer_id},
            "parties",
            OWN_APPROVAL,
        )
    return found
