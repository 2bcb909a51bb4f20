import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.frame import Pixels
from models.data.duplicates import Fingerprint, Groups, NearPair, fingerprint, near_pairs
from tests.models.data.drawn import scene

BITS = st.integers(0, 2**64 - 1)


def recompressed(pixels: Pixels) -> Pixels:
    _, content = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 40])
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), dtype=np.uint8)


def changed(pixels: Pixels, how: str) -> Pixels:
    match how:
        case "smaller":
            return np.asarray(cv2.resize(pixels, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        case "recompressed":
            return recompressed(pixels)
        case "brighter":
            return np.asarray(cv2.convertScaleAbs(pixels, alpha=0.8, beta=25), dtype=np.uint8)
        case "blurred":
            return np.asarray(cv2.GaussianBlur(pixels, (5, 5), 0), dtype=np.uint8)
        case _:
            return np.ascontiguousarray(pixels[:, ::-1])


@pytest.mark.parametrize("how", ["smaller", "recompressed", "brighter", "blurred", "mirrored"])
@pytest.mark.parametrize("seed", range(8))
def test_a_copy_is_known_again(seed: int, how: str) -> None:
    picture = scene(seed, 320, 240)

    assert near_pairs([fingerprint(picture), fingerprint(changed(picture, how))]) == [NearPair(0, 1)]


def test_different_pictures_are_different() -> None:
    assert near_pairs([fingerprint(scene(seed, 160, 120)) for seed in range(60)]) == []


def flat(difference: int, frequency: int = 0) -> Fingerprint:
    """A fingerprint whose mirror image is far from everything."""
    return Fingerprint(difference, frequency, difference ^ (2**64 - 1), frequency ^ (2**64 - 1))


@given(st.lists(BITS, min_size=2, max_size=12), st.lists(st.integers(0, 63), max_size=6), st.data())
def test_banding_misses_no_pair(hashes: list[int], flips: list[int], data: st.DataObject) -> None:
    copied = data.draw(st.sampled_from(hashes))
    for bit in flips:
        copied ^= 1 << bit
    prints = [flat(each) for each in [*hashes, copied]]

    groups = Groups(len(prints))
    groups.join_all(near_pairs(prints))

    for one in range(len(prints)):
        for other in range(one):
            if (prints[one].difference ^ prints[other].difference).bit_count() <= 6:
                assert groups.root(one) == groups.root(other)


@given(st.lists(st.tuples(BITS, BITS), min_size=2, max_size=10))
def test_both_hashes_must_agree(hashes: list[tuple[int, int]]) -> None:
    prints = [flat(*each) for each in hashes]

    for pair in near_pairs(prints):
        one, other = prints[pair.first], prints[pair.second]
        ways = [(other.difference, other.frequency), (other.mirrored_difference, other.mirrored_frequency)]
        assert any((one.difference ^ d).bit_count() <= 6 and (one.frequency ^ f).bit_count() <= 12 for d, f in ways)


def test_many_equal_pictures_are_few_pairs() -> None:
    assert len(near_pairs([flat(5)] * 3000)) == 2999


def test_ten_thousand_pictures_are_compared_at_once() -> None:
    random = np.random.default_rng(1)
    hashes = random.integers(0, 2**63, 10_000).tolist()
    prints = [flat(each) for each in hashes] + [flat(hashes[0] ^ 0b1011)]

    assert near_pairs(prints) == [NearPair(0, 10_000)]


def test_one_picture_has_no_pair() -> None:
    assert near_pairs([flat(1)]) == []


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_groups_are_what_hangs_together(pairs: list[tuple[int, int]]) -> None:
    groups = Groups(20)
    for pair in pairs:
        groups.join(*pair)

    expected = [{n} for n in range(20)]
    for one, other in pairs:
        merged = expected[one] | expected[other]
        for member in merged:
            expected[member] = merged

    assert [set(members) for members in groups.members()] == [expected[n] for n in range(20) if n == min(expected[n])]
