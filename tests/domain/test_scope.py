from hypothesis import given
from hypothesis import strategies as st

from domain.ids import EnterpriseId, SiteId
from domain.scope import Scope

KITCHEN = SiteId("kitchen")
FIRM, OTHER = EnterpriseId("firm"), EnterpriseId("other")

enterprise_ids = st.frozensets(st.text(max_size=3).map(EnterpriseId))
site_ids = st.frozensets(st.text(max_size=3).map(SiteId))
scopes = st.builds(Scope, is_everything=st.booleans(), enterprise_ids=enterprise_ids, site_ids=site_ids)


def test_an_empty_scope_allows_nothing() -> None:
    assert not Scope().allows(FIRM)
    assert not Scope().allows(FIRM, KITCHEN)


def test_everything_allows_everything() -> None:
    assert Scope.everything().allows(FIRM)
    assert Scope.everything().allows(FIRM, KITCHEN)


def test_an_enterprise_comes_with_all_its_sites() -> None:
    scope = Scope(enterprise_ids=frozenset({FIRM}))

    assert scope.allows(FIRM)
    assert scope.allows(FIRM, KITCHEN)
    assert not scope.allows(OTHER, KITCHEN)


def test_a_site_alone_does_not_show_its_enterprise() -> None:
    scope = Scope(site_ids=frozenset({KITCHEN}))

    assert scope.allows(FIRM, KITCHEN)
    assert not scope.allows(FIRM)
    assert not scope.allows(FIRM, SiteId("bar"))


@given(scopes, st.text(max_size=3), st.text(max_size=3))
def test_who_sees_an_enterprise_sees_each_of_its_sites(scope: Scope, enterprise: str, site: str) -> None:
    enterprise_id, site_id = EnterpriseId(enterprise), SiteId(site)

    assert scope.allows(enterprise_id) <= scope.allows(enterprise_id, site_id)


@given(scopes, scopes, st.text(max_size=3), st.text(max_size=3))
def test_a_wider_scope_allows_no_less(first: Scope, second: Scope, enterprise: str, site: str) -> None:
    wider = Scope(
        is_everything=first.is_everything or second.is_everything,
        enterprise_ids=first.enterprise_ids | second.enterprise_ids,
        site_ids=first.site_ids | second.site_ids,
    )
    asked = (EnterpriseId(enterprise), SiteId(site))

    assert wider.allows(*asked) == (first.allows(*asked) or second.allows(*asked))
