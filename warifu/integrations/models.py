"""Tables of imports: what was handed in, row by row, until it is done 取込み."""

import uuid

from django.db import models

from warifu.directory import models as directory

from .reading import Encoding


class State(models.TextChoices):
    """How far an import is 取込みの状態."""

    CHECKING = "checking", "確認しています"
    CHECKED = "checked", "内容の確認待ち"
    APPLYING = "applying", "取り込んでいます"
    FINISHED = "finished", "完了"
    UNDONE = "undone", "全件を取り消しました"
    DISCARDED = "discarded", "取りやめ"


class Change(models.TextChoices):
    """What a row would do to the register 行の区分."""

    ADDED = "added", "追加"
    CHANGED = "changed", "変更"
    ENDING = "ending", "終了"
    UNCHANGED = "unchanged", "変更なし"
    WRONG = "wrong", "誤り"


class Import(models.Model):
    """A file that somebody handed in to be taken over into a register 取込み.

    `content` is the file, compressed, until it has been checked; what is kept of it afterwards is its digest. `actor`
    is who acts, in the words of the ledger, because the work goes on when nobody is connected.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(directory.Municipality, models.PROTECT, related_name="+")
    layout = models.CharField("様式", max_length=20)
    state = models.CharField("状態", max_length=12, choices=State.choices, default=State.CHECKING)
    name = models.CharField("ファイル名", max_length=200)
    encoding = models.CharField("文字コード", max_length=8, choices=Encoding.choices)
    digest = models.CharField("ファイルのSHA-256", max_length=64)
    content = models.BinaryField("ファイル（圧縮）", null=True, editable=False)
    header = models.JSONField("列の名前", default=list)
    first_rows = models.JSONField("最初の行", default=list)
    fields = models.JSONField("読み取った列", default=list)
    total = models.PositiveIntegerField("行数")
    checked = models.PositiveIntegerField("確認した行数", default=0)
    added = models.PositiveIntegerField("追加する行数", default=0)
    changed = models.PositiveIntegerField("変更する行数", default=0)
    ending = models.PositiveIntegerField("終了する行数", default=0)
    unchanged = models.PositiveIntegerField("変更のない行数", default=0)
    wrong = models.PositiveIntegerField("誤りのある行数", default=0)
    done = models.PositiveIntegerField("取り込んだ行数", default=0)
    refused = models.PositiveIntegerField("取り込めなかった行数", default=0)
    without_wrong = models.BooleanField("誤りのない行だけを取り込む", default=False)
    all_or_nothing = models.BooleanField("一行でも取り込めないときは全件を取り消す", default=False)
    actor = models.JSONField("操作した人", default=dict)
    asked_at = models.DateTimeField("ファイルを選んだ日時")
    confirmed_at = models.DateTimeField("取込みを決めた日時", null=True)
    finished_at = models.DateTimeField("終えた日時", null=True)
    working_until = models.DateTimeField("処理の占有期限", null=True)

    class Meta:
        verbose_name = "取込み"
        ordering = ("-asked_at",)
        indexes = [
            models.Index(fields=["municipality", "-asked_at"], name="import_by_time"),
            models.Index(
                fields=["working_until"], condition=models.Q(state__in=["checking", "applying"]), name="import_to_do"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="import_state_is_known"),
            # Two at once on one register would each be compared with what the other is about to change.
            models.UniqueConstraint(
                fields=["municipality", "layout"],
                condition=models.Q(state__in=["applying"]),
                name="one_import_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """One row that changes something, or is wrong; rows without a change are only counted 取込みの行.

    `target` is what it changes (""  for a new thing), `differences` are [column, old, new], `problems` [column, text].
    """

    of = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_column="import_id")
    position = models.PositiveIntegerField("順番")
    line = models.PositiveIntegerField("行番号")
    change = models.CharField("区分", max_length=10, choices=Change.choices)
    label = models.CharField("見出し", max_length=200, blank=True)
    target = models.CharField("対象", max_length=60, blank=True)
    values = models.JSONField("値", default=dict)
    differences = models.JSONField("違い", default=list)
    problems = models.JSONField("誤り", default=list)
    done = models.BooleanField("処理済み", default=False)
    refusal = models.TextField("取り込めなかった理由", blank=True)

    class Meta:
        verbose_name = "取込みの行"
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["of", "position"], name="import_row_once")]
        indexes = [
            models.Index(fields=["of", "change", "position"], name="import_row_by_change"),
            models.Index(fields=["of", "position"], condition=models.Q(done=False), name="import_row_to_do"),
        ]


class ScimLink(models.Model):
    """What a system calls one person or group of a body, and whether it has deleted them 職員連携の対応."""

    municipality = models.ForeignKey(directory.Municipality, models.PROTECT, related_name="+")
    staff = models.OneToOneField(directory.StaffMember, models.CASCADE, null=True, related_name="scim")
    group = models.OneToOneField(directory.Group, models.CASCADE, null=True, related_name="scim")
    external_id = models.CharField("連携元の識別子", max_length=200, blank=True)
    removed_at = models.DateTimeField("連携元での削除日時", null=True)

    class Meta:
        verbose_name = "職員連携の対応"
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "external_id"],
                condition=~models.Q(external_id="") & models.Q(staff__isnull=False),
                name="scim_person_once",
            )
        ]
