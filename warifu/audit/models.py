"""Tables of the ledger; the database itself refuses to change them (migration 0002) 監査証跡の表."""

from django.db import models

from . import record
from .anomalies import AnomalyKind


class Ledger(models.Model):
    """One chain: a municipality's, named by its 団体コード, or "service" 台帳."""

    name = models.CharField("名称", max_length=record.LIMITS["ledger"], unique=True)
    head_sequence = models.BigIntegerField("末尾の番号", default=0)
    head_digest = models.CharField("末尾のダイジェスト", max_length=64, default=record.GENESIS)

    class Meta:
        verbose_name = "台帳"
        verbose_name_plural = "台帳"

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One act in its place in the chain; `record.Record` says what its digest covers 監査証跡の一件."""

    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="+", verbose_name="台帳", db_index=False)
    sequence = models.BigIntegerField("番号")
    at = models.DateTimeField("日時")
    actor_kind = models.CharField("行為者の区分", max_length=20)
    actor_id = models.CharField("行為者の識別子", max_length=record.LIMITS["actor id"])
    actor_name = models.CharField("行為者", max_length=record.LIMITS["actor name"])
    actor_post = models.CharField("所属・職名", max_length=record.LIMITS["actor post"], blank=True)
    ip = models.CharField("接続元", max_length=record.LIMITS["ip"], null=True)
    action = models.CharField("行為", max_length=record.LIMITS["action"])
    target = models.CharField("対象", max_length=record.LIMITS["target"])
    facts = models.JSONField("内容", default=dict)
    salt = models.CharField("添え字", max_length=32, null=True)
    previous_digest = models.CharField("前のダイジェスト", max_length=64)
    digest = models.CharField("ダイジェスト", max_length=64)

    class Meta:
        verbose_name = "監査証跡"
        verbose_name_plural = "監査証跡"
        ordering = ("ledger", "sequence")
        constraints = (models.UniqueConstraint(fields=("ledger", "sequence"), name="audit_entry_place"),)
        # Each goes on with the order of the page that searches by it, newest first, read backwards. Most people ask for
        # the acts of somebody: with the act in it, the index answers without the table.
        indexes = tuple(
            models.Index(fields=("ledger", *leading, "at", "sequence", *besides), name=f"audit_entry_by_{name}")
            for name, leading, besides in (
                ("time", (), ()),
                ("target", ("target",), ()),
                ("actor", ("actor_id",), ("action",)),
                ("post", ("actor_post",), ("action",)),
                ("ip", ("ip",), ("action",)),
                ("action", ("action",), ()),
            )
        )

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.target}"


class Performer(models.Model):
    """Somebody who acted under one name and post, from one address; derived from the entries 記録された行為者."""

    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="+", verbose_name="台帳", db_index=False)
    actor_id = models.CharField("行為者の識別子", max_length=record.LIMITS["actor id"])
    name = models.CharField("行為者", max_length=record.LIMITS["actor name"])
    post = models.CharField("所属・職名", max_length=record.LIMITS["actor post"], blank=True)
    ip = models.CharField("接続元", max_length=record.LIMITS["ip"], blank=True)
    first_sequence = models.BigIntegerField("最初の番号", null=True)
    name_key = models.TextField("検索用の行為者")
    post_key = models.TextField("検索用の所属・職名", blank=True)
    digest = models.CharField("行為者・所属・接続元の照合値", max_length=64)

    class Meta:
        verbose_name = "記録された行為者"
        verbose_name_plural = "記録された行為者"
        constraints = (models.UniqueConstraint(fields=("ledger", "actor_id", "digest"), name="audit_performer_once"),)

    def __str__(self) -> str:
        return f"{self.post} {self.name}".strip()


class DailyRoot(models.Model):
    """What all ledgers together were at the end of a day, timestamped; migration 0009 guards it 日次の証明."""

    day = models.DateField("対象日", unique=True)
    previous_digest = models.CharField("前日までの証明のダイジェスト", max_length=64)
    digest = models.CharField("ダイジェスト", max_length=64, unique=True)
    token = models.BinaryField("タイムスタンプ")
    authority = models.CharField("時刻認証局", max_length=200)
    stamped_at = models.DateTimeField("タイムスタンプの時刻")

    class Meta:
        verbose_name = "日次の証明"
        verbose_name_plural = "日次の証明"
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day}"


class RootLeaf(models.Model):
    """The head of one ledger in a daily root; `roots.Leaf` says what its hash covers 日次の証明の末尾."""

    root = models.ForeignKey(DailyRoot, models.PROTECT, related_name="leaves", verbose_name="日次の証明")
    ledger = models.CharField("台帳", max_length=record.LIMITS["ledger"])
    sequence = models.BigIntegerField("末尾の番号")
    digest = models.CharField("末尾のダイジェスト", max_length=64)
    salt = models.CharField("添え字", max_length=32)

    class Meta:
        verbose_name = "日次の証明の末尾"
        verbose_name_plural = "日次の証明の末尾"
        ordering = ("ledger",)
        constraints = (models.UniqueConstraint(fields=("ledger", "root"), name="audit_rootleaf_once"),)

    def __str__(self) -> str:
        return f"{self.ledger} {self.sequence}"


class SpooledEntry(models.Model):
    """A view or refusal that waits for its place in the chain; migration 0005 guards it 記録待ちの監査証跡.

    The ledger is named and not pointed to, so that no reader of a page waits for the ledger's head.
    """

    ledger = models.CharField("台帳", max_length=record.LIMITS["ledger"])
    at = models.DateTimeField("日時")
    actor_kind = models.CharField("行為者の区分", max_length=20)
    actor_id = models.CharField("行為者の識別子", max_length=record.LIMITS["actor id"])
    actor_name = models.CharField("行為者", max_length=record.LIMITS["actor name"])
    actor_post = models.CharField("所属・職名", max_length=record.LIMITS["actor post"], blank=True)
    ip = models.CharField("接続元", max_length=record.LIMITS["ip"], null=True)
    action = models.CharField("行為", max_length=record.LIMITS["action"])
    target = models.CharField("対象", max_length=record.LIMITS["target"])
    facts = models.JSONField("内容", default=dict)
    salt = models.CharField("添え字", max_length=32)

    class Meta:
        verbose_name = "記録待ちの監査証跡"
        verbose_name_plural = "記録待ちの監査証跡"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.action} {self.target}"


class AnomalyRule(models.Model):
    """From when on one kind of use is worth a look, where a body has decided otherwise than the default 注意の基準."""

    ledger = models.CharField("台帳", max_length=record.LIMITS["ledger"])
    kind = models.CharField("種類", max_length=16, choices=AnomalyKind.choices)
    enabled = models.BooleanField("確認する", default=True)
    threshold = models.PositiveIntegerField("件数")
    minutes = models.PositiveIntegerField("時間（分）")

    class Meta:
        verbose_name = "注意の基準"
        verbose_name_plural = "注意の基準"
        constraints = (models.UniqueConstraint(fields=("ledger", "kind"), name="audit_anomaly_rule_once"),)


class Anomaly(models.Model):
    """Use worth a look: one kind, one person or account, one day in Japan 注意が必要な利用.

    Lines `first_sequence` to `last_sequence` are those that it was seen in; `confirmed_at` is None until somebody has
    looked, `told_at` until the administrators got their mail.
    """

    ledger = models.CharField("台帳", max_length=record.LIMITS["ledger"])
    kind = models.CharField("種類", max_length=16, choices=AnomalyKind.choices)
    who = models.CharField("行為者の識別子", max_length=record.LIMITS["actor id"])
    day = models.DateField("対象日")
    name = models.CharField("行為者", max_length=record.LIMITS["actor name"])
    post = models.CharField("所属・職名", max_length=record.LIMITS["actor post"], blank=True)
    ip = models.CharField("接続元", max_length=record.LIMITS["ip"], blank=True)
    count = models.PositiveIntegerField("件数")
    first_at = models.DateTimeField("最初の日時")
    last_at = models.DateTimeField("最後の日時")
    first_sequence = models.BigIntegerField("最初の番号")
    last_sequence = models.BigIntegerField("最後の番号")
    found_at = models.DateTimeField("検知した日時")
    told_at = models.DateTimeField("通知した日時", null=True)
    confirmed_at = models.DateTimeField("確認した日時", null=True)
    confirmed_by = models.CharField("確認した職員", max_length=record.LIMITS["actor name"], blank=True)
    note = models.CharField("確認の内容", max_length=400, blank=True)

    class Meta:
        verbose_name = "注意が必要な利用"
        verbose_name_plural = "注意が必要な利用"
        constraints = (models.UniqueConstraint(fields=("ledger", "kind", "who", "day"), name="audit_anomaly_once"),)
        indexes = (models.Index(fields=("ledger", "-last_at", "-id"), name="audit_anomaly_newest"),)


class Examined(models.Model):
    """Up to which line a ledger has been looked through for anomalies 確認済みの番号."""

    ledger = models.CharField("台帳", max_length=record.LIMITS["ledger"], unique=True)
    sequence = models.BigIntegerField("番号", default=0)

    class Meta:
        verbose_name = "確認済みの番号"
        verbose_name_plural = "確認済みの番号"
