"""The page about the model says what the code does."""

from docs.build_formulation import PAGE, families, page
from optimizer.formulation.build import FAMILIES


def test_the_page_is_written_from_todays_docstrings() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_page_has_every_family_in_reading_order() -> None:
    assert families() == [family.NAME for family in FAMILIES]
