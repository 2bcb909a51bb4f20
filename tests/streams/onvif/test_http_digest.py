from streams.onvif.http_digest import authorization
from streams.onvif.soap import Login

MUFASA = Login(user="Mufasa", password="Circle of Life")
CHALLENGE = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def test_the_examples_of_the_standard_come_out_as_printed() -> None:
    """RFC 7616, section 3.9.1."""
    md5 = authorization(CHALLENGE.format("MD5"), MUFASA, method="GET", path="/dir/index.html", nonce=CNONCE)
    sha = authorization(CHALLENGE.format("SHA-256"), MUFASA, method="GET", path="/dir/index.html", nonce=CNONCE)

    assert 'response="8ca523f5e9506fed4657c9700eebdbec"' in str(md5)
    assert 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"' in str(sha)


def test_a_challenge_that_cannot_be_answered_is_not() -> None:
    for challenge in (
        "",
        "Basic realm=x",
        CHALLENGE.format("SHA-512-256"),
        'Digest realm="x"',
        'Digest nonce="n", qop="auth-int"',
    ):
        assert authorization(challenge, MUFASA, method="GET", path="/") is None


def test_a_line_break_in_a_challenge_adds_no_header() -> None:
    answer = authorization('Digest realm="x\r\nEvil: 1", nonce="n"', MUFASA, method="POST", path="/")

    assert answer is not None
    assert "\n" not in answer
