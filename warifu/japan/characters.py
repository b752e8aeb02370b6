"""Characters as they are kept, compared and refused 外字・異体字.

What somebody typed is stored as it is; nothing here changes it. `search_key` makes a second text beside it, only for
comparing. `forbidden` names what may not be stored at all.
"""

import unicodedata
from dataclasses import dataclass

# Each pair: the form met in names and old papers, the form of 常用漢字表 or of common use. Compatibility ideographs
# (U+F900 and up, such as 塚 U+FA10) are folded by NFKC already; those without a decomposition (﨑 U+FA11) stand here.
_VARIANTS = """
髙高 﨑崎 嵜崎 碕崎 邊辺 邉辺 齋斎 齊斎 斉斎 德徳 櫻桜 廣広 澤沢 濱浜 濵浜 瀨瀬 嶋島 嶌島 𠮷吉 國国 龍竜 瀧滝 眞真 淺浅
靜静 壽寿 實実 學学 榮栄 惠恵 條条 莊荘 藏蔵 觀観 關関 釋釈 鐵鉄 驛駅 圓円 與与 萬万 會会 佛仏 來来 傳伝 澁渋 渕淵
冨富 峯峰 舘館 桒桑 栁柳 吞呑 曻昇 縣県 區区 號号 單単 團団 圍囲 增増 壯壮 奧奥 寫写 寶宝 將将 專専 對対 屬属 巖巌
巢巣 帶帯 廳庁 彌弥 從従 應応 懷懐 戰戦 戲戯 拔抜 拂払 據拠 擔担 敎教 數数 斷断 晝昼 曉暁 曾曽 檜桧 樂楽 樓楼 橫横
權権 歐欧 步歩 歷歴 歸帰 殘残 氣気 淸清 渴渇 溪渓 滿満 營営 燈灯 爐炉 獨独 獸獣 產産 畫画 當当 發発 盜盗 盡尽 硏研
禮礼 祿禄 禪禅 稻稲 穗穂 竝並 經経 綠緑 緖緒 緣縁 總総 繩縄 續続 纖繊 聲声 聰聡 聽聴 脫脱 臺台 舊旧 莖茎 藝芸 藥薬
處処 虛虚 螢蛍 蠶蚕 裝装 覺覚 覽覧 觸触 譯訳 證証 譽誉 讀読 變変 讓譲 豐豊 豫予 賣売 賴頼 贊賛 踐践 輕軽 轉転 辨弁
辯弁 瓣弁 辭辞 遙遥 遲遅 鄕郷 醫医 釀醸 錄録 鍊錬 鎭鎮 鑛鉱 險険 隨随 隱隠 雙双 雜雑 靈霊 靑青 顏顔 顯顕 餠餅 騷騒
驗験 髓髄 體体 鷄鶏 鷗鴎 麥麦 黃黄 黑黒 默黙 齒歯 龜亀 籠篭 礒磯 埜野 嶽岳 峽峡 桝枡 濤涛 竈竃 絲糸 藪薮 蔣蒋 諫諌
逹達 郞郎 閒間 鄰隣 鴈雁 鶯鴬 鹽塩 槇槙 曵曳 禰祢 頴穎 繫繋 蠅蝿 頰頬 麴麹 兩両 乘乗 亂乱 假仮 價価 儉倹 儘侭
册冊 凉涼 剩剰 劍剣 勞労 勳勲 勵励 卷巻 參参 嚴厳 囑嘱 圖図 壓圧 墮堕 壞壊 姬姫 孃嬢 寢寝 寬寛 峩峨 徑径 恆恒
惡悪 慘惨 拜拝 搖揺 搜捜 攝摂 收収 效効 敍叙 晉晋 曆暦 棧桟 樣様 檢検 每毎 沒没 涉渉 溫温 濕湿 濟済
灣湾 狹狭 狀状 瑤瑶 甁瓶 疊畳 眾衆 祕秘 稱称 穩穏 竊窃 粹粋 缺欠 罐缶 羣群 舖舗 艷艶 荅答 薗園 衞衛
邨村 鋪舗 鑄鋳 陷陥 雞鶏 飜翻 驅駆 鬪闘 鰺鯵 鹼鹸 麪麺 麵麺 點点 黨党 齡齢 凜凛 堯尭 苅刈 萠萌
"""
_SMALL_KANA = "ァィゥェォッャュョヮヵヶ"
_LARGE_KANA = "アイウエオツヤユヨワカケ"
_FIRMS = {"(株)": "株式会社", "(有)": "有限会社", "(同)": "合同会社", "(資)": "合資会社", "(名)": "合名会社"}
_FOLD = (
    {ord(pair[0]): pair[1] for pair in _VARIANTS.split()}
    # Hiragana becomes katakana, and small katakana large: シャチハタ is registered as シヤチハタ.
    | {code: chr(code + 0x60) for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
)
_ENLARGE = str.maketrans(_SMALL_KANA, _LARGE_KANA)
_SELECTORS = dict.fromkeys((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x180E)))
# Typed for a dash in numbers and left out or put in at the end of a loan word (サーバ, サーバー).
_LONG_VOWEL = "ー"


def search_key(text: str) -> str:
    """A text in which equal-looking and equal-meaning spellings are equal; for comparing only 検索用の文字列.

    NFKC and case folding, variation selectors dropped, variant ideographs and kana folded, 株式会社 written out,
    and only letters and digits kept. `search_key(search_key(x)) == search_key(x)`.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_SELECTORS))
    plain = unicodedata.normalize("NFKC", plain.casefold())
    for short, whole in _FIRMS.items():
        plain = plain.replace(short, whole)
    plain = plain.translate(_FOLD).translate(_ENLARGE)
    kept = "".join(mark for mark in plain if mark != _LONG_VOWEL and unicodedata.category(mark)[0] in "LN")
    return unicodedata.normalize("NFKC", kept)


@dataclass(frozen=True, slots=True)
class Problem:
    """One character that may not be stored 使用できない文字.

    `position` counts from 1; `code` is newline, control, direction, invisible, private or broken; `sentence` tells the
    person who typed it, in Japanese.
    """

    position: int
    character: str
    code: str
    sentence: str


_DIRECTION = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_INVISIBLE = {0x00AD, 0x034F, *range(0x200B, 0x200E), *range(0x2060, 0x2065), 0xFEFF, *range(0xE0000, 0xE0080), 0x3164}
_SENTENCES = {
    "newline": "{place}文字目に改行が入っています。改行を消して、1行で入力してください。",
    "control": "{place}文字目に、画面に表示されない制御文字（{name}）が入っています。その文字を消してください。",
    "direction": "{place}文字目に、文字の並びを逆にする制御文字（{name}）が入っています。その文字を消してください。",
    "invisible": "{place}文字目に、画面に表示されない文字（{name}）が入っています。その文字を消してください。",
    "private": "{place}文字目に外字（{name}）が入っています。外字は相手方の画面で正しく表示されません。"
    "標準の文字に置き換えてください。",
    "broken": "{place}文字目が文字として読み取れません（{name}）。その文字を入力し直してください。",
}


def forbidden(text: str) -> list[Problem]:
    """Characters that must not enter a name, title or number; empty when there is none 使用できない文字の検査.

    Newlines, control characters, bidirectional controls, invisible characters, 外字 (private use) and broken code
    points. Variation selectors are allowed: they are part of how a name is written.
    """
    problems = []
    for place, mark in enumerate(text, start=1):
        code = _forbidden_code(mark)
        if code is not None:
            sentence = _SENTENCES[code].format(place=place, name=f"U+{ord(mark):04X}")
            problems.append(Problem(position=place, character=mark, code=code, sentence=sentence))
    return problems


def _forbidden_code(mark: str) -> str | None:
    point, category = ord(mark), unicodedata.category(mark)
    if mark in "\n\r\v\f\x85\u2028\u2029":
        return "newline"
    if point in _DIRECTION:
        return "direction"
    if point in _INVISIBLE:
        return "invisible"
    if category == "Co":
        return "private"
    if category == "Cs" or point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF or point == 0xFFFD:
        return "broken"
    return "control" if category == "Cc" else None
