"""The verbs of the archive 保存の操作."""

from .filing import file_records
from .filing_rules import file_unfiled, set_filing_rule
from .folder_rights import Given, change_named, give_folder_right, take_folder_right
from .folders import FolderEntry, add_folder, change_folder, close_folder, move_folder
from .records import accession, hand_out_evidence, seal_algorithms

__all__ = [
    "FolderEntry",
    "Given",
    "accession",
    "add_folder",
    "change_folder",
    "change_named",
    "close_folder",
    "file_records",
    "file_unfiled",
    "give_folder_right",
    "hand_out_evidence",
    "move_folder",
    "seal_algorithms",
    "set_filing_rule",
    "take_folder_right",
]
