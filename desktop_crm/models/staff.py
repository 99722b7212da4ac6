"""People of the shop."""

import datetime as dt

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.models.base import Record


class Staff(Record):
    """Salesperson, technician, approver; sign-in comes later."""

    __tablename__ = "staff"

    code: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, default="")
    mobile: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(Text, default="")
    is_salesperson: Mapped[bool] = mapped_column(default=True)
    is_technician: Mapped[bool] = mapped_column(default=False)
    is_approver: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[dt.datetime | None]
