from generation.models import ImageModel


def test_models_are_listed_with_all_that_a_form_needs(program, painter):
    painter.api_key = "hub-secret"
    painter.save()
    response = program.get("/api/models")
    (model,) = response.json()["models"]
    assert (model["id"], model["name"], model["provider"], model["units"]) == (
        "painter",
        "Painter",
        "fake",
        1,
    )
    assert model["available"] is True
    assert model["modes"] == ["text"]
    assert model["parameters"]["width"]["step"] == 8
    assert model["count"] == {"min": 1, "max": 4, "default": 1}
    assert model["step_config"] == {"steps": {"min": 1, "max": 50, "default": 4}}
    assert "hub-secret" not in response.content.decode()
    assert "steady" not in response.content.decode()  # the address may be a folder of the machine


def test_fixed_steps_are_said_in_the_sources_words(program, painter):
    painter.contract_data = {"num_inference_steps": {"fixed": 2}}
    painter.save()
    (model,) = program.get("/api/models").json()["models"]
    assert model["step_config"] == {"fixed_steps": 2}
    assert model["parameters"]["num_inference_steps"]["reason"]


def test_without_step_information_the_fallback_is_said(program, painter):
    painter.contract_data = {}
    painter.save()
    (model,) = program.get("/api/models").json()["models"]
    assert model["step_config"] == {"steps": {"min": 20, "max": 50, "default": 30}}


def test_inactive_models_are_not_listed(program, painter):
    ImageModel.objects.update(is_active=False)
    assert program.get("/api/models").json() == {"models": []}


def test_a_model_that_does_not_load_says_so_without_the_machines_words(program, painter):
    ImageModel.objects.update(trouble="OSError: /srv/models/x not found")
    response = program.get("/api/models")
    assert response.json()["models"][0]["available"] is False
    assert b"/srv" not in response.content


def test_many_models_take_as_many_queries_as_one(program, painter, django_assert_num_queries):
    program.get("/api/models")  # notes the use of the key
    for number in range(20):
        ImageModel.objects.create(slug=f"m{number}", name=f"Model {number}", address="x")
    with django_assert_num_queries(2):
        assert len(program.get("/api/models").json()["models"]) == 21
