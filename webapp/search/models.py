"""Tables of the index. Words are numbers made of their letters, so that no database's order of letters matters."""

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id


class SearchSubject(Base):
    """Something that is found, by its short `number`; `place` decides between two that say the words alike."""

    __tablename__ = "search_subject"
    __table_args__ = (UniqueConstraint("subject_type", "subject_id"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(Id)
    place: Mapped[str] = mapped_column(String(100))


class SearchWord(Base):
    """How many subjects of a type say a word; `word` is `rules.number_of(type, word)`."""

    __tablename__ = "search_word"

    word: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subjects: Mapped[int]


class SearchPosting(Base):
    """That a subject says a word, and how loudly (see `rules.WEIGHTS`)."""

    __tablename__ = "search_posting"
    __table_args__ = (Index("ix_search_posting_subject", "subject"), {"sqlite_with_rowid": False})

    word: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subject: Mapped[int] = mapped_column(ForeignKey("search_subject.number"), primary_key=True, autoincrement=False)
    weight: Mapped[int] = mapped_column(SmallInteger)
