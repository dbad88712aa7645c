"""Finding by words: an index of any subject's texts, alike on every database.

Job: keep which words stand where in a subject, and find the subjects that say what was typed, in either script of
Chinese, in pinyin, by initials, in English, with a slip of the finger.
May import: core. Must not import: other rooms (views.py is a door).
"""
