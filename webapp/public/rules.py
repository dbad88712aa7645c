"""What the site holds about anybody, as one table: the notice is made of it, and a test compares it with the database.

The list form is asked for by article 21 of the Regulations on Network Data Security (2025): what, why, by which law,
how long, who receives.
"""

from typing import NamedTuple

from webapp.consents.rules import AGREED, FIELDS
from webapp.core.errors import N_


class Held(NamedTuple):
    """One line of the notice, all msgids.

    `tables` are the database tables it speaks for, `names` the fields of a record that it tells, where it names any.
    """

    what: str
    why: str
    law: str
    kept: str
    seen_by: str
    tables: tuple[str, ...]
    names: tuple[str, ...] = ()


DUTY = N_("《个人信息保护法》第十三条第三项、第三十四条：履行法定职责所必需")
SECURITY = N_("《网络安全法》第二十三条：留存日志，防止破坏和泄露")
STATISTICS = N_("《统计法》第二十四条：统计台账和审核、签署、报送、归档制度")

HELD: tuple[Held, ...] = (
    Held(
        N_("工作人员的账号：姓名、登录名（可以是手机号）、角色、所在单位，哪天作的保密承诺；密码只存无法还原的摘要"),
        N_("登录；让大家知道一份月报是谁报的、该找谁"),
        DUTY,
        N_("在岗期间。停用后不能再登录，姓名随报过的月报一起保留"),
        N_("本人，本单位和上级单位的工作人员"),
        ("account",),
    ),
    Held(
        N_("已登录的设备：设备名称、登录时间、最近联系时间、到期时间"),
        N_("丢了手机可以及时停用；看同步是否正常，不用来评价人"),
        SECURITY,
        N_("登录有效期内；退出、停用或到期满 180 天后删除"),
        N_("本人，本单位和上级单位负责账号的工作人员"),
        ("device",),
    ),
    Held(
        N_("邀请：受邀人姓名、角色、单位、邀请人、有效期；链接只存摘要"),
        N_("确认新账号是谁开的、给谁用"),
        DUTY,
        N_("24 小时有效；满 180 天后删除"),
        N_("受邀人，本单位和上级单位的工作人员"),
        ("invitation",),
    ),
    Held(
        N_(
            "登录失败、扫门上的码、留言、来信和查进度、查不到的回执各多少次：登录名、网络地址和码都只存摘要，看不出原样"
        ),
        N_("挡住猜密码、猜户码、猜回执号和乱发留言的人"),
        SECURITY,
        N_("一天，之后有人登录或扫码时清除"),
        N_("没有人查看，只由程序计数"),
        ("failed_sign_in",),
    ),
    Held(
        N_(
            "您写来的投诉、个人信息请求、求助和建议：是哪里的事、写的话，想留才留的联系方式；每一步是哪个单位什么时候办的。"
            "查进度的密码只存无法还原的摘要"
        ),
        N_("办理、答复，逾期自动转到上一级；算出各单位办得快慢"),
        N_("《个人信息保护法》第十三条第一项（您自己写来）、第五十条，《信访工作条例》"),
        N_("办结后一年，个人信息请求三年；满了销毁密钥，写的话无法再读，办得快慢的数没有姓名，长期保存"),
        N_("正在办的那个单位，求助还有本组组长；被投诉的人和他的单位看不到"),
        ("case_file", "case_step"),
    ),
    Held(
        N_("发生的事：出生、死亡、流入、流出、服务的日期、人数、户数、来去地区和说明。没有姓名、证件号和住址"),
        N_("自动算出每月月报，不用重复填表"),
        STATISTICS,
        N_("作为统计台账长期保存；说明满%(notes)s清空，走访时记下的在那一户销毁密钥时清空"),
        N_("本组组长，本社区（村）和上级单位的工作人员"),
        ("event", "closed_month"),
    ),
    Held(
        N_("月报：各项数字、调整的理由、退回的理由、由谁填报和审核"),
        N_("按月上报，可以查对，可以更正"),
        STATISTICS,
        N_("作为统计资料长期保存，更正后旧版本也保留"),
        N_("本组组长，本社区（村）和上级单位的工作人员；公开的只有回执"),
        ("report", "report_version", "fact"),
    ),
    Held(
        N_("宣传和服务的记录：送达户数、份数、人数、学时、服务点存量、会议议程和记录、由谁记下。不记谁参加、谁领取"),
        N_("安排宣传和服务；算出月报里送达、指南和补货的数"),
        DUTY,
        N_("作为统计台账长期保存"),
        N_("本单位和上级单位的工作人员，审计"),
        ("outreach_entry",),
    ),
    Held(
        N_("回执：回执号、单位、月份、申报和收到的时间、内容的校验值。没有数字，没有姓名"),
        N_("证明月报已经送到、没有被改过"),
        STATISTICS,
        N_("和月报一样长"),
        N_("知道回执号或核对码的任何人"),
        ("receipt",),
    ),
    Held(
        N_("操作记录：谁在什么时候做了什么，例如登录、上报、退回、导出"),
        N_("出了差错查得清，数字改动有据可查"),
        SECURITY,
        N_("至少三年；一环扣一环，不能改、不能删"),
        N_("本人，审计和负责安全的人员"),
        ("ledger_line", "ledger_tip", "change"),
    ),
)

# The register of households: its fields are told by `consents`, what hangs on a household is told here.
REGISTER = ("household", "household_term", "household_word", "subject_key", "consent")
OF_HOUSEHOLDS: tuple[Held, ...] = (
    *(Held(*field[1:], REGISTER) for field in FIELDS),
    Held(
        N_("门上的户码：一串随机字符和一个 7 位号码，里面没有姓名、地址；丢了可以作废重发"),
        N_("到了门口扫一下就打开这一户，不会弄错"),
        DUTY,
        N_("作废后不再能用；住户销毁密钥时一起失效"),
        N_("工作人员扫到的是自己负责的这一户；别人扫到的只是社区的公开页"),
        ("card",),
    ),
    Held(
        N_(
            "每次走访：哪个组、哪一户、哪一天、谁去的、见到没有、说了哪些服务、哪天以前不再上门、约了哪天再来、备注。"
            "没有照片、定位和签名"
        ),
        N_("不重复上门，约好的不忘，不愿被打扰的不去；算出月报里走访和服务的数"),
        DUTY,
        N_("%(visits)s，满了删除；旧手机交来等人核对的，处理完%(held)s后删除；统计数字没有姓名，长期保存"),
        N_("本组组长，本社区（村）的协管员和干事；审计只看到打码的"),
        ("visit", "held_record"),
        ("unit", "household", "date", "outcome", "topics", "not_before", "follow_up", "note"),
    ),
    Held(
        N_(
            "您提出的需求：哪个组、哪一户、要什么服务、哪天提的、哪次走访时说的、办到哪一步、转给了谁、答应哪天前回复、"
            "哪天办结、备注"
        ),
        N_("记得答应过的事，办完为止；算出月报里需求的数"),
        DUTY,
        N_("办结后%(needs)s，满了删除；统计数字没有姓名，长期保存"),
        N_("本组组长，本社区（村）的协管员和干事；审计只看到打码的"),
        ("need",),
        (
            "unit",
            "household",
            "service",
            "opened",
            "visit",
            "state",
            "referred_to",
            "promised",
            "closed",
            "note",
        ),
    ),
    Held(
        N_("抽中请答问卷的是哪几户。谁答了、答了什么都不记：卡上没有名字，哪张卡送到哪一户也不记"),
        N_("把问卷卡送到抽中的门上"),
        DUTY,
        N_("调查结束就删除"),
        N_("本社区（村）的干事"),
        ("survey_door",),
    ),
    Held(
        N_(
            "问卷的回答：一收到就加进各题的合计，不存一份一份的答卷；您自己写的话加密另存，按字顺排，不和别的回答放在一起"
        ),
        N_("知道大家满意不满意、政策讲清楚了没有"),
        AGREED,
        N_("您写的话：调查结束满一年删除。合计里没有人，长期保存；少于 5 人的数不公布"),
        N_("合计：发起调查的单位和审计；您写的话：只有发起调查的单位"),
        ("survey", "survey_place", "survey_invitation", "survey_tally", "survey_texts"),
    ),
    Held(
        N_("您扫码告诉我们的话：要纠正什么、要什么帮助，电话可以不留"),
        N_("转给负责您这一片的人去办"),
        AGREED,
        N_("办完后一年，满了删除"),
        N_("本组组长，本社区（村）的协管员和干事"),
        ("feedback",),
    ),
)
EVERYTHING: tuple[Held, ...] = (*HELD, *OF_HOUSEHOLDS)

# Tables about the work itself, not about anybody.
ABOUT_NOBODY = frozenset(
    {
        "unit",
        "unit_term",
        "form_version",
        "due_exception",
        "due_extension",
        "rollup_mark",
        "master_key",
        "box_key",
        "alembic_version",
        "office_page",
        "document",
        "edition",
        "attachment",
        "display",
        "amount",
        "search_subject",
        "search_word",
        "search_posting",
    }
)

# What we do not hold and do not do.
REFUSED: tuple[str, ...] = (
    N_("没有婚姻、怀孕、避孕、生育证明的栏目，不问生几个孩子，不查任何人的身体"),
    N_("没有民族、宗教、政治面貌的栏目"),
    N_("不打卡、不积分、不排名，不统计谁用得多、谁用得少"),
    N_("不要照片、定位和手写签名，不记录谁去过哪里"),
    N_("不给人贴标签，不列名单，不给人打分；要评也只评单位的服务和数据质量"),
    N_("不在不同地方之间比对同一个人，不和别的部门的名册比对"),
    N_("不成批导出带姓名的名单"),
)

# How pages may look: name of the cookie -> what it may be.
LOOKS: dict[str, tuple[str, ...]] = {
    "lang": ("zh-Hans", "zh-Hant", "en"),
    "size": ("normal", "large"),
    "theme": ("auto", "light", "dark"),
}
LOOKS_DAYS = 400  # the longest that browsers keep a cookie
