"""Messages: every one has a Vietnamese text with the same placeholders, and the compiled catalogue is current."""

import re

from . import catalogue

PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*[a-z]|%[.\d]*[sdfg]|\{[\w.]*(?:![rs])?\}")


def test_every_message_is_translated_and_nothing_is_left_over():
    stored = {message.id: message for message in catalogue.stored() if message.id}
    wanted = {message.id for message in catalogue.extracted() if message.id}
    assert wanted - set(stored) == set(), "run python -m tests.catalogue and translate"
    assert set(stored) - wanted == set(), "run python -m tests.catalogue"
    untranslated = [key for key, message in stored.items() if not message.string or not all(message.string)]
    assert untranslated == []


def test_translations_keep_their_placeholders():
    for message in catalogue.stored():
        if message.id and isinstance(message.id, str):
            assert sorted(PLACEHOLDER.findall(message.id)) == sorted(PLACEHOLDER.findall(str(message.string)))


def test_the_compiled_catalogue_is_current():
    assert catalogue.MO.read_bytes() == catalogue.compiled(catalogue.stored())
