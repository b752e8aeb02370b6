"""Trial certification authority, revocation server and timestamping authority 試験用認証局.

A working double of what only an organisation can have: an accredited timestamping authority (認定時刻認証業務) and a
signing certificate from a public authority. Nothing issued here has legal weight; every certificate says 試験用
in its subject. The package stands alone: it imports nothing of the product and the product imports nothing of it.
"""
