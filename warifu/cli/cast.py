"""The cast of the demonstration: eight municipalities, their people and firms デモデータの登場人物.

The bodies and their names are real; persons, posts, telephone numbers, addresses and firms are invented.
"""

from dataclasses import dataclass

from warifu.access.rights import Role
from warifu.japan import bodies

OFFICER = (Role.OFFICER,)
APPROVER = (Role.APPROVER,)
READER = (Role.READER,)
MANAGER = (Role.MANAGER, Role.READER)
ADMINISTRATOR = (Role.ADMINISTRATOR,)
KEEPER = (Role.KEEPER,)
AUDITOR = (Role.AUDITOR,)
COORDINATOR = (Role.COORDINATOR,)


@dataclass(frozen=True, slots=True)
class Member:
    """Who works where, and as what 職員."""

    login: str
    name: str
    department: str
    title: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Authority:
    """A name to contract in, and the login of who consents in it 契約名義."""

    title: str
    ground: str
    consenter: str


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm of the register 事業者."""

    corporate_number: str
    name: str
    address: str
    signatory_title: str
    signatory_name: str
    mail: str


@dataclass(frozen=True, slots=True)
class Town:
    """One body as it is planted; members are told apart by the part of their address before the @ 団体.

    `departments` are paths with telephone numbers, what stands above before what stands below it.
    """

    body: bodies.Body
    departments: tuple[tuple[str, str], ...]
    members: tuple[Member, ...]
    authorities: tuple[Authority, ...]
    firms: tuple[Firm, ...]

    def mail_of(self, member: Member) -> str:
        return f"{member.login}@{self.body.slug}.example.jp"


_BODIES = {body.slug: body for body in bodies.BODIES}
_HEAD = "地方自治法第147条・第149条（{head}）"
_DECIDED_BY = "地方自治法第149条（{head}。事務決裁規程による{title}の専決）"
_DELEGATED = "地方自治法第180条の2（{head}からの委任）"
_WATER_BY_HEAD = "地方公営企業法第8条第2項（管理者の権限を行う{head}）"
_MANAGER = "地方公営企業法第8条第1項（管理者）"

_MORIOKA = Town(
    body=_BODIES["morioka"],
    departments=(
        ("財政部", "019-000-1100"),
        ("財政部 契約検査課", "019-000-1110"),
        ("総務部", "019-000-1000"),
        ("総務部 総務課", "019-000-1010"),
        ("教育委員会事務局", "019-000-1300"),
        ("上下水道局", "019-000-1400"),
        ("市立病院", "019-000-1500"),
        ("市立病院 事務局", "019-000-1500"),
        ("監査委員事務局", "019-000-1600"),
    ),
    members=(
        Member("sato", "佐藤 美咲", "財政部 契約検査課", "主任", OFFICER),
        Member("suzuki", "鈴木 健一", "財政部 契約検査課", "課長補佐", APPROVER),
        Member("onodera", "小野寺 隆", "財政部", "財政部長", READER),
        Member("yoshida", "吉田 由美子", "教育委員会事務局", "教育部長", READER),
        Member("kikuchi", "菊池 修", "上下水道局", "上下水道部長", READER),
        Member("kumagai", "熊谷 恵", "市立病院 事務局", "事務局長", READER),
        Member("oikawa", "及川 雅子", "総務部 総務課", "課長", MANAGER),
        Member("chida", "千田 学", "総務部 総務課", "係長", ADMINISTRATOR),
        Member("obara", "小原 律子", "総務部 総務課", "主査", KEEPER),
        Member("abe", "阿部 聡", "監査委員事務局", "主任", AUDITOR),
        Member("konno", "今野 亜希", "財政部 契約検査課", "主事", COORDINATOR),
    ),
    authorities=(
        Authority("盛岡市長", _DECIDED_BY.format(head="市長", title="財政部長"), "onodera"),
        Authority("盛岡市教育委員会教育長", _DELEGATED.format(head="市長"), "yoshida"),
        Authority("盛岡市上下水道事業管理者", _MANAGER, "kikuchi"),
        Authority("盛岡市病院事業管理者", _MANAGER, "kumagai"),
    ),
    # Corporate numbers here begin with 99 after the check digit: no registry office has that code.
    firms=(
        Firm(
            "7990001000001",
            "岩手建設株式会社",
            "岩手県盛岡市架空町一丁目1番1号",
            "代表取締役",
            "工藤 正一",
            "kudo@iwate-kensetsu.example.jp",
        ),
        Firm(
            "6990001000002",
            "株式会社髙﨑設備",
            "岩手県盛岡市架空町二丁目3番4号",
            "代表取締役",
            "髙﨑 𠮷彦",
            "takasaki@takasaki-setsubi.example.jp",
        ),
        Firm(
            "5990001000003",
            "もりおか環境整備株式会社",
            "岩手県盛岡市架空町三丁目5番6号",
            "代表取締役社長",
            "葛󠄀西 亮",
            "kasai@morioka-kankyo.example.jp",
        ),
        Firm(
            "4990001000004",
            "みちのく総合リース株式会社",
            "岩手県盛岡市架空町四丁目7番8号",
            "北東北支店長",
            "三浦 早苗",
            "miura@michinoku-lease.example.jp",
        ),
        Firm(
            "3990001000005",
            "有限会社北上川土木",
            "岩手県盛岡市架空町五丁目9番10号",
            "取締役",
            "藤原 誠",
            "fujiwara@kitakamigawa.example.jp",
        ),
        Firm(
            "2990001000006",
            "有限会社杜の造園",
            "岩手県盛岡市架空町六丁目11番12号",
            "代表取締役",
            "川村 花",
            "kawamura@mori-zoen.example.jp",
        ),
    ),
)

_TAKIZAWA = Town(
    body=_BODIES["takizawa"],
    departments=(("財務課", "019-000-2100"), ("総務課", "019-000-2010"), ("教育委員会事務局", "019-000-2300")),
    members=(
        Member("takahashi", "高橋 直子", "財務課", "主査", OFFICER),
        Member("sasaki", "佐々木 浩", "財務課", "課長", APPROVER),
        Member("chiba", "千葉 真理", "総務課", "総務部長", READER),
        Member("nagamine", "長嶺 悟", "総務課", "係長", (*ADMINISTRATOR, Role.MANAGER)),
    ),
    authorities=(
        Authority("滝沢市長", _DECIDED_BY.format(head="市長", title="総務部長"), "chiba"),
        Authority("滝沢市教育委員会教育長", _DELEGATED.format(head="市長"), "chiba"),
        Authority("滝沢市水道事業 滝沢市長", _WATER_BY_HEAD.format(head="市長"), "chiba"),
    ),
    firms=(
        Firm(
            "1990001000007",
            "株式会社鞍掛組",
            "岩手県滝沢市架空1番地1",
            "代表取締役",
            "斉藤 大輔",
            "saito@kurakake.example.jp",
        ),
        Firm(
            "9990001000008",
            "合同会社すいか印刷",
            "岩手県滝沢市架空2番地2",
            "代表社員",
            "井上 千夏",
            "inoue@suika-print.example.jp",
        ),
    ),
)


def _smaller(
    *,
    slug: str,
    head: str,
    people: tuple[tuple[str, str], tuple[str, str], tuple[str, str], tuple[str, str]],
    names: tuple[tuple[str, str], ...],
    firms: tuple[Firm, ...],
) -> Town:
    """A body with an officer, an approver, one who consents in every name and one who administers.

    `names` are (契約名義, ground).
    """
    officer, approver, consenter, administrator = people
    return Town(
        body=_BODIES[slug],
        departments=(("総務課", "019-000-3010"), ("財政課", "019-000-3100")),
        members=(
            Member(*officer, "財政課", "主事", OFFICER),
            Member(*approver, "財政課", "課長", APPROVER),
            Member(*consenter, "総務課", f"副{head}", READER),
            Member(*administrator, "総務課", "係長", (*ADMINISTRATOR, Role.MANAGER)),
        ),
        authorities=tuple(Authority(title, ground, consenter[0]) for title, ground in names),
        firms=firms,
    )


def _town_names(town: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (
        (f"{town}長", _HEAD.format(head="町長")),
        (f"{town}教育委員会教育長", _DELEGATED.format(head="町長")),
        (f"{town}水道事業 {town}長", _WATER_BY_HEAD.format(head="町長")),
        *more,
    )


_HACHIMANTAI = _smaller(
    slug="hachimantai",
    head="市長",
    people=(("kudou", "工藤 沙織"), ("takemoto", "竹本 清"), ("ito", "伊藤 博之"), ("tachibana", "立花 光一")),
    names=(
        ("八幡平市長", _HEAD.format(head="市長")),
        ("八幡平市教育委員会教育長", _DELEGATED.format(head="市長")),
        ("八幡平市水道事業 八幡平市長", _WATER_BY_HEAD.format(head="市長")),
        ("八幡平市病院事業管理者", _MANAGER),
    ),
    firms=(
        Firm(
            "8990001000009",
            "株式会社安比建設",
            "岩手県八幡平市架空1番地1",
            "代表取締役",
            "田村 剛",
            "tamura@appi-kensetsu.example.jp",
        ),
        Firm(
            "6990001000010",
            "八幡平地熱エンジニアリング株式会社",
            "岩手県八幡平市架空2番地2",
            "代表取締役",
            "遠藤 光",
            "endo@hachi-geo.example.jp",
        ),
    ),
)
_SHIZUKUISHI = _smaller(
    slug="shizukuishi",
    head="町長",
    people=(("uesugi", "上杉 彩"), ("takabatake", "高畑 勉"), ("tokuta", "徳田 幸子"), ("sakurai", "桜井 洋")),
    names=_town_names("雫石町"),
    firms=(
        Firm(
            "5990001000011",
            "雫石除雪協同組合",
            "岩手県岩手郡雫石町架空1番地",
            "理事長",
            "米澤 昇",
            "yonezawa@shizukuishi-josetsu.example.jp",
        ),
        Firm(
            "4990001000012",
            "有限会社御所湖観光",
            "岩手県岩手郡雫石町架空2番地",
            "代表取締役",
            "大坪 舞",
            "otsubo@goshoko.example.jp",
        ),
    ),
)
_KUZUMAKI = _smaller(
    slug="kuzumaki",
    head="町長",
    people=(("nakamura", "中村 優"), ("hashiba", "橋場 進"), ("tsukinari", "月成 和子"), ("toyama", "遠山 文")),
    names=_town_names("葛巻町"),
    firms=(
        Firm(
            "3990001000013",
            "株式会社くずまき風力保守",
            "岩手県岩手郡葛巻町架空1番地",
            "代表取締役",
            "近藤 翼",
            "kondo@kuzumaki-wind.example.jp",
        ),
        Firm(
            "2990001000014",
            "葛巻こもれび林業株式会社",
            "岩手県岩手郡葛巻町架空2番地",
            "代表取締役",
            "辻󠄀 茂",
            "tsuji@komorebi-ringyo.example.jp",
        ),
    ),
)
_IWATE = _smaller(
    slug="iwate",
    head="町長",
    people=(("sawaguchi", "沢口 愛"), ("shibata", "柴田 実"), ("maruyama", "丸山 恵一"), ("kosaka", "小坂 勇")),
    names=_town_names("岩手町"),
    firms=(
        Firm(
            "1990001000015",
            "岩手町みどり土建株式会社",
            "岩手県岩手郡岩手町架空1番地",
            "代表取締役",
            "民部田 聡",
            "minbuta@midori-doken.example.jp",
        ),
        Firm(
            "9990001000016",
            "株式会社石神彫刻",
            "岩手県岩手郡岩手町架空2番地",
            "代表取締役",
            "幅 美帆",
            "haba@ishigami.example.jp",
        ),
    ),
)
_SHIWA = _smaller(
    slug="shiwa",
    head="町長",
    people=(("fujio", "藤尾 拓海"), ("nozaki", "野崎 京子"), ("hosokawa", "細川 明"), ("asano", "浅野 景子")),
    names=_town_names("紫波町"),
    firms=(
        Firm(
            "8990001000017",
            "株式会社紫波まちづくり設計",
            "岩手県紫波郡紫波町架空1番地",
            "代表取締役",
            "岡崎 詩織",
            "okazaki@shiwa-sekkei.example.jp",
        ),
        Firm(
            "7990001000018",
            "南部酒造設備株式会社",
            "岩手県紫波郡紫波町架空2番地",
            "代表取締役",
            "鷹木 透",
            "takagi@nanbu-setsubi.example.jp",
        ),
    ),
)
_YAHABA = _smaller(
    slug="yahaba",
    head="町長",
    people=(("murai", "村井 翔太"), ("fujisawa", "藤沢 ゆかり"), ("takeda", "武田 康"), ("ogasawara", "小笠原 翠")),
    names=_town_names("矢巾町"),
    firms=(
        Firm(
            "6990001000019",
            "矢巾水道サービス株式会社",
            "岩手県紫波郡矢巾町架空1番地",
            "代表取締役",
            "水本 圭",
            "mizumoto@yahaba-suido.example.jp",
        ),
        Firm(
            "4990001000020",
            "株式会社徳丹物流",
            "岩手県紫波郡矢巾町架空2番地",
            "代表取締役",
            "廣田 涼子",
            "hirota@tokutan.example.jp",
        ),
    ),
)

TOWNS = (_MORIOKA, _HACHIMANTAI, _TAKIZAWA, _SHIZUKUISHI, _KUZUMAKI, _IWATE, _SHIWA, _YAHABA)
