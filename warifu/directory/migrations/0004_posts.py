from typing import Any

from django.db import migrations


def give_posts(apps: Any, schema_editor: Any) -> None:
    """Whoever works somewhere already holds a main post there 所属の補充."""
    staff, post = apps.get_model("directory", "StaffMember"), apps.get_model("directory", "Post")
    post.objects.bulk_create(
        (
            post(staff=member, department_id=member.department_id, title=member.title)
            for member in staff.objects.iterator()
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_organisation")]

    operations = [migrations.RunPython(give_posts, migrations.RunPython.noop, elidable=True)]
