import pytest

from streams import errors
from streams.errors import StreamError, StreamErrorCode

LEAVES = sorted(StreamError.__subclasses__(), key=lambda leaf: leaf.__name__)


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_leaf_says_what_happened_to_whom_and_why(leaf: type[StreamError]) -> None:
    error = leaf("rtsp://***@cam/ch1", "EHOSTUNREACH")
    assert str(error).endswith(": rtsp://***@cam/ch1 (EHOSTUNREACH)")
    assert (error.address, error.detail) == ("rtsp://***@cam/ch1", "EHOSTUNREACH")
    assert str(leaf("a")).endswith(": a")


def test_every_leaf_has_its_own_code() -> None:
    codes = [leaf.code for leaf in LEAVES]
    assert len(set(codes)) == len(codes)
    assert StreamErrorCode.INTERNAL not in codes


def test_only_what_somebody_must_change_is_lasting() -> None:
    lasting = {leaf.code for leaf in LEAVES if leaf.is_lasting}
    assert lasting == {
        StreamErrorCode.AUTH,
        StreamErrorCode.CERTIFICATE,
        StreamErrorCode.NOT_FOUND,
        StreamErrorCode.NOT_PERMITTED,
        StreamErrorCode.NO_VIDEO,
        StreamErrorCode.UNSUPPORTED,
        StreamErrorCode.REDIRECT_LOOP,
    }
    assert errors.BadDataError.is_lasting is False
