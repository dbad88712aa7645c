"""What went wrong, as data: rules return problems, services raise errors, one handler answers."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import get_locale, gettext


def N_(text: str) -> str:  # noqa: N802 - the customary name of the marker in gettext tools
    """Mark `text` for translation where it is written, and return it unchanged."""
    return text


class Problem(NamedTuple):
    """One thing wrong with one field.

    `field` is the name of the input (dotted for nested ones), `code` never changes, `sentence` is a translatable
    text with `%(name)s` places that `params` fills: numbers, texts, or texts by language.
    """

    field: str
    code: str
    sentence: str
    params: dict[str, Any] = {}


def say(problem: Problem) -> str:
    """Return the sentence of `problem` in the reader's language; texts by language among its params too."""
    tag = str(get_locale() or "zh_Hans").replace("_", "-")
    params = {
        name: value.get(tag, value["zh-Hans"]) if isinstance(value, Mapping) else value
        for name, value in problem.params.items()
    }
    return str(gettext(problem.sentence, **params))


def spell(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Return `problems` as the doors answer them: `[{"field", "code", "message"}]`."""
    return [{"field": p.field, "code": p.code, "message": say(p)} for p in problems]


class AppError(Exception):
    """An expected refusal. `status` is its HTTP status, `problem` the sentence for the person."""

    status = 500
    code = "error"
    sentence = N_("出了点问题，请稍后再试。")

    def __init__(self, problem: Problem | None = None) -> None:
        """Take the `problem` to tell; without one the sentence of the class is told."""
        super().__init__(problem.code if problem else self.code)
        self.problem = problem or Problem("", self.code, self.sentence)


class NotFound(AppError):
    """No such thing, or nothing the reader may know of: both look the same."""

    status = 404
    code = "not_found"
    sentence = N_("没有找到这个页面，或者它不在您的负责范围内。")


class Forbidden(AppError):
    """The reader is known, and this is not for them."""

    status = 403
    code = "forbidden"
    sentence = N_("您的账号不能做这件事。")


class Unauthorised(AppError):
    """Nobody is signed in on this device, or no longer."""

    status = 401
    code = "signed_out"
    sentence = N_("请先登录。")


class Revoked(Unauthorised):
    """The session on this device was ended from elsewhere: by its owner, or because the account was closed."""

    code = "revoked"
    sentence = N_("这台设备已经被退出登录。")


class Closed(AppError):
    """The session lives, but the phone has not proved that its vault is open."""

    status = 401
    code = "closed"
    sentence = N_("这部手机锁着，请先打开。")


class TooLarge(AppError):
    """More than one call may carry."""

    status = 413
    code = "too_large"
    sentence = N_("一次提交的内容太多。")


class TooMany(AppError):
    """Too many attempts in a short time."""

    status = 429
    code = "too_many"
    sentence = N_("尝试次数太多，请过一会儿再试。")


class BadRequest(AppError):
    """The request is not of the agreed shape."""

    status = 400
    code = "bad_request"
    sentence = N_("请求的格式不对。")


class WrongMethod(BadRequest):
    """Nothing of that kind can be done at this address."""

    status = 405


class Invalid(AppError):
    """The input breaks a rule; `problems` says which fields."""

    status = 422
    code = "invalid"
    sentence = N_("有些内容需要改一改。")

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Take the `problems`, at least one."""
        super().__init__(problems[0])
        self.problems = list(problems)
