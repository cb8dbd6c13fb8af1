"""The forms of the admin desk."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    RadioField,
    SearchField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from registry.queries.account import PEOPLE_STATES
from registry.queries.organisation import LIST_STATES
from registry.rules.people import NOT_GRANTABLE
from registry.rules.permissions import Role, ScopeKind
from registry.web.language import said, t
from registry.web.pinning import DayField
from registry.words import Words
from registry.words.people import PEOPLE_STATES as STATE_WORDS
from registry.words.people import VERIFICATION
from registry.words.roles import ROLES, SCOPES

GRANTABLE = [role for role in Role if role not in NOT_GRANTABLE]


class _Search(FlaskForm):  # type: ignore[misc]
    """A GET: its fields stand in the address, and it needs no token."""

    class Meta:
        csrf = False


class OrganisationSearch(_Search):
    q = SearchField(Words("名称或代码", "Name or code"))
    verification = SelectField(Words("核验", "Verification"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.verification.choices = [SelectChoice("", t("全部", "All"))] + [
            SelectChoice(state, said(VERIFICATION[state])) for state in LIST_STATES
        ]


class PeopleSearch(_Search):
    q = SearchField(Words("姓名或邮箱", "Name or mail address"))
    role = SelectField(Words("角色", "Role"))
    state = SelectField(Words("账户状态", "State of the account"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        everyone = [SelectChoice("", t("全部", "All"))]
        self.role.choices = everyone + [
            SelectChoice(role.value, said(ROLES[role.value])) for role in GRANTABLE
        ]
        self.state.choices = everyone + [
            SelectChoice(s, said(STATE_WORDS[s])) for s in PEOPLE_STATES
        ]


class RefuseForm(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField(Words("理由", "Reason"))


class GroupForm(FlaskForm):  # type: ignore[misc]
    group = StringField(Words("所属集团", "Group"), validators=[Optional()])


class InviteForm(FlaskForm):  # type: ignore[misc]
    name = StringField(Words("姓名", "Name"))
    email = EmailField(Words("邮箱", "Mail address"))
    language = RadioField(
        Words("邮件语言", "Language of the mail"),
        choices=[SelectChoice("zh", "简体中文"), SelectChoice("en", "English")],
    )


class GrantForm(FlaskForm):  # type: ignore[misc]
    role = SelectField(Words("角色", "Role"))
    scope_kind = RadioField(Words("范围", "Scope"))
    scope = StringField(
        Words("单位、基金或园区", "Organisation, fund or zone"), validators=[Optional()]
    )
    from_day = DayField(Words("自", "From"))
    to_day = DayField(Words("至", "To"), validators=[Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [
            SelectChoice(role.value, said(ROLES[role.value])) for role in GRANTABLE
        ]
        self.scope_kind.choices = [
            SelectChoice(kind.value, said(SCOPES[kind.value])) for kind in reversed(list(ScopeKind))
        ]


class ConflictForm(FlaskForm):  # type: ignore[misc]
    organisation = StringField(Words("单位", "Organisation"))
    reason = TextAreaField(Words("理由", "Reason"))
    from_day = DayField(Words("自", "From"))
    to_day = DayField(Words("至", "To"), validators=[Optional()])


class EraseForm(FlaskForm):  # type: ignore[misc]
    confirmed = BooleanField(
        Words("我明白此操作无法撤销", "I understand that this cannot be undone")
    )
