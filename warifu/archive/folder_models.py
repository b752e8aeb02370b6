"""Tables of the folders in which records lie, and of who may do what there フォルダの表."""

from django.db import models

from warifu.directory import models as directory

MOST_DEPTH = 8
"""So many folders stand one in another at most."""
LONGEST_NAME = 255
SEPARATOR = "/"
"""Stands between the names of a path, and therefore in no name."""


class Folder(models.Model):
    """A place for records, in another one or at the top フォルダ.

    `confidential` (親展): what lies in it and below exists for those in `named` alone. A folder that is closed stays in
    the histories that name it, and takes nothing in. `closed_on` is a day in Japan; `depth` counts from 1.
    """

    municipality = models.ForeignKey(
        directory.Municipality, models.PROTECT, related_name="+", verbose_name="市町", db_index=False
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上位のフォルダ"
    )
    name = models.CharField("名称", max_length=LONGEST_NAME)
    code = models.CharField("フォルダコード", max_length=40, blank=True)
    path = models.TextField("上位からの名称", editable=False)
    depth = models.PositiveSmallIntegerField("階層", editable=False)
    confidential = models.BooleanField("親展", default=False)
    named = models.ManyToManyField(
        directory.StaffMember,
        related_name="+",
        verbose_name="親展の閲覧者",
        blank=True,
        db_table="archive_folder_named",
    )
    closed_on = models.DateField("閉鎖日", null=True, blank=True)

    class Meta:
        verbose_name = "フォルダ"
        verbose_name_plural = "フォルダ"
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "name"),
                condition=models.Q(parent__isnull=True, closed_on__isnull=True),
                name="archive_folder_once",
            ),
            models.UniqueConstraint(
                fields=("parent", "name"),
                condition=models.Q(closed_on__isnull=True),
                name="archive_folder_once_in_parent",
            ),
            models.UniqueConstraint(
                fields=("municipality", "code"),
                condition=models.Q(closed_on__isnull=True) & ~models.Q(code=""),
                name="archive_folder_code_once",
            ),
            models.CheckConstraint(
                condition=models.Q(depth__range=(1, MOST_DEPTH))
                & (models.Q(depth=1, parent__isnull=True) | models.Q(depth__gt=1, parent__isnull=False)),
                name="archive_folder_depth",
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="archive_folder_not_in_itself",
            ),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(name__contains=SEPARATOR), name="archive_folder_name"
            ),
        )
        indexes = (
            models.Index(fields=("municipality", "parent", "closed_on"), name="archive_folder_tree"),
            models.Index(
                fields=("municipality",), condition=models.Q(confidential=True), name="archive_folder_confidential"
            ),
        )

    def __str__(self) -> str:
        return self.path


class FolderRight(models.Model):
    """What the people of a group may do with records in a folder and all below it フォルダの権限.

    To see them, always; to put records in, to take them away as evidence, to move them out, as the row says.
    """

    folder = models.ForeignKey(Folder, models.CASCADE, related_name="rights", verbose_name="フォルダ", db_index=False)
    group = models.ForeignKey(directory.Group, models.PROTECT, related_name="+", verbose_name="グループ")
    may_file = models.BooleanField("収める", default=False)
    may_download = models.BooleanField("証拠一式を保存する", default=False)
    may_remove = models.BooleanField("取り出す", default=False)

    class Meta:
        verbose_name = "フォルダの権限"
        verbose_name_plural = "フォルダの権限"
        ordering = ("folder", "group__name")
        constraints = (models.UniqueConstraint(fields=("folder", "group"), name="archive_folder_right_once"),)

    def __str__(self) -> str:
        return f"{self.folder} {self.group}"


class FilingRule(models.Model):
    """Into which folder of a body what is concluded goes by itself 自動の整理.

    `levels` are the names of `Level` in their order, with commas; they are made below `base`, or at the top.
    """

    municipality = models.OneToOneField(directory.Municipality, models.PROTECT, related_name="+", verbose_name="市町")
    levels = models.CharField("階層の並び", max_length=60)
    base = models.ForeignKey(
        Folder, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="収める先のフォルダ"
    )
    active = models.BooleanField("自動で整理する", default=True)

    class Meta:
        verbose_name = "自動の整理"
        verbose_name_plural = "自動の整理"

    def __str__(self) -> str:
        return self.levels
