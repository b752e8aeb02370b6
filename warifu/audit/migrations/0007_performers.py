"""Those who have acted until now can be searched for too."""

import hashlib

from django.db import migrations

from warifu.japan import characters


def remember(apps, schema_editor):
    """Who has acted until now; `performers.remember` does the same for each new line."""
    entries, performers = apps.get_model("audit", "Entry"), apps.get_model("audit", "Performer")
    told = entries.objects.order_by().values_list("ledger", "actor_id", "actor_name", "actor_post", "ip").distinct()
    performers.objects.bulk_create(
        [
            performers(
                ledger_id=ledger,
                actor_id=actor,
                name=name,
                post=post,
                ip=ip or "",
                name_key=characters.search_key(name),
                post_key=characters.search_key(post),
                digest=hashlib.sha256(f"{name}\0{post}\0{ip or ''}".encode()).hexdigest(),
            )
            for ledger, actor, name, post, ip in told
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_search")]
    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
