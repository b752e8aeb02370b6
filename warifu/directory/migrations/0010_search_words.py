from typing import Any

from django.db import migrations

from warifu.japan import characters


AT_ONCE = 500


def find_by_all(apps: Any, schema_editor: Any) -> None:
    """Firms that were entered before are found by number, person and mail too."""
    firms = apps.get_model("directory", "Counterparty").objects
    due = list(firms.filter(search_text="").values_list("pk", flat=True))
    for start in range(0, len(due), AT_ONCE):
        some = list(firms.filter(pk__in=due[start : start + AT_ONCE]))
        for firm in some:
            words = (firm.name, firm.corporate_number, firm.mail, firm.signatory_name)
            keys = dict.fromkeys(characters.search_key(word) for word in words)
            firm.search_text = "\n".join(key for key in keys if key)
        firms.bulk_update(some, ["search_text"], batch_size=100)


class Migration(migrations.Migration):
    dependencies = [("directory", "0009_counterparty_register")]
    operations = [migrations.RunPython(find_by_all, migrations.RunPython.noop, elidable=True)]
