"""Personnel transfers: planned in March, checked, and done by themselves at 0:00 JST of their day 人事異動."""
