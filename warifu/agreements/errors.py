"""Refusals, each with its sentence and next step 断りの理由.

"Not you" (`NotYours`), "not now" (`NotNow` and its kin) and "not possible" (`NotPossible`) are three different answers.
"""

from dataclasses import dataclass, field


class Refusal(Exception):
    """What a person asked for is not done; nothing was changed 断り."""

    message: str = ""


class NotYours(Refusal):
    """This person may not do this; who may is said 権限がありません."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


_INSTEAD = {
    "起案": "起案の画面で内容を確かめ、承認を依頼してください。",
    "承認中": "承認者の承認をお待ちください。内容を直すときは、承認者に差戻しを依頼してください。",
    "承認済": "この契約は承認済です。契約の画面から送信してください。",
    "同意待ち": "この契約は送信済みです。内容を変えるときは、取り下げてから新しく起案してください。",
    "合意済": "双方が合意しました。署名の処理が終わるまでお待ちください。操作は要りません。",
    "締結完了": "この契約は締結済みです。変更が必要な場合は変更契約を起案してください。",
    "取下げ": "この契約は取り下げられています。必要な場合は新しく起案してください。",
    "却下": "この契約は却下されています。必要な場合は理由を確かめ、新しく起案してください。",
    "期限切れ": "同意の期限を過ぎています。必要な場合は新しく起案してください。",
}


_TOLD_PARTY = {
    "合意済": "合意は、すでにそろっています。署名の処理が終わりましたら、メールでお知らせします。",
    "締結完了": "この契約は締結されています。契約書は、締結のお知らせのメールにあるリンクから保存できます。",
    "取下げ": "この契約の手続は、送り主が取り下げました。お手続は要りません。",
    "却下": "この契約の手続は、却下により終わりました。お手続は要りません。",
    "期限切れ": "合意の期限が過ぎました。手続を続けるときは、送り主の市町へお電話ください。",
}


class NotNow(Refusal):
    """The state of the agreement does not allow it any more, or not yet 今はできません."""

    def __init__(self, *, state: str, event: str) -> None:
        super().__init__(f"{event} in {state}")
        self.state = state
        self.message = f"この契約の状態は「{state}」です。{_INSTEAD[state]}"
        self.told_party = _TOLD_PARTY.get(
            state, "送り主の手続を待っています。準備ができましたら、メールでお知らせします。"
        )


class BodyNotOpen(Refusal):
    """The municipality is in preparation, or rests: nothing new is begun or sent 準備中・休止中の団体."""

    def __init__(self, stage: str, *, body: str) -> None:
        super().__init__(f"{body}: {stage}")
        self.message = (
            f"{body}は「{stage}」のため、新しい契約の起案と送信はできません。これまでの契約は閲覧できます。"
            "利用の開始又は再開については、所属の団体の全体管理者へ確認してください。"
        )


class NoRoom(Refusal):
    """The agreement holds as many files, or as many bytes, as one may; `code` says which 容量の超過."""

    def __init__(self, *, code: str, message: str, next_step: str) -> None:
        super().__init__(code)
        self.code, self.message, self.next_step = code, message, next_step


class NotYourTurn(Refusal):
    """Another party consents first 順番ではありません."""

    message = "先に合意する方の合意を待っています。順番になりましたら、メールでお知らせします。"


class AlreadyConsented(Refusal):
    """This party has consented; the consent stands 合意済み."""

    message = "この契約への合意は、すでに受け付けています。もう一度押す必要はありません。"


class TitleNotInForce(Refusal):
    """The contracting authority's days do not include this one 契約名義の期間外."""

    def __init__(self, title: str, days: str) -> None:
        super().__init__(title)
        self.message = (
            f"「{title}」の有効期間（{days}）の外のため、この名義では合意できません。契約担当へ連絡し、"
            "取り下げて有効な契約名義で起案し直すか、有効期間の登録を運用管理者へ確認してください。"
        )


class ShownOtherFacts(Refusal):
    """What the approver saw is not what would be approved now 内容が変わりました."""

    message = (
        "画面を開いたあとに、契約の内容または相手方の登録が変わりました。"
        "画面を読み込み直し、内容をもう一度確かめてください。"
    )


class ChangedSinceApproval(Refusal):
    """Something that was approved is different now; it must be approved again 承認後の変更."""

    message = (
        "承認のあとに、相手方の登録または契約の内容が変わったため、送信できません。"
        "起案に戻して内容を確かめ、もう一度承認を受けてください。"
    )


class ShownOtherBytes(Refusal):
    """The digest in the form is not that of the documents to be agreed to 内容が異なります."""

    message = (
        "表示していた契約書と、合意の対象の契約書が一致しません。画面を読み込み直し、内容をもう一度確かめてください。"
    )


class SealsOutdated(Refusal):
    """The document or a name changed while the places of the seals were chosen 署名欄の作り直し."""

    message = (
        "署名欄を設けている間に、契約書または当事者が変わりました。"
        "画面を読み込み直し、署名欄の位置をもう一度確かめてください。"
    )


@dataclass(frozen=True)
class Missing:
    """One thing that stands in the way of the next step 不足."""

    place: str
    message: str


@dataclass
class Incomplete(Refusal):
    """Something is missing before the agreement can go on 入力の不足."""

    missing: list[Missing] = field(default_factory=list)

    @property
    def message(self) -> str:  # type: ignore[override]  # computed from what is missing
        return "".join(item.message for item in self.missing)


class NotPossible(Refusal):
    """A fault on our side or outside; nothing is lost 処理できません."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
