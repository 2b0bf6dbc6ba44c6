"""Measure how well encodings are told and damaged bytes survived, beside charset-normalizer and resiliparse.

Run: `python benchmarks/encodings.py`. Texts of its own (40 and some hundred characters, a page whose meta element lies,
traditional characters) in eight encodings, with no, one and three bytes overwritten or lost, five times each. A reading
is right when it lacks at most two characters of the text for each damaged byte, and three more where a byte is lost.
Peers that are not installed are left out; they name an encoding, and the bytes are then decoded with replacement.
"""

# ruff: noqa: T201
from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator

from qualityextract.documents.encoding import decode
from qualityextract.errors import DocumentError

SHORT = "青河县新增注册商标26件，参与制定国家标准4项，质量提升行动取得新的成效，群众满意。"
LONG = "\n".join(
    f"近日，青河县市场监管局公布第{number}组结果：全县新增注册商标{number + 20}件，有效发明专利拥有量达到1,385件，同比增长12.5%。"
    f"企业主持制定ISO 9001国家标准4项，建成“专精特新”小巨人企业{number * 3}家。县里将继续推进质量提升行动。"
    for number in range(1, 7)
)
TRADITIONAL = (
    "近日，青河縣市場監管局公布結果：全縣新增註冊商標126件，有效發明專利擁有量達到1,385件，同比增長12.5%。\n"
    "企業主持制定ISO 9001國家標準4項、行業標準11項，質量提升行動取得新的成效，縣裡將繼續支持產業集群發展。"
)
PAGE = (
    '<html><head><meta charset="iso-8859-1"><title>青河县商标增长</title></head><body>'
    + "".join(f"<p>{line}</p>\n" for line in LONG.split("\n"))
    + "</body></html>"
)
TEXTS = {"short": SHORT, "long": LONG, "traditional": TRADITIONAL, "page": PAGE}
CODECS = ("utf-8", "utf-8-sig", "gb18030", "big5hkscs", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
DAMAGES = (("whole", 0, False), ("1 over", 1, False), ("3 over", 3, False), ("1 lost", 1, True), ("3 lost", 3, True))
DRAWS = 5

Reader = Callable[[bytes], str]


def ours(data: bytes) -> str:
    """This project's decoder."""
    try:
        return decode(data, "a").text
    except DocumentError:
        return ""


def named(name: str | None, data: bytes) -> str:
    """Decode in an encoding that a peer names."""
    try:
        return data.decode(name or "utf-8", errors="replace").removeprefix("\ufeff")
    except LookupError:
        return ""


def readers() -> Iterator[tuple[str, Reader]]:
    """This project and the peers that are installed."""
    yield "qualityextract", ours
    try:
        from charset_normalizer import from_bytes

        def normalizer(data: bytes) -> str:
            best = from_bytes(data).best()
            return named(best.encoding if best else None, data)

        yield "charset-normalizer", normalizer
    except ImportError:
        pass
    try:
        from resiliparse.parse.encoding import bytes_to_str, detect_encoding

        yield "resiliparse", lambda data: bytes_to_str(data, detect_encoding(data)).removeprefix("\ufeff")
    except ImportError:
        pass


def damaged(data: bytes, count: int, chance: random.Random, *, lost: bool) -> bytes:
    """Bytes behind the byte order mark made others, or taken out."""
    changed = bytearray(data)
    for _ in range(count):
        at = chance.randrange(4, len(changed))
        if lost:
            del changed[at]
        else:
            changed[at] = chance.randrange(256)
    return bytes(changed)


def right(text: str, found: str, count: int, *, lost: bool) -> bool:
    """Whether the reading has nearly all characters of the text, and few that it has not."""
    common = sum((Counter(text) & Counter(found)).values())
    allowed = (5 if lost else 2) * count
    return len(text) - common <= allowed and len(found) - common <= 2 * allowed


def cases() -> Iterator[tuple[str, str, bytes]]:
    """Name of the encoding, text, bytes."""
    for name, text in TEXTS.items():
        for codec in CODECS:
            if codec != "big5hkscs" or name == "traditional":
                yield codec, text, text.encode(codec)


def main() -> None:
    """Print the shares of right readings."""
    for name, read in readers():
        began = time.perf_counter()
        good: Counter[tuple[str, str]] = Counter()
        tried: Counter[tuple[str, str]] = Counter()
        for codec, text, data in cases():
            for damage, count, lost in DAMAGES:
                for draw in range(DRAWS if count else 1):
                    chance = random.Random(f"{codec} {len(text)} {damage} {draw}")
                    found = read(damaged(data, count, chance, lost=lost))
                    for key in ((codec, damage), ("all", damage)):
                        tried[key] += 1
                        good[key] += right(text, found, count, lost=lost)
        print(f"\n{name:20}" + "".join(f"{damage:>9}" for damage, _, _ in DAMAGES))
        for codec in (*CODECS, "all"):
            shares = (100 * good[codec, damage] / tried[codec, damage] for damage, _, _ in DAMAGES)
            print(f"{codec:20}" + "".join(f"{share:8.0f}%" for share in shares))
        total = sum(count for (codec, _), count in tried.items() if codec == "all")
        print(f"{(time.perf_counter() - began) / total * 1000:.1f} ms a text")


if __name__ == "__main__":
    main()
