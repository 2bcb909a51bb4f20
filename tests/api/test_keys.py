from api.keys import TOKEN_PREFIX, fingerprint, new_session_secret, new_token_secret


def test_secrets_hold_at_least_256_random_bits() -> None:
    assert len(new_session_secret()) * 6 >= 256
    assert len(new_token_secret().removeprefix(TOKEN_PREFIX)) * 6 >= 256


def test_a_token_can_be_told_from_other_texts() -> None:
    assert new_token_secret().startswith("bk_")


def test_what_is_stored_is_no_part_of_the_secret() -> None:
    secret = new_token_secret()

    assert len(fingerprint(secret)) == 64
    assert secret not in fingerprint(secret)
    assert fingerprint(secret) == fingerprint(secret)
