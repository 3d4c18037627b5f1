"""The Settings view while somebody types: an answer takes away neither the focus nor what was typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.support.browser import Tab
from tests.support.site import Site

SAVED = "civitdock/api/settings"


def test_what_is_typed_stays_when_another_field_was_saved(tab: Tab, site: Site) -> None:
    tab.open("cb=settings")
    first = tab.find("#cd-set-civitai_parallel_downloads")
    second = tab.find("#cd-set-civitai_connections_per_download")
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held or route.request.method != "POST":
            route.continue_()
        else:
            held.append(route)

    tab.page.route(f"**/{SAVED}", hold)
    first.fill("4")
    first.press("Tab")
    tab.page.keyboard.type("2")  # Tab has chosen the old value as a whole
    expect(second).to_have_value("2")
    drawn = first.element_handle()
    held[0].continue_()
    tab.page.wait_for_function("field => !field.isConnected", arg=drawn)
    assert (second.input_value(), site.api().get(SAVED).json()["civitai_connections_per_download"]) == ("2", 4)
    tab.page.unroute(f"**/{SAVED}")
    with tab.page.expect_response(lambda answer: answer.request.method == "POST"):
        tab.page.keyboard.press("Tab")
    assert site.api().get(SAVED).json()["civitai_connections_per_download"] == 2
    assert site.api().get(SAVED).json()["civitai_parallel_downloads"] == 4
    site.change(civitai_parallel_downloads=2, civitai_connections_per_download=4)


@pytest.mark.once
def test_the_focus_goes_on_from_a_field_that_is_again_as_it_was(tab: Tab) -> None:
    tab.open("cb=settings")
    field = tab.find("#cd-set-civitai_cache_hours")
    before = field.input_value()
    field.fill("1000000000")
    field.press("Tab")
    expect(tab.find("#cd-set-civitai_cache_hours-error")).not_to_be_empty()
    field.fill(before)
    field.press("Tab")
    expect(tab.find("#cd-set-civitai_cache_hours-error")).to_be_empty()
    expect(tab.find("#cd-set-civitai_pictures")).to_be_focused()


@pytest.mark.once
def test_a_number_that_cannot_be_stays_with_its_reason_when_another_field_is_saved(tab: Tab, site: Site) -> None:
    tab.open("cb=settings")
    field, reason = (tab.find(f"#cd-set-civitai_parallel_downloads{part}") for part in ("", "-error"))
    field.fill("99")
    field.press("Tab")
    expect(reason).not_to_be_empty()
    drawn = field.element_handle()
    tab.find("#cd-set-civitai_infinite_scroll").click()
    tab.page.wait_for_function("field => !field.isConnected", arg=drawn)
    expect(field).to_have_value("99")
    expect(reason).not_to_be_empty()
    field.fill("")
    field.press("Tab")
    expect(field).to_have_value("2")
    expect(reason).to_be_empty()
    site.change(civitai_infinite_scroll=True)


@pytest.mark.once
def test_the_focus_stays_with_the_key_that_was_removed(tab: Tab, site: Site) -> None:
    site.change(civitai_api_key="a-key-of-a-test")
    tab.open("cb=settings")
    tab.find("button", has_text="Remove key").click()
    tab.find("dialog.dialog[open] .button-danger").click()
    expect(tab.find(".key-state")).to_have_text("No key set")
    expect(tab.find("#cd-key")).to_be_focused()


@pytest.mark.once
def test_what_is_wrong_with_a_template_is_told_once(tab: Tab) -> None:
    tab.tolerate("the server responded with a status of 4")
    tab.open("cb=settings")
    tab.find("#cd-set-civitai_folder_templates").fill("LORA = {what}")
    tab.find("#cd-set-civitai_folder_templates").press("Tab")
    expect(tab.find("#cd-set-civitai_folder_templates-error")).to_have_text("Not saved:")
    expect(tab.find(".field-result, .template-examples p", has_text="{what}")).to_have_count(1)


@pytest.mark.once
def test_a_language_whose_texts_do_not_come_says_so(tab: Tab, site: Site) -> None:
    tab.tolerate("Failed to load resource")
    tab.open("cb=settings")
    tab.page.route("**/lang/de.mjs", lambda route: route.fulfill(status=404))
    tab.find("#cd-set-civitai_language").select_option("de")
    expect(tab.find(".toast", has_text="did not come")).to_contain_text("Reload the page")
    site.change(civitai_language="auto")
