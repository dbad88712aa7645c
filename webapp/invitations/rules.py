"""How long a link opens, and what has to be undertaken."""

from datetime import timedelta

from webapp.core.errors import N_, Problem

OPEN_FOR = timedelta(hours=24)


def problems_with_undertaking(ticked: str, version: int) -> list[Problem]:
    """Return what is wrong when `ticked`, the version that a form's box stands for, is not `version`."""
    if ticked == str(version):
        return []
    return [Problem("undertaking", "required", N_("请先读完保密承诺，同意的打勾，才能开始使用。"))]
