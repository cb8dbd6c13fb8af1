"""The mails about accounts and organisations, in both languages. Each is a subject and a body;
salutation and closing words are put around it when it is sent (`templates/email`)."""

from __future__ import annotations

from typing import NamedTuple

from . import Words


class Mail(NamedTuple):
    subject: Words
    body: Words


def _filled(mail: Mail, **values: object) -> Mail:
    def fill(words: Words) -> Words:
        return Words(words.zh % values, words.en % values)

    return Mail(fill(mail.subject), fill(mail.body))


def registration(link: str, days: int) -> Mail:
    return _filled(
        Mail(
            Words("请确认您的注册", "Please confirm your registration"),
            Words(
                "有人用此邮箱注册账户。如果是您，请打开下面的链接设置密码，"
                "链接 %(days)s 天内有效，只能使用一次：\n\n%(link)s\n\n如果不是您，请忽略本邮件。",
                "An account was asked for with this address. If it was you, open this link to set "
                "a password. It works once, for %(days)s days:\n\n%(link)s\n\n"
                "If it was not you, ignore this mail.",
            ),
        ),
        link=link,
        days=days,
    )


def registered_already(link: str) -> Mail:
    return _filled(
        Mail(
            Words("您已有账户", "You have an account already"),
            Words(
                "有人用此邮箱再次注册，而您已有账户。您可以直接登录；忘记密码时可在登录页重设：\n\n"
                "%(link)s\n\n如果不是您，请忽略本邮件。",
                "Somebody registered with this address, which has an account already. Sign in, or "
                "set a new password from the sign-in page:\n\n%(link)s\n\n"
                "If it was not you, ignore this mail.",
            ),
        ),
        link=link,
    )


def invitation(link: str, days: int, organisation: str, role: Words | None) -> Mail:
    """Into the registry by an administrator, or into an organisation by a colleague."""
    if role is None:
        return _filled(
            Mail(
                Words("邀请您使用登记平台", "You are invited to the registry"),
                Words(
                    "管理员邀请您使用登记平台。请打开下面的链接设置密码，"
                    "链接 %(days)s 天内有效，只能使用一次：\n\n%(link)s",
                    "An administrator invites you to the registry. Open this link to set a "
                    "password. It works once, for %(days)s days:\n\n%(link)s",
                ),
            ),
            link=link,
            days=days,
        )
    return _filled(
        Mail(
            Words("邀请您加入“%(name)s”", "You are invited to join %(name)s"),
            Words(
                "同事邀请您以“%(role_zh)s”身份加入“%(name)s”。请打开下面的链接查看并接受，"
                "链接 %(days)s 天内有效，只能使用一次：\n\n%(link)s\n\n"
                "如果您不认识该单位，请忽略本邮件，什么都不会发生。",
                "A colleague invites you to join %(name)s (%(role_en)s). Open this link to see and "
                "accept it. It works once, for %(days)s days:\n\n%(link)s\n\n"
                "If you do not know this organisation, ignore this mail and nothing happens.",
            ),
        ),
        link=link,
        days=days,
        name=organisation,
        role_zh=role.zh,
        role_en=role.en,
    )


def reset(link: str, hours: int) -> Mail:
    return _filled(
        Mail(
            Words("设置新密码", "Set a new password"),
            Words(
                "请打开下面的链接设置新密码，链接 %(hours)s 小时内有效，只能使用一次：\n\n%(link)s\n\n"
                "如果不是您要求的，请忽略本邮件，原密码不变。",
                "Open this link to set a new password. It works once, for %(hours)s hours:\n\n"
                "%(link)s\n\nIf you did not ask for it, ignore this mail: the password stays.",
            ),
        ),
        link=link,
        hours=hours,
    )


def locked(failures: int, minutes: int, link: str) -> Mail:
    return _filled(
        Mail(
            Words("您的账户已暂时锁定", "Your account is locked for a while"),
            Words(
                "连续 %(failures)s 次密码错误，账户锁定 %(minutes)s 分钟，之后自动解除。"
                "如果不是您本人，有人可能在猜测您的密码，建议设置新密码：\n\n%(link)s",
                "After %(failures)s wrong passwords the account is locked for %(minutes)s minutes, "
                "then opens by itself. If this was not you, somebody may be guessing; you may set "
                "a new password:\n\n%(link)s",
            ),
        ),
        failures=failures,
        minutes=minutes,
        link=link,
    )


PASSWORD_CHANGED = Mail(
    Words("您的密码已更改", "Your password was changed"),
    Words(
        "您的账户密码刚刚更改，其他设备上的会话均已退出。如果不是您本人，请立即联系管理员。",
        "The password of your account was changed just now, and all other sessions were ended. "
        "If this was not you, tell an administrator at once.",
    ),
)


def role_granted(role: Words, scope: Words, from_day: str, to_day: Words) -> Mail:
    return _filled(
        Mail(
            Words("您获得新的角色", "You were granted a role"),
            Words(
                "角色：%(role_zh)s\n范围：%(scope_zh)s\n期限：%(from_day)s 至 %(to_zh)s",
                "Role: %(role_en)s\nScope: %(scope_en)s\nFrom %(from_day)s to %(to_en)s",
            ),
        ),
        role_zh=role.zh,
        role_en=role.en,
        scope_zh=scope.zh,
        scope_en=scope.en,
        from_day=from_day,
        to_zh=to_day.zh,
        to_en=to_day.en,
    )


def role_revoked(role: Words) -> Mail:
    return _filled(
        Mail(
            Words("您的一个角色已收回", "One of your roles was revoked"),
            Words("已收回的角色：%(zh)s", "Role revoked: %(en)s"),
        ),
        zh=role.zh,
        en=role.en,
    )


def conflict_declared(organisation: str) -> Mail:
    return _filled(
        Mail(
            Words("已登记您的回避事项", "A conflict of interest of yours was declared"),
            Words(
                "已登记您与“%(name)s”的利益冲突。在此期间您不能办理该单位的案件。",
                "Your conflict of interest with %(name)s was declared. While it lasts, you take "
                "no part in its cases.",
            ),
        ),
        name=organisation,
    )


def organisation_verified(organisation: str) -> Mail:
    return _filled(
        Mail(
            Words("单位已通过核验", "Your organisation is verified"),
            Words(
                "“%(name)s”已通过核验，可以提交申请。",
                "%(name)s is verified and may submit applications.",
            ),
        ),
        name=organisation,
    )


def organisation_refused(organisation: str, reason: str) -> Mail:
    return _filled(
        Mail(
            Words("单位核验未通过", "Your organisation was not verified"),
            Words(
                "“%(name)s”未通过核验。理由：\n\n%(reason)s\n\n"
                "请登录，在“我的单位”中改正后重新提交。",
                "%(name)s was not verified. The reason:\n\n%(reason)s\n\n"
                "Sign in, correct the data under “My organisations” and submit them again.",
            ),
        ),
        name=organisation,
        reason=reason,
    )


def organisation_waits(organisation: str, link: str) -> Mail:
    return _filled(
        Mail(
            Words("有单位等待核验", "An organisation waits to be verified"),
            Words("“%(name)s”等待核验：\n\n%(link)s", "%(name)s waits:\n\n%(link)s"),
        ),
        name=organisation,
        link=link,
    )


ERASED = Mail(
    Words("您的个人信息已删除", "Your personal data were erased"),
    Words(
        "应要求，您的姓名、邮箱和登录信息已从登记平台删除，账户已停用。本邮件是最后一封。",
        "As asked, your name, address and sign-in data were erased from the registry and the "
        "account is closed. This is the last mail.",
    ),
)
