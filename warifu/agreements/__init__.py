"""From a draft to a concluded contract 契約案件."""
