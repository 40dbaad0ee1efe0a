from workspaces.models import Workspace


def test_staff_see_whose_a_workspace_is_and_who_works_there(as_dora, studio):
    page = as_dora.get(f"/admin/workspaces/workspace/{studio.pk}/change/").content.decode()
    assert "alice" in page
    assert "bob" in page


def test_staff_change_and_delete_nobodys_workspace(as_dora, studio):
    page = f"/admin/workspaces/workspace/{studio.pk}"
    assert as_dora.post(f"{page}/change/", {"name": "Mine"}).status_code == 403
    assert as_dora.post(f"{page}/delete/").status_code == 403
    assert as_dora.get("/admin/workspaces/workspace/add/").status_code == 403


def test_the_real_page_is_linked_only_for_its_members(as_dora, dora, studio):
    page = f"/admin/workspaces/workspace/{studio.pk}/change/"
    link = f'href="{studio.get_absolute_url()}"'
    assert link not in as_dora.get(page).content.decode()
    studio.memberships.create(user=dora, role="viewer")
    assert link in as_dora.get(page).content.decode()


def test_a_long_list_takes_as_many_queries_as_a_short_one(
    as_dora, alice, studio, django_assert_max_num_queries
):
    as_dora.get("/admin/workspaces/workspace/")
    for number in range(8):
        Workspace.found(alice, f"Place {number}")
    with django_assert_max_num_queries(8):
        assert as_dora.get("/admin/workspaces/workspace/", {"q": "alice"}).status_code == 200
