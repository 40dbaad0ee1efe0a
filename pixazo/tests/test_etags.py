import pytest
from django.test import RequestFactory

from pixazo.etags import NotThatState, check_match


@pytest.mark.parametrize("given", ['"abc"', 'W/"abc"', '"x", W/"abc"', "*", ""])
def test_who_read_this_state_may_write_also_where_a_front_server_compressed_it(given):
    check_match(RequestFactory().patch("/", headers={"If-Match": given}), '"abc"')


@pytest.mark.parametrize("given", ['"abd"', 'W/"abd"', "abc", 'w/"abc"'])
def test_who_read_another_may_not(given):
    with pytest.raises(NotThatState):
        check_match(RequestFactory().patch("/", headers={"If-Match": given}), '"abc"')
