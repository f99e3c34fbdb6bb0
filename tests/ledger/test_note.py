"""Signed notes and checkpoints against the vectors of C2SP, Go's sumdb/note and Tessera's test log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.ledger import base64
from hengjian.ledger.merkle import leaf_hash, root_of
from hengjian.ledger.note import (
    Checkpoint,
    NoteError,
    generate,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    parse_note,
    parse_signer,
    parse_verifier,
    sign,
)

# c2sp.org/signed-note@v1.0.0, the example
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# golang.org/x/mod sumdb/note/note_test.go
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
# github.com/transparency-dev/tessera testdata/build_log.sh and testdata/log/checkpoint.0 to .15: root and signature
TESSERA = "example.com/log/testdata"
TESSERA_SECRET = f"PRIVATE+KEY+{TESSERA}+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg"
TESSERA_KEY = f"{TESSERA}+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
# the leaves are misspelled at the source
TESSERA_LEAVES = b"one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split()
TESSERA_HEADS = """
47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= M9e0lhxJACzE1KoUdqKuPa+9p6R7dSW8BlEvrg/noo8FkGg6PbJoRNOcdjqjOq89wVvTA60eubCc4oufo5BvIVEgtQc=
0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek= M9e0lhr9kuLxGdAtaUrhm84TQffVsLdcy808sN0a3WyniNlfcr9+bywoiIke1YYciCNjJGkCgIlQ8b16jhsmg/SChAM=
T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4= M9e0llH4NKmlf0u7C8tkJioQOmi7l5ELqljXgKRg6R3G5JJ7vx7emDWo5fpqKuA/Dk/jRrI6il+7QCVirNhyUAWGoAk=
Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk= M9e0lvAQRtH832pk2RTbeSeZMkp4FZSdJYFBUjO5SKxuRbywPUF3cx+HUrb50kjd3rUWW/fj53Wj1dwcwh9bGQnqVAg=
zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co= M9e0lnFuWt0cp60moO4jAkeXvMNLIIOGn4WdyeHQurBt9mBi0tWdfkldiAt9k0FpwuZymvttsVn9uwyouXU3vPpeNAc=
gy5gl3aksFyiCO95a/1vLXz88A3dRq+0l9Sxte8ZqZQ= M9e0lmn5eDHyHP10zJObZdFAX2y1V8fdDKBi4IiHbDYf1TCUBwxZOhqwv2QZCqrdda2zTRTrmnwjwscN5RBTEmZUYAs=
a6sWvsc2eEzmj72vah7mZ5dwFltivehh2b11qwlp5Jg= M9e0ln+nHSdGSHEZBcjvqyYDXDbG8WxDwCDjbbGAMv/NTynAtJWhckSXIpuwpN3yJ4PTtzUbD34YGqIZr6RgJRn16gU=
IrSXADBqJ7EQoUODSDKROySgNveeL6CFhik2w/+fS7U= M9e0luA5JhTRUki/BBQD0QNiH6AEJ2pdtsA5CQjqJErViuuKrN6513RCTL2640wXJv0dCed3neRGI6dMzBq9uANf2Qc=
bC+VwvrJbalNVjfkdI8kUgs7mJoXrqiXCE7bgnD28pY= M9e0lq1EK37dHtgv9O3UzPxisw5vwIPcJsX9ab0xt4mvVfbdUR1fbMjN6sBFYpBoBEmD4+cWhj/AVgI5MitCO5+mews=
CvhHViE3S9E3htHLR+25mapWoGCJ3WckMq1UtC3VmEY= M9e0ls3mdnWX0qk4P3uGG0eYiFRWSwPR+RdeD1ARmrHPHjXP0x9UJWASPFTOTqJo0mp7Epck2O9RFB0J9IjDdAewagw=
y8/gZsZCtitsMan09tY+k8I7Qpr7Y5fbO2tLi9GQnfU= M9e0lrmwaVEOWFZ+HS5ITnRd2YMOSWE5QeoYu+6DHwJLnJ+SVeJ2ZiYeD7lVC5oGJx76gbfLSyCUEq6D8JkarrsuiQQ=
Yok1cS5VdokGLBy73BC2I16b3atss6KBN9jnIi6Fz/A= M9e0lqbRtWirJwbUy4w3VrK2RyzfW8P+OIkc8t6b6AVG/tQd1Q2SN+uCLYzNNFnf/PhzeCdURSGQe1MRnohCxPu21wg=
uZo6M+IhVna+CLgWCrJs0xBPUHbozHkYTQASduHSLME= M9e0lrFzoTgi+ovhrqX0DpsEAp3wLu1coMLIkeCwSkGfS4Ox4pLXo2LHudqm4merh0ZkCNzHr8kQwq5gS5mmimIvdA4=
av0kLH0VkkVDrTuZzBGIx7d9z5G1l/GlKz/nAV/8woQ= M9e0liO8x8xfEOGmZVYODUjQajkEpjccPQ9EkG3yEEDet4K3BWE/DFRPH6H+b6gFFFaG5KS1bBmYS/xeZJs8lj+z+wM=
SvCd38yNade7xEPY1a/aAc1M3A2AHYVF8lIiUnsH1ao= M9e0lu8roIpjC+NXEG7JDkajIahoYDYWgxDtxfx/6rzLoztU9t/PvivZ48xt8ygJpjzaboSpkbVv3Jb+D3NdXWQf5wo=
rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs= M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=
""".split()  # noqa: E501 - signatures as they were published


def test_the_example_of_the_specification() -> None:
    opened = open_note(SPEC_NOTE, [parse_verifier(SPEC_KEY)])
    assert opened.text == "This is an example message.\n"
    assert opened.unknown == ()


@pytest.mark.parametrize("key", [SPEC_KEY, PETER, ENOCH, TESSERA_KEY])
def test_verifier_keys_come_back(key: str) -> None:
    assert parse_verifier(key).text() == key


@pytest.mark.parametrize(("secret", "key"), [(PETER_SECRET, PETER), (TESSERA_SECRET, TESSERA_KEY)])
def test_signer_keys_come_back_and_have_their_verifier(secret: str, key: str) -> None:
    signer = parse_signer(secret)
    assert signer.text() == secret
    assert signer.verifier.text() == key
    assert "AYEK" not in repr(signer)


def test_go_signs_the_same_bytes() -> None:
    assert sign(TEXT, parse_signer(PETER_SECRET)) == TEXT + "\n" + PETER_LINE


@pytest.mark.parametrize("size", range(16))
def test_the_heads_of_tesseras_test_log(size: int) -> None:
    root, signature = TESSERA_HEADS[2 * size : 2 * size + 2]
    note = f"{TESSERA}\n{size}\n{root}\n\n— {TESSERA} {signature}\n"
    checkpoint = Checkpoint(origin=TESSERA, size=size, root=root_of([leaf_hash(x) for x in TESSERA_LEAVES[:size]]))
    assert base64.encode(checkpoint.root) == root
    assert sign(checkpoint.text(), parse_signer(TESSERA_SECRET)) == note
    assert open_checkpoint(note, parse_verifier(TESSERA_KEY)) == checkpoint


def test_unknown_lines_are_reported_and_known_ones_must_hold() -> None:
    peter, enoch = parse_verifier(PETER), parse_verifier(ENOCH)
    both = open_note(TEXT + "\n" + PETER_LINE + ENOCH_LINE, [peter, enoch])
    assert [signature.name for signature in both.verified] == ["PeterNeumann", "EnochRoot"]
    one = open_note(TEXT + "\n" + PETER_LINE + ENOCH_LINE, [peter])
    assert [signature.name for signature in one.unknown] == ["EnochRoot"]
    with pytest.raises(NoteError, match="no signature of a known key"):
        open_note(TEXT + "\n" + ENOCH_LINE, [peter])
    wrong = ENOCH_LINE.replace("zmZa", "zmZb")
    with pytest.raises(NoteError, match=r"signature of EnochRoot\+af0cfe78 is wrong"):
        open_note(TEXT + "\n" + PETER_LINE + wrong, [peter, enoch])
    assert open_note(TEXT + "\n" + PETER_LINE + wrong, [peter]).unknown


def test_sixteen_signatures_and_more_are_read() -> None:
    lines = "".join(sign(TEXT, generate(f"witness{n}.example")).rsplit("\n\n", 1)[1] for n in range(40))
    assert len(open_note(TEXT + "\n" + lines + PETER_LINE, [parse_verifier(PETER)]).unknown) == 40
    with pytest.raises(NoteError, match="1 to 100 signatures"):
        parse_note(TEXT + "\n" + PETER_LINE * 101)


# golang.org/x/mod sumdb/note/note_test.go, TestOpen: badMsgs, and forms that other bytes would stand for
@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        TEXT + "\n",
        TEXT + "\n" + PETER_LINE[:-1],
        "\x01" + TEXT + "\n" + PETER_LINE,
        TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "Bad Name"),
        TEXT + "\n" + PETER_LINE + "Unexpected line.\n",
        TEXT + "\n" + PETER_LINE.replace("— ", "- "),
        TEXT + "\n" + PETER_LINE.replace("nAM=", "nAN="),  # the same bytes, not canonical
        TEXT + "\n" + PETER_LINE.replace("nAM=", "nAM"),
        TEXT + "\n" + PETER_LINE.replace("=\n", "= \n"),
        TEXT + "\n— PeterNeumann AAAA\n",
        TEXT.replace("\n", "\r\n") + "\n" + PETER_LINE,
        "",
    ],
)
def test_malformed_notes(note: str) -> None:
    with pytest.raises(NoteError):
        open_note(note, [parse_verifier(PETER)])


def test_keys_with_anything_changed_are_refused() -> None:
    # as TestNewVerifier and TestNewSigner of the same file do
    for key, read in ((PETER, parse_verifier), (PETER_SECRET, parse_signer)):
        for start in range(len(key)):
            for end in range(start, len(key) + 1):
                if (start, end) != (0, len(key)):
                    with pytest.raises(ValueError, match=r"."):
                        read(key[start:end])
        for at in range(len(key)):
            with pytest.raises(ValueError, match=r"."):
                read(key[:at] + chr(ord(key[at]) + 1) + key[at + 1 :])
    for key in (
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ):
        with pytest.raises(ValueError, match=r"."):
            parse_verifier(key)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb", "\ud800"])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        generate(name)


# golang.org/x/mod sumdb/tlog/note_test.go, TestFormatTree: size and root
def test_the_text_of_a_checkpoint() -> None:
    checkpoint = Checkpoint(origin="go.sum database tree", size=123456789012, root=leaf_hash(b"hello world"))
    text = "go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"
    assert checkpoint.text() == text
    assert parse_checkpoint(text) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "a\n0xabcdef\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n",
        "a\n01\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n",
        "a\n-1\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n",
        "a\n١\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n",
        "a\n1\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb1=\n",
        "a\n1\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBTOOBIG=\n",
        "a\n1\nTszz\n",
        "\n1\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n",
        "a\n1\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\nextension\n",
        "a\n1\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=",
        "a\n1\n",
    ],
)
def test_malformed_checkpoints(text: str) -> None:
    with pytest.raises(NoteError):
        parse_checkpoint(text)


def test_a_checkpoint_of_another_origin_is_refused() -> None:
    signer = generate("example.org/mine")
    note = sign(Checkpoint(origin="example.org/other", size=0, root=bytes(32)).text(), signer)
    with pytest.raises(NoteError, match=r"example\.org/other"):
        open_checkpoint(note, signer.verifier)


@given(st.text(max_size=200))
def test_random_text_is_refused_without_a_crash(text: str) -> None:
    with pytest.raises(NoteError):
        open_note(text, [parse_verifier(PETER)])
