"""What an experiment would make and take is said before it is begun."""

import pytest
from django.utils.timezone import now

from billing.models import Plan
from generation import estimate
from generation.experiments.plan import TooManyCells
from generation.models import Batch, Image, ImageModel, Lora, Worker
from generation.tests.engine import ask, draw_all, without_cap
from generation.tests.experiments import planned
from pixazo.errors import UserError
from workspaces.models import Scope, Style, WordList

SIZES = "64x128, 32x32"


@pytest.fixture(autouse=True)
def _rich(alice):
    without_cap(alice)


def prompts(plan):
    return [batch.prompt for batch in plan.good]


def test_a_grid_is_every_value_with_every_other(studio, painter):
    plan = planned(studio, ("num_inference_steps", "2, 4"), ("seed", "1-3"), ("prompt", "a\nb"))
    assert (plan.count, plan.units, len(plan.cells)) == (12, 12, 12)
    assert [axis.label for axis in plan.axes] == ["Steps", "Seed", "Prompt"]
    assert {(b.num_inference_steps, b.seed, b.prompt) for b in plan.good} == {
        (steps, seed, prompt) for steps in (2, 4) for seed in (1, 2, 3) for prompt in "ab"
    }
    assert Batch.objects.count() == 0


def test_the_contract_refuses_a_value_by_its_name(studio, painter):
    with pytest.raises(UserError, match="Steps must be between 1 and 50") as caught:
        planned(studio, ("seed", "1"), ("num_inference_steps", "4, 900"))
    assert list(caught.value.fields) == ["axis2"]


def test_what_is_fixed_makes_no_axis(studio, painter):
    painter.contract_data |= {"num_inference_steps": {"fixed": 2}, "guidance_scale": False}
    painter.save()
    with pytest.raises(UserError, match=r"Steps changes nothing here\. This model always uses 2"):
        planned(studio, ("num_inference_steps", "2, 4"))
    with pytest.raises(UserError, match="Guidance changes nothing"):
        planned(studio, ("guidance_scale", "2, 4"))


@pytest.mark.parametrize(
    ("axis", "sentence"),
    [
        (("mood", "calm"), "An axis must be one of"),
        (("seed", ""), "no values"),
        (("strength", "0.5"), "from text only"),
        (("scheduler", "euler"), "only its own sampler"),
        (("style", "Nobody's"), "no style"),
        (("model", "nobody"), "no model"),
        (("size", "large"), "is none"),
        (("lora:ink", "1"), "no such LoRA"),
    ],
)
def test_an_axis_that_is_none_is_said(studio, painter, axis, sentence):
    with pytest.raises(UserError, match=sentence):
        planned(studio, axis)


def test_one_thing_is_on_one_axis(studio, painter):
    with pytest.raises(UserError, match="on two axes"):
        planned(studio, ("seed", "1"), ("seed", "2"))
    with pytest.raises(UserError, match="up to 3"):
        planned(studio, *((name, "1") for name in ("seed", "prompt", "size", "style")))
    with pytest.raises(UserError, match="at least one"):
        planned(studio)


def test_a_plan_allows_so_many(studio, painter):
    Plan.objects.update(prompts_per_request=5)
    with pytest.raises(TooManyCells, match="6 pictures; with your plan"):
        planned(studio, ("seed", "1-6"))
    assert planned(studio, ("seed", "1-5")).count == 5
    with pytest.raises(TooManyCells):
        planned(studio, rows="\n".join("abcdef"), is_list=True)


def test_models_styles_and_sizes_are_named(studio, painter, alice):
    other = ImageModel.objects.create(
        slug="other", name="Other", provider="fake", address="steady", units=3, position=200
    )
    Style.objects.create(
        name="Ink", scope=Scope.PERSONAL, owner=alice, positive_prompt="{prompt}, in ink"
    )
    plan = planned(studio, ("model", "Painter, other"), ("style", "ink, none"), ("size", SIZES))
    assert (plan.count, plan.units) == (6, 4 * painter.units + 2 * other.units)
    assert sorted(set(prompts(plan))) == ["a red house", "a red house, in ink"]
    assert {(batch.width, batch.height) for batch in plan.good} == {(64, 128), (32, 32)}
    assert [(problem.count, problem.sentence.split(",")[0]) for problem in plan.problems] == [
        (2, "Width must be between 64 and 2048 for this model")
    ]


def test_lora_weights(studio, editor, alice):
    Lora.objects.create(slug="ink", name="Ink", family="sdxl", file="/ink", weight=1)
    plan = planned(studio, ("lora:ink", "0-1 step 0.5"))
    assert [batch.loras for batch in plan.good] == [
        [{"lora": "ink", "weight": weight}] for weight in (0, 0.5, 1)
    ]
    assert plan.axes[0].label == "Weight of Ink"
    with pytest.raises(UserError, match="between -2 and 2"):
        planned(studio, ("lora:ink", "3"))


def test_strength_of_a_picture(studio, editor):
    ask(studio, editor, width=64, height=64)
    draw_all()
    image = Image.objects.get()
    plan = planned(studio, ("strength", "0.25, 0.5, 1"), base={"source": f"image:{image.pk}"})
    assert [batch.strength for batch in plan.good] == [0.25, 0.5, 1]
    assert {batch.mode for batch in plan.good} == {"image"}


def test_samplers_by_either_name(studio, editor):
    plan = planned(studio, ("scheduler", "Euler, ddim, own"))
    assert [batch.scheduler for batch in plan.good] == ["euler", "ddim", ""]


def test_choices_belong_on_an_axis(studio, painter):
    for prompt in ("a {red|blue} house", "{a|b|c|d|e|f} house"):
        plan = planned(studio, ("seed", "1, 2"), base={"prompt": prompt})
        assert plan.count == 0
        assert "axis instead" in plan.problems[0].sentence
        assert plan.problems[0].count == 2


def test_bad_rows_are_told_by_line_and_good_ones_can_go_on(studio, painter):
    rows = "prompt,steps,model\na house,4,\na boat,900,\na tree,,nobody\n,4,\na hill,x,painter"
    plan = planned(studio, rows=rows, is_list=True)
    assert prompts(plan) == ["a house"]
    assert [(problem.line, problem.sentence.split()[0]) for problem in plan.problems] == [
        (3, "Steps"),
        (4, "There"),
        (5, "This"),
        (6, "Steps"),
    ]


def test_an_empty_list_is_said(studio, painter):
    with pytest.raises(UserError, match="list is empty"):
        planned(studio, rows=" \n", is_list=True)


def test_the_time_is_a_range_from_what_was_measured(studio, painter):
    assert planned(studio, ("seed", "1-4")).seconds is None
    ask(studio, painter, count=4)
    draw_all()
    Image.objects.update(draw_seconds=10)
    Worker.objects.create(name="w", lanes=painter.lane, seen=now())
    estimate.forget()
    quick, slow = planned(studio, ("seed", "1-4")).seconds
    assert 40 <= quick <= slow
    assert planned(studio, ("seed", "1-8")).seconds[1] > slow
    for number in range(2):
        Worker.objects.create(name=f"w{number}", lanes=painter.lane, seen=now())
    assert planned(studio, ("seed", "1-4")).seconds[1] < slow


def test_many_cells_ask_the_database_no_more_than_few(
    studio, painter, django_assert_max_num_queries
):
    with django_assert_max_num_queries(25):
        planned(studio, ("seed", "1-10"), ("num_inference_steps", "1-10"))


def test_word_lists_are_read_once_for_all_cells(studio, painter, django_assert_max_num_queries):
    WordList.objects.create(
        scope=Scope.WORKSPACE, workspace=studio, name="colour", lines="red\nblue"
    )
    prompt = ("prompt", "a __colour__ boat\na __colour__ house")
    with django_assert_max_num_queries(26):
        plan = planned(studio, prompt, ("seed", "1-10"), ("num_inference_steps", "1-5"))
    assert len(plan.good) == 100
    assert any("red" in each for each in prompts(plan))
