import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


def link(to: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **options)


AUTHORITY, STAFF = "directory.contractingauthority", "directory.staffmember"
NUMBER = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_department_rows")]

    operations = [
        # The table of consenters is there already; from now on it is told as a model, which can say a ground.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Consenter",
                    fields=[
                        ("id", NUMBER),
                        (
                            "authority",
                            models.ForeignKey(
                                db_column="contractingauthority_id",
                                on_delete=django.db.models.deletion.CASCADE,
                                to=AUTHORITY,
                            ),
                        ),
                        (
                            "staff",
                            models.ForeignKey(
                                db_column="staffmember_id", on_delete=django.db.models.deletion.CASCADE, to=STAFF
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "合意を行う職員",
                        "db_table": "directory_contractingauthority_consenters",
                        "unique_together": {("authority", "staff")},
                    },
                ),
                migrations.AlterField(
                    model_name="contractingauthority",
                    name="consenters",
                    field=models.ManyToManyField(
                        related_name="authorities",
                        through="directory.Consenter",
                        to=STAFF,
                        verbose_name="合意を行う職員",
                    ),
                ),
            ],
            database_operations=[],
        ),
        migrations.AddField(
            model_name="consenter",
            name="ground",
            field=models.CharField(
                blank=True, default="", db_default="", max_length=120, verbose_name="専決・委任の根拠"
            ),
        ),
        migrations.CreateModel(
            name="DeputyHolder",
            fields=[
                ("id", NUMBER),
                ("authority", link(AUTHORITY, related_name="deputies")),
                ("appears_as", models.CharField(max_length=80, verbose_name="契約書での名義")),
                ("name", models.CharField(max_length=80, verbose_name="職務代理者の氏名")),
                ("reason", models.CharField(max_length=120, verbose_name="職務代理の理由")),
                ("ground", models.CharField(max_length=120, verbose_name="職務代理の根拠")),
                ("begins_on", models.DateField(verbose_name="職務代理の始まり")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="職務代理の終わり")),
            ],
            options={"verbose_name": "職務代理者", "ordering": ("begins_on", "id")},
        ),
        migrations.CreateModel(
            name="TitleHolder",
            fields=[
                ("id", NUMBER),
                ("authority", link(AUTHORITY, related_name="holders")),
                ("name", models.CharField(max_length=80, verbose_name="名義人の氏名")),
                ("begins_on", models.DateField(blank=True, null=True, verbose_name="在任の始まり")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="在任の終わり")),
            ],
            options={"verbose_name": "名義人", "ordering": ("begins_on", "id")},
        ),
        migrations.CreateModel(
            name="TitleUse",
            fields=[
                ("id", NUMBER),
                (
                    "authority",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="uses", to=AUTHORITY),
                ),
                ("staff", link(STAFF, null=True, blank=True, related_name="+")),
                ("department", link("directory.department", null=True, blank=True, related_name="+")),
                ("group", link("directory.group", null=True, blank=True, related_name="+")),
            ],
            options={
                "verbose_name": "契約名義の使用範囲",
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(department__isnull=True, group__isnull=True, staff__isnull=False)
                        | Q(department__isnull=False, group__isnull=True, staff__isnull=True)
                        | Q(department__isnull=True, group__isnull=False, staff__isnull=True),
                        name="title_use_names_one",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="contractingauthority",
            name="approvers",
            field=models.ManyToManyField(blank=True, related_name="+", to=STAFF, verbose_name="承認者"),
        ),
        migrations.AddField(
            model_name="contractingauthority",
            name="begins_on",
            field=models.DateField(blank=True, null=True, verbose_name="有効期間の始まり"),
        ),
        migrations.AddField(
            model_name="contractingauthority",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="有効期間の終わり"),
        ),
        migrations.AddField(
            model_name="contractingauthority",
            name="ground_kind",
            field=models.CharField(
                blank=True,
                choices=[("law", "法令"), ("rule", "条例・規則"), ("delegation", "委任")],
                default="",
                db_default="",
                max_length=12,
                verbose_name="権限の根拠の別",
            ),
        ),
        migrations.AddField(
            model_name="contractingauthority",
            name="ground_number",
            field=models.CharField(
                blank=True, default="", db_default="", max_length=60, verbose_name="法令・規則の番号"
            ),
        ),
        migrations.AddField(
            model_name="contractingauthority",
            name="open_to_all",
            field=models.BooleanField(default=True, db_default=True, verbose_name="契約担当の全員が使える"),
        ),
        migrations.RemoveConstraint(model_name="contractingauthority", name="authority_once"),
        migrations.AddConstraint(
            model_name="contractingauthority",
            constraint=models.UniqueConstraint(
                condition=Q(ends_on__isnull=True), fields=("municipality", "title"), name="authority_in_force"
            ),
        ),
        migrations.AddConstraint(
            model_name="contractingauthority",
            constraint=models.CheckConstraint(
                condition=Q(begins_on__isnull=True) | Q(ends_on__isnull=True) | Q(begins_on__lte=F("ends_on")),
                name="authority_days",
            ),
        ),
    ]
