from django.test import RequestFactory

from pixazo import error_pages


def test_people_get_a_page_and_programs_get_json(client, db):
    page = client.get("/there/is/nothing/")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()
    answer = client.get("/api/there/is/nothing")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
    fetched = client.get("/there/is/nothing/", headers={"Accept": "application/json"})
    assert fetched.json()["error"]["code"] == "not_found"


def test_somebody_who_is_not_staff_gets_a_page_of_ours_at_the_admin(as_alice):
    page = as_alice.get("/admin/", follow=True)
    assert page.status_code == 403
    assert "not open to your account" in page.content.decode()


def test_a_broken_page_says_so_without_database_or_details():
    answer = error_pages.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "broke on our side" in answer.content.decode()
