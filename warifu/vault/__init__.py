"""Bytes by identifier, encrypted under their owner's key, erasable by destroying that key 暗号化保管.

The room knows neither what the bytes mean nor who the owner is: an owner is a word.
"""
