"""Uploaded files, stored once by content, and the papers of dossiers they are attached as."""

from sqlalchemy import Column, Identity, LargeBinary, Text
from sqlmodel import BigInteger, Field, SQLModel


class StoredFile(SQLModel, table=True):
    """The bytes of an upload, named by their SHA-256; `media` is what the content is, not what its name says."""

    __tablename__ = "file"
    sha256: str = Field(primary_key=True, sa_type=Text)
    media: str = Field(sa_type=Text)
    size: int
    content: bytes = Field(sa_type=LargeBinary)


class Attachment(SQLModel, table=True):
    """A file as a paper of a dossier; taken off, the row stays and `removed_version` says when."""

    __tablename__ = "attachment"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    nomination_id: str = Field(foreign_key="nomination.id", sa_type=Text)
    paper: str = Field(sa_type=Text)
    sha256: str = Field(foreign_key="file.sha256", sa_type=Text)
    name: str = Field(sa_type=Text)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInteger)
    version: int
    removed_version: int | None = None
